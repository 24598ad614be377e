#include "program/program.hpp"

#include <algorithm>
#include <stdexcept>

#include "kernels/operations.hpp"

namespace maruyama {

int operation_number(const std::string& name) {
  const auto* found = std::find_if(std::begin(kOperations), std::end(kOperations),
                                   [&](const OperationInfo& known) { return name == known.name; });
  return found == std::end(kOperations) ? -1 : static_cast<int>(found - kOperations);
}

namespace {

template <std::size_t count>
int number_of(const std::string& name, const char* const (&names)[count]) {
  const auto* found = std::find_if(names, names + count, [&](const char* known) { return name == known; });
  return found == names + count ? -1 : static_cast<int>(found - names);
}

}  // namespace

int fold_number(const std::string& name) { return number_of(name, kFolds); }
int search_number(const std::string& name) { return number_of(name, kSearches); }

namespace {

void require(bool fine, const Instruction& instruction, const char* what) {
  if (!fine) throw std::invalid_argument("program: " + instruction.operation + ": " + what);
}

// A code is of 32 bits: there are no more values than it can name. No size of a machine overflows then.
constexpr Size kMostValues = Size{1} << 31;

void require_size(Size size, const char* name) {
  if (size < 0 || size > kMostValues)
    throw std::invalid_argument(std::string("program: ") + name + " is " + std::to_string(size) +
                                ", expected a number from 0 to 2^31, the values that a code can name");
}

void require_sizes(const ProgramText& text) {
  require_size(text.dim, "dim");
  require_size(text.inputs, "inputs");
  require_size(text.slots, "slots");
  require_size(text.t_slots, "t_slots");
  require_size(text.dim + text.inputs + text.slots, "dim + inputs + slots");
  if (text.outputs.empty()) throw std::invalid_argument("program: there are no outputs, expected one or more");
}

// The codes that a section may name.
struct Section {
  Size registers, first_register, uniforms;

  void check_operand(const Instruction& at, const ValueCodes& codes) const {
    const bool uniform = !codes.empty() && codes[0] < 0;
    for (const ValueCode code : codes) {
      require((code < 0) == uniform, at, "an operand is uniform for some of the group only");
      require(code < 0 ? ~code < uniforms : code < first_register + registers, at, "an operand is out of range");
    }
  }
  void check_result(const Instruction& at) const {
    for (const ValueCode code : at.out)
      require(code >= first_register && code < first_register + registers, at, "a result is no register");
  }
};

void require_lanes(const Instruction& instruction, const ValueCodes& codes) {
  require(!codes.empty() && codes[0] >= 0, instruction, "the operand is uniform or empty");
}

// The codes of the only operand, which has a value for each path.
const ValueCodes& only_operand(const Instruction& instruction) {
  require(instruction.operands.size() == 1, instruction, "one operand is expected");
  require_lanes(instruction, instruction.operands[0]);
  return instruction.operands[0];
}

void check_sincos(const Instruction& instruction) {
  require(instruction.out.size() == 2 * only_operand(instruction).size(), instruction,
          "the result is not twice as long as the operand");
}

// The comparisons of a search of one value.
Size checked_search(const Instruction& instruction) {
  require(only_operand(instruction).size() == instruction.out.size(), instruction,
          "an operand is not as long as the result");
  const std::vector<double>& knots = instruction.weights;
  require(!knots.empty() && static_cast<Size>(knots.size()) < kMostValues, instruction,
          "there are no knots, or 2^31 and more");
  for (std::size_t i = 1; i < knots.size(); ++i)
    require(knots[i - 1] <= knots[i], instruction, "the knots do not ascend");
  Size comparisons = 1;
  for (std::size_t left = knots.size(); left > 1; left -= left / 2) ++comparisons;
  return comparisons;
}

void check_take(const Instruction& instruction) {
  const std::size_t count = only_operand(instruction).size(), values = instruction.out.size();
  require(values > 0 && values % count == 0, instruction, "the result is no multiple of the operand");
  const std::size_t width = values / count, rows = instruction.weights.size() / width;
  require(rows > 0 && static_cast<Size>(rows) < kMostValues && rows * width == instruction.weights.size(), instruction,
          "the table does not fit");
}

void check_pick(const Instruction& instruction) {
  require(instruction.out.size() == 1 && instruction.operands.size() == 2, instruction,
          "one result, values and the number of one are expected");
  require(!instruction.operands[0].empty(), instruction, "there are no values");
  require(instruction.operands[1].size() == 1, instruction, "one row is expected");
  require_lanes(instruction, instruction.operands[1]);
}

// The scalar operations of the instruction.
Size checked_operations(const Instruction& instruction, const Section& section) {
  const std::size_t count = instruction.out.size();
  section.check_result(instruction);
  for (const ValueCodes& codes : instruction.operands) section.check_operand(instruction, codes);
  for (const ValueCodes& codes : instruction.operands)
    require(static_cast<Size>(codes.size()) < kMostValues, instruction, "an operand has 2^31 values or more");
  if (const int number = operation_number(instruction.operation); number >= 0) {
    require(instruction.operands.size() == static_cast<std::size_t>(kOperations[number].operands), instruction,
            "operands are missing");
    for (const ValueCodes& codes : instruction.operands)
      require(codes.size() == count, instruction, "an operand is not as long as the result");
    return static_cast<Size>(count);
  }
  if (instruction.operation == "sincos") return check_sincos(instruction), static_cast<Size>(count);
  if (search_number(instruction.operation) >= 0) return static_cast<Size>(count) * checked_search(instruction);
  if (instruction.operation == "take") return check_take(instruction), static_cast<Size>(count);
  if (instruction.operation == "pick") return check_pick(instruction), Size{1};
  const bool product = instruction.operation == "matmul";
  require(instruction.operands.size() == 1 || (product && instruction.operands.size() == 2), instruction,
          "one operand is expected");
  const std::size_t terms = instruction.operands[0].size();
  require_lanes(instruction, instruction.operands[0]);
  if (fold_number(instruction.operation) >= 0) {
    require(count > 0 && terms % count == 0, instruction, "the operand is no multiple of the result");
    return static_cast<Size>(terms);
  }
  require(product, instruction, "is not known");
  require(instruction.weights.size() == terms * count, instruction, "the weights do not fit");
  if (instruction.operands.size() == 2) {
    const ValueCodes& bias = instruction.operands[1];
    require(bias.size() == count && count > 0 && bias[0] < 0, instruction,
            "the bias is no uniform value for each result");
  }
  return static_cast<Size>(2 * terms * count);
}

}  // namespace

Program::Program(ProgramText text)
    : text_(std::make_shared<const ProgramText>(std::move(text))), constants_(text_->constants) {
  require_sizes(*text_);
  const Section section{text_->slots, text_->dim + text_->inputs, uniforms()};
  if (!text_->t_instructions.empty())
    t_section_ = std::make_shared<const Program>(
        ProgramText{0, 0, constants_, text_->t_slots, 0, {}, text_->t_instructions, {}, {{}}});
  for (const Instruction& instruction : text_->instructions) operations_ += checked_operations(instruction, section);
  const Instruction at_end{"outputs", {}, {}, {}};
  for (const ValueCode code : text_->exports)
    require(t_section_ && code >= 0 && code < text_->t_slots, at_end, "an export is no register of the t section");
  for (const ValueCodes& output : text_->outputs)
    for (const ValueCode code : output)
      require(code < section.first_register + text_->slots && (code >= 0 || ~code < uniforms()), at_end,
              "a code is out of range");
}

std::shared_ptr<const Program> Program::with_last_constants(const std::vector<double>& numbers) const {
  auto program = std::make_shared<Program>(*this);
  std::vector<double>& constants = program->constants_;
  if (numbers.size() > constants.size())
    throw std::invalid_argument("program: there are fewer constants than numbers for them");
  std::copy(numbers.begin(), numbers.end(), constants.end() - static_cast<Size>(numbers.size()));
  if (t_section_) program->t_section_ = t_section_->with_last_constants(numbers);
  return program;
}

}  // namespace maruyama
