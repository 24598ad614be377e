// Field: a coefficient of the equation, and how a thread evaluates it. The forms that know Python live in bind/.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/buffer.hpp"
#include "base/tile.hpp"
#include "kernels/kernels.hpp"
#include "threads/monitor.hpp"

namespace maruyama {

// Evaluates a field for one thread. What it returns holds until its next call, and overlaps no tile.
template <class T>
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  // The tile whose steps come next; it may be moved to other memory by the calls that follow.
  virtual void begin(Tile<T>& tile) = 0;
  // (rows, width) values, or (width, lanes), as the tile has them; or one for all.
  virtual Values<T> operator()(Tile<T>& tile, double t) = 0;
};

// What a run asks of a field: `width` values for each of its rows, whose states are of `dim`.
struct Wanted {
  Size rows, dim, width;
  Size input_rows;             // of arguments: one for each row, or for each of those that are one path
  bool matrix;                 // the values are a (dim, terms): one value is then not enough for all of them
  std::size_t bytes_of_value;  // which dtype
};

inline void require_equal(Size got, Size expected, const char* what) {
  if (got != expected)
    throw std::invalid_argument("maruyama._core: " + std::string(what) + ": got " + std::to_string(got) +
                                ", expected " + std::to_string(expected));
}

class Field {
 public:
  virtual ~Field() = default;
  // Throws std::invalid_argument where the field was not made for that. Nothing is checked afterwards.
  virtual void require_fits(const Wanted& wanted) const = 0;
  // Called in the thread that will use it.
  virtual std::unique_ptr<Evaluator<double>> evaluator(double, Monitor& monitor) const = 0;
  virtual std::unique_ptr<Evaluator<float>> evaluator(float, Monitor& monitor) const = 0;
  // The same for a thread that has `drift` already: fields that were traced together are then evaluated together.
  virtual std::unique_ptr<Evaluator<double>> evaluator_beside(Evaluator<double>&, Monitor& monitor) const {
    return evaluator(double{}, monitor);
  }
  virtual std::unique_ptr<Evaluator<float>> evaluator_beside(Evaluator<float>&, Monitor& monitor) const {
    return evaluator(float{}, monitor);
  }
  // How many lanes of values that big the field likes best, or 0 where it wants rows.
  virtual Size lanes(std::size_t /*bytes_of_value*/) const { return 0; }
  // Whether one call costs so much that it should see many rows.
  virtual bool wants_large_tiles() const { return false; }
  // The same values for every path and time, or null.
  virtual const std::vector<double>* constant() const { return nullptr; }
};

// The two virtual functions of a form, from one template of its evaluator.
template <class Form, template <class> class FormEvaluator>
class FieldForm : public Field {
 public:
  std::unique_ptr<Evaluator<double>> evaluator(double, Monitor& monitor) const override {
    return std::make_unique<FormEvaluator<double>>(static_cast<const Form&>(*this), monitor);
  }
  std::unique_ptr<Evaluator<float>> evaluator(float, Monitor& monitor) const override {
    return std::make_unique<FormEvaluator<float>>(static_cast<const Form&>(*this), monitor);
  }
};

}  // namespace maruyama
