// Constant: a field that is the same everywhere, a number or a row of numbers.
#pragma once

#include <utility>

#include "integrate/field.hpp"

namespace maruyama {

template <class T>
class ConstantEvaluator;

class Constant : public FieldForm<Constant, ConstantEvaluator> {
 public:
  explicit Constant(std::vector<double> row) : row_(std::move(row)) {}
  void require_fits(const Wanted& wanted) const override {
    if (wanted.matrix || row_.size() != 1)
      require_equal(static_cast<Size>(row_.size()), wanted.width, "the length of a constant");
  }
  const std::vector<double>* constant() const override { return &row_; }

 private:
  std::vector<double> row_;
};

template <class T>
class ConstantEvaluator : public Evaluator<T> {
 public:
  ConstantEvaluator(const Constant& field, Monitor&) : row_(field.constant()->begin(), field.constant()->end()) {}

  void begin(Tile<T>& tile) override {
    const Size width = static_cast<Size>(row_.size());
    // The (dim, terms) of general noise is the same for all rows and is read as it stands, but by lanes.
    as_it_stands_ = width == 1 || (tile.layout == Layout::rows && width != tile.dim);
    const Size repeats = tile.layout == Layout::rows ? tile.rows : tile.lanes;
    if (as_it_stands_ || repeats <= repeats_) return;
    repeats_ = repeats;
    T* out = values_.at_least(repeats * width);
    if (tile.layout == Layout::rows)
      for (Size row = 0; row < repeats; ++row) out = std::copy(row_.begin(), row_.end(), out);
    else
      for (const T value : row_) out = std::fill_n(out, repeats, value);
  }

  Values<T> operator()(Tile<T>&, double) override {
    return as_it_stands_ ? Values<T>{row_.data(), row_.size() == 1} : Values<T>{values_.data(), false};
  }

 private:
  std::vector<T> row_;
  bool as_it_stands_ = true;
  Size repeats_ = 0;
  Buffer<T> values_;
};

}  // namespace maruyama
