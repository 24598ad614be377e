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
  // Writes `width` values a path; the caller has made sure that the function is of the run's dtype.
  CFunction(std::uintptr_t address, std::uintptr_t data) : address_(address), data_(data) {}

  template <class T>
  void call(const T* x, double t, T* out, Size paths, Size dim) const {
    const WithFloats floats(callers_floats_);
    reinterpret_cast<CSignature<T>>(address_)(x, t, out, paths, dim, reinterpret_cast<void*>(data_));
  }

 private:
  std::uintptr_t address_, data_;
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
