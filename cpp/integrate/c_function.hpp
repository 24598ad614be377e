// CFunction: a field that is a C function. It runs in every thread; nothing is locked. In each it computes with
// floating point numbers in the way that was set on the thread where this was made, which then starts the run.
#pragma once

#include <cstdint>

#include "integrate/field.hpp"
#include "simd/float_control.hpp"

namespace maruyama {

template <class T>
using CSignature = void (*)(const T* x, double t, T* out, std::intptr_t paths, std::intptr_t dim, void* data);

template <class T>
class CFunctionEvaluator;

class CFunction : public FieldForm<CFunction, CFunctionEvaluator> {
 public:
  // The function reads and writes values of so many bytes, and writes dim of them for each path.
  CFunction(std::uintptr_t address, std::uintptr_t data, std::size_t bytes_of_value)
      : address_(address), data_(data), bytes_of_value_(bytes_of_value) {}

  void require_fits(const Wanted& wanted) const override {
    require_equal(wanted.dim, wanted.width, "the values that a C function writes for each path");
    require_equal(static_cast<Size>(bytes_of_value_), static_cast<Size>(wanted.bytes_of_value),
                  "the bytes of a value of a C function");
  }

  template <class T>
  void call(const T* x, double t, T* out, Size paths, Size dim) const {
    const WithFloats floats(callers_floats_);
    reinterpret_cast<CSignature<T>>(address_)(x, t, out, paths, dim, reinterpret_cast<void*>(data_));
  }

 private:
  std::uintptr_t address_, data_;
  std::size_t bytes_of_value_;
  FloatControl callers_floats_ = FloatControl::now();
};

template <class T>
class CFunctionEvaluator : public Evaluator<T> {
 public:
  CFunctionEvaluator(const CFunction& field, Monitor&) : field_(field) {}
  void begin(Tile<T>& tile) override { out_.at_least(tile.values()); }
  Values<T> operator()(Tile<T>& tile, double t) override {
    field_.call<T>(tile.x, t, out_.data(), tile.rows, tile.dim);
    return {out_.data(), false};
  }

 private:
  const CFunction& field_;
  Buffer<T> out_;
};

}  // namespace maruyama
