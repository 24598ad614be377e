// Program: a traced field, immutable and shared by all threads. Values are features, one vector of lanes each; an
// instruction is one operation on a group of them. How it is run stands in program/machine.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/sizes.hpp"

namespace maruyama {

// A value, as an operand or a result names it. In the main section:
//
//   0 <= v < dim                  feature v of the state
//   dim <= v < dim + inputs       feature of the path's own row of arguments
//   dim + inputs <= v             a register
//   v < 0                         uniform value ~v: 0 is t, then the constants, then what the t section exports
//
// In the t section, which runs once a step and in float64, v >= 0 is a register of its own, and v < 0 is t or a
// constant: it is a program without a state. The main section reads constants and exports rounded to its own dtype.
using ValueCode = std::int32_t;
using ValueCodes = std::vector<ValueCode>;

// "matmul" has one operand, or a second one, uniform values that are added at the end. "sincos" gives the
// sines of its operand, then the cosines. "search_left" and "search_right" have knots, "take" has a table and the
// number of its row, "pick" has values and the number of one of them: see the groups in kernels/groups.hpp.
struct Instruction {
  std::string operation;
  ValueCodes out;
  std::vector<ValueCodes> operands;
  std::vector<double> weights;  // of "matmul": (terms, count), row-major; of "take": (rows, width); of a search: knots
};

// What the tracer says; nothing of it is believed before Program's constructor has looked at it.
struct ProgramText {
  Size dim, inputs;
  std::vector<double> constants;  // at first; Program::constants() are those in use
  Size slots, t_slots;
  std::vector<Instruction> t_instructions, instructions;
  ValueCodes exports;
  std::vector<ValueCodes> outputs;
};

// The place of a name in kOperations, or in kFolds, or -1.
int operation_number(const std::string& name);
int fold_number(const std::string& name);
int search_number(const std::string& name);  // in kSearches

class Program {
 public:
  // Throws std::invalid_argument where a size or a code is out of range, or an operand or every output is missing.
  explicit Program(ProgramText text);

  // The same text with other numbers for its last constants; throws std::invalid_argument where there are fewer.
  std::shared_ptr<const Program> with_last_constants(const std::vector<double>& numbers) const;

  const ProgramText& text() const { return *text_; }
  const std::vector<double>& constants() const { return constants_; }
  // What depends on t alone; null where nothing does.
  const Program* t_section() const { return t_section_.get(); }
  Size width(std::size_t output) const { return static_cast<Size>(text_->outputs[output].size()); }
  Size uniforms() const { return 1 + static_cast<Size>(constants_.size() + text_->exports.size()); }
  // Scalar operations a step and path.
  Size operations() const { return operations_; }

 private:
  std::shared_ptr<const ProgramText> text_;
  std::vector<double> constants_;
  std::shared_ptr<const Program> t_section_;
  Size operations_ = 0;
};

}  // namespace maruyama
