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
  const std::vector<double>* constant() const override { return &row_; }

 private:
  std::vector<double> row_;
};

template <class T>
class ConstantEvaluator : public Evaluator<T> {
 public:
  ConstantEvaluator(const Constant& field, Monitor&)
      : row_(field.constant()->begin(), field.constant()->end()), rows_(0) {}

  void begin(Tile<T>& tile) override {
    repeated_ = row_.size() > 1 && static_cast<Size>(row_.size()) == tile.dim;
    if (!repeated_ || tile.rows <= rows_) return;
    rows_ = tile.rows;
    T* out = values_.at_least(rows_ * static_cast<Size>(row_.size()));
    for (Size row = 0; row < rows_; ++row) out = std::copy(row_.begin(), row_.end(), out);
  }

  Values<T> operator()(Tile<T>&, double) override {
    return repeated_ ? Values<T>{values_.data(), false} : Values<T>{row_.data(), row_.size() == 1};
  }

 private:
  std::vector<T> row_;
  Size rows_;
  bool repeated_ = false;  // once for each row of the tile; the (dim, terms) of general noise is not
  Buffer<T> values_;
};

}  // namespace maruyama
