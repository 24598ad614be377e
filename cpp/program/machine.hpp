// Machine: runs a program for one thread, on some lanes at a time. Every code becomes a pointer once, when the lanes
// and the memory of the state are known; a step is then a list of calls of kernels.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "base/buffer.hpp"
#include "kernels/kernels.hpp"
#include "program/program.hpp"

namespace maruyama {

template <class T>
class Machine {
 public:
  // x is (dim, lanes), and stays where it is; lanes is a multiple of kLaneBlock.
  Machine(const Program& program, T* x, Size lanes);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // The arguments of the rows of the run that come next: `rows` is (all, inputs), row-major, and begins again after its
  // last. Lanes after the last row repeat it.
  void load_inputs(const T* rows, Size all, Size first, Size count);

  // Evaluates the program at x and t.
  void run(double t);

  // Output (width, lanes), after run.
  const T* output(std::size_t number) const { return outputs_[number]; }

  // How many lanes suit the program: registers, state and noise in the fastest memory that holds them.
  static Size lanes_for(const Program& program);

 private:
  using Pointers = std::vector<T*>;
  // A kernel and what it is called with.
  template <class Group>
  struct Bound {
    void (*kernel)(const Group&);
    Group group;
  };
  using Call = std::variant<Bound<ElementwiseGroup<T>>, Bound<FoldGroup<T>>, Bound<ProductGroup<T>>,
                            Bound<CircleGroup<T>>, Bound<SearchGroup<T>>, Bound<TakeGroup<T>>, Bound<PickGroup<T>>>;

  friend class Machine<float>;  // whose clock is a machine of double

  T* place(ValueCode code);
  T** pointers(const ValueCodes& codes);
  void add(const Instruction& instruction);
  Call bind(const Instruction& instruction);
  void add_elementwise(const Instruction& instruction, int number);
  Bound<ElementwiseGroup<T>> bind_elementwise(const Instruction& instruction, int number);
  const T* kept(std::shared_ptr<T[]> weights);
  void bind_outputs();
  void set_uniform(Size number, T value);

  const Program& program_;
  const KernelsOf<T>& kernels_;
  T* const x_;
  const Size lanes_;
  Buffer<T> inputs_, registers_, uniforms_, copies_;
  std::vector<std::unique_ptr<T*[]>> tables_;
  std::vector<std::shared_ptr<T[]>> weights_;
  std::vector<Call> calls_;
  std::unique_ptr<Machine<double>> clock_;  // computes what depends on t alone; what it exports is rounded once
  std::vector<const double*> exports_;
  std::vector<const T*> outputs_;
};

}  // namespace maruyama
