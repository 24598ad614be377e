// Compiled: a field that is an output of a program. It works by lanes; where its partner wants rows it turns them.
#pragma once

#include <algorithm>
#include <utility>

#include "integrate/field.hpp"
#include "program/machine.hpp"

namespace maruyama {

template <class T>
class CompiledEvaluator;

class Compiled : public FieldForm<Compiled, CompiledEvaluator> {
 public:
  // The arguments of the rows of the run, (rows, inputs), row-major; where there are fewer, they begin again.
  struct Inputs {
    const void* first = nullptr;
    Size values = 0;
  };

  // bytes_of_value: of the dtype that the program was traced for, which is that of the inputs.
  Compiled(std::shared_ptr<const Program> program, std::size_t output, Inputs inputs, std::size_t bytes_of_value)
      : program_(std::move(program)), output_(output), inputs_(inputs), bytes_of_value_(bytes_of_value) {}

  void require_fits(const Wanted& wanted) const override {
    require_equal(program_->text().dim, wanted.dim, "the dimensions of a program's states");
    require_equal(program_->width(output_), wanted.width, "the values of a program's output for each path");
    require_equal(static_cast<Size>(bytes_of_value_), static_cast<Size>(wanted.bytes_of_value),
                  "the bytes of a value of a program");
    if (program_->text().inputs > 0)
      require_equal(inputs_.values, checked_product(wanted.input_rows, program_->text().inputs),
                    "the inputs of a program, for all rows together");
  }

  const Program& program() const { return *program_; }
  std::size_t output() const { return output_; }
  template <class T>
  const T* inputs() const {
    return static_cast<const T*>(inputs_.first);
  }
  Size input_rows() const { return inputs_.values / std::max<Size>(1, program_->text().inputs); }
  bool shares_with(const Compiled& other) const {
    return program_ == other.program_ && inputs_.first == other.inputs_.first;
  }

  Size lanes(std::size_t bytes_of_value) const override {
    return bytes_of_value == sizeof(double) ? Machine<double>::lanes_for(*program_)
                                            : Machine<float>::lanes_for(*program_);
  }
  std::unique_ptr<Evaluator<double>> evaluator_beside(Evaluator<double>& drift, Monitor& monitor) const override;
  std::unique_ptr<Evaluator<float>> evaluator_beside(Evaluator<float>& drift, Monitor& monitor) const override;

 private:
  std::shared_ptr<const Program> program_;
  std::size_t output_;
  Inputs inputs_;
  std::size_t bytes_of_value_;
};

template <class T>
class CompiledEvaluator : public Evaluator<T> {
 public:
  CompiledEvaluator(const Compiled& field, Monitor&) : field_(field) {}

  void begin(Tile<T>& tile) override {
    if (tile.layout == Layout::lanes) {
      if (!machine_) machine_ = std::make_unique<Machine<T>>(field_.program(), tile.x, tile.lanes);
      load_inputs(tile.first_row, tile.rows);
      return;
    }
    if (!machine_) {
      lanes_ = Machine<T>::lanes_for(field_.program());
      machine_ = std::make_unique<Machine<T>>(field_.program(), turned_.at_least(tile.dim * lanes_), lanes_);
    }
    values_.resize(field_.program().text().outputs.size());
    for (std::size_t output = 0; output < values_.size(); ++output)
      values_[output].at_least(tile.rows * field_.program().width(output));
  }

  Values<T> operator()(Tile<T>& tile, double t) override {
    if (tile.layout == Layout::lanes) machine_->run(t);
    else
      for (Size row = 0; row < tile.rows; row += lanes_) run_rows(tile, row, std::min(lanes_, tile.rows - row), t);
    by_lanes_ = tile.layout == Layout::lanes;
    return output(field_.output());
  }

  // Any output, after a call.
  Values<T> output(std::size_t number) const {
    return {by_lanes_ ? machine_->output(number) : values_[number].data(), false};
  }
  const Compiled& field() const { return field_; }

 private:
  void load_inputs(Size first_row, Size rows) {
    if (field_.program().text().inputs > 0)
      machine_->load_inputs(field_.inputs<T>(), field_.input_rows(), first_row, rows);
  }

  void run_rows(const Tile<T>& tile, Size first, Size rows, double t) {
    for (Size i = 0; i < tile.dim; ++i)
      for (Size lane = 0; lane < lanes_; ++lane)
        turned_.data()[i * lanes_ + lane] = tile.x[(first + std::min(lane, rows - 1)) * tile.dim + i];
    load_inputs(tile.first_row + first, rows);
    machine_->run(t);
    for (std::size_t output = 0; output < values_.size(); ++output) {
      const Size width = field_.program().width(output);
      kernels().of<T>().rows_from_lanes(machine_->output(output), lanes_, width, rows,
                                        values_[output].data() + first * width);
    }
  }

  const Compiled& field_;
  std::unique_ptr<Machine<T>> machine_;
  Size lanes_ = 0;
  bool by_lanes_ = false;
  Buffer<T> turned_;
  std::vector<Buffer<T>> values_;
};

// Another output of what the drift's evaluator has just run.
template <class T>
class OtherOutput : public Evaluator<T> {
 public:
  OtherOutput(const CompiledEvaluator<T>& drift, std::size_t output) : drift_(drift), output_(output) {}
  void begin(Tile<T>&) override {}
  Values<T> operator()(Tile<T>&, double) override { return drift_.output(output_); }

 private:
  const CompiledEvaluator<T>& drift_;
  std::size_t output_;
};

template <class T>
std::unique_ptr<Evaluator<T>> output_beside(const Compiled& field, Evaluator<T>& drift, Monitor& monitor) {
  const auto* other = dynamic_cast<const CompiledEvaluator<T>*>(&drift);
  if (other && other->field().shares_with(field)) return std::make_unique<OtherOutput<T>>(*other, field.output());
  return field.evaluator(T{}, monitor);
}

inline std::unique_ptr<Evaluator<double>> Compiled::evaluator_beside(Evaluator<double>& drift, Monitor& monitor) const {
  return output_beside(*this, drift, monitor);
}
inline std::unique_ptr<Evaluator<float>> Compiled::evaluator_beside(Evaluator<float>& drift, Monitor& monitor) const {
  return output_beside(*this, drift, monitor);
}

}  // namespace maruyama
