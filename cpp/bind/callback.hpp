// Callback: a field that is a Python function of blocks of rows. One thread of a run at a time calls it.
#pragma once

#include <pybind11/numpy.h>

#include <optional>
#include <string>

#include "bind/gil.hpp"
#include "integrate/field.hpp"

namespace maruyama {

template <class T>
class CallbackEvaluator;

class Callback : public FieldForm<Callback, CallbackEvaluator> {
 public:
  // See _core.pyi. Made in the thread that then starts the run.
  Callback(py::object function, py::object conform, py::object arguments, std::vector<Size> tail);
  void require_fits(const Wanted& wanted) const override {
    require_equal(width_, wanted.width, "the values of a Python function for each path");
  }
  bool wants_large_tiles() const override { return true; }

  // The fields of one run share a turn.
  void share(std::shared_ptr<Turn> turn) { turn_ = std::move(turn); }

 private:
  template <class T>
  friend class CallbackEvaluator;

  // Whether the axes of an array (rows, dim) may be in the other order: conform then asks the function, once a run.
  bool is_in_doubt(Size rows) const { return !asked_ && rows > 1 && tail_.size() == 1 && tail_[0] == rows; }

  py::object function_, conform_, arguments_;
  std::vector<Size> tail_;
  Size width_;
  py::object context_;
  mutable bool asked_ = false;  // the turn guards it
  std::thread::id caller_ = std::this_thread::get_id();
  std::shared_ptr<Turn> turn_ = std::make_shared<Turn>();
};

template <class T>
class CallbackEvaluator : public Evaluator<T> {
 public:
  CallbackEvaluator(const Callback& field, Monitor& monitor);
  ~CallbackEvaluator() override;
  void begin(Tile<T>& tile) override;
  Values<T> operator()(Tile<T>& tile, double t) override;

 private:
  void show(Tile<T>& tile);
  py::object call(double t);
  const T* take(Tile<T>& tile, py::object result);
  const T* copy(const py::object& conformed, Size rows);
  bool can_be_read_in_place(PyObject* result, Size rows) const;

  const Callback& field_;
  Monitor& monitor_;
  PythonThread thread_;
  py::object x_;  // the tile's memory as a read-only array
  const T* shown_ = nullptr;
  const void* dtype_ = nullptr;
  py::object arguments_;  // the tile's rows of the arguments, a tuple
  py::object result_;     // the last result, where its values are read in place
  std::vector<PyObject*> stack_;
  Buffer<T> values_;
};

}  // namespace maruyama
