#pragma once
#include "simd/truth.hpp"
namespace maruyama::MARUYAMA_LEVEL {
namespace {
template <class V>
MARUYAMA_INLINE V exp_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V exp2_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V expm1_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V log_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V log2_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V log10_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V log1p_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V cbrt_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V sin_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V cos_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V tan_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V sinh_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V cosh_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V tanh_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arcsin_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arccos_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arctan_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arcsinh_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arccosh_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arctanh_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V erf_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V erfc_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V expit_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V log_expit_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V floor_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V ceil_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V trunc_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V rint_of(V a) {
  return a;
}
template <class V>
MARUYAMA_INLINE V power_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V mod_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V fmod_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V floor_divide_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V arctan2_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V hypot_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V logaddexp_of(V a, V) {
  return a;
}
template <class V>
MARUYAMA_INLINE V logaddexp2_of(V a, V) {
  return a;
}
}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
