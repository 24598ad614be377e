// Some vectors whose operations are done in step: the first operation of all, then the second of all.
//
// A chain of dependent operations leaves most of a processor's units idle, and where it is long the schedulers hold too
// few operations to reach the next one: so chains stand side by side in the source. Of six and more the registers of
// AVX2 no longer hold what they need.
#pragma once

namespace maruyama::MARUYAMA_LEVEL {
namespace {

constexpr int kChains = 4;

template <class V>
struct Several {
  V each[kChains];
};

template <class V>
MARUYAMA_INLINE Several<V> load_several(const V* first) {
  Several<V> all;
  for (int i = 0; i < kChains; ++i) all.each[i] = first[i];
  return all;
}
template <class V>
MARUYAMA_INLINE void store_several(V* first, const Several<V>& all) {
  for (int i = 0; i < kChains; ++i) first[i] = all.each[i];
}

#define MARUYAMA_IN_STEP(op)                                                  \
  template <class V>                                                          \
  MARUYAMA_INLINE Several<V> operator op(Several<V> a, const Several<V>& b) { \
    for (int i = 0; i < kChains; ++i) a.each[i] = a.each[i] op b.each[i];     \
    return a;                                                                 \
  }                                                                           \
  template <class V, class T>                                                 \
  MARUYAMA_INLINE Several<V> operator op(Several<V> a, T b) {                 \
    for (int i = 0; i < kChains; ++i) a.each[i] = a.each[i] op b;             \
    return a;                                                                 \
  }
MARUYAMA_IN_STEP(+)
MARUYAMA_IN_STEP(-)
MARUYAMA_IN_STEP(*)
#undef MARUYAMA_IN_STEP

// A number in every lane, of one vector or of several.
template <class V>
struct Everywhere {
  template <class T>
  static MARUYAMA_INLINE V of(T value) {
    return splat<V>(value);
  }
};
template <class V>
struct Everywhere<Several<V>> {
  template <class T>
  static MARUYAMA_INLINE Several<V> of(T value) {
    Several<V> all;
    for (V& each : all.each) each = splat<V>(value);
    return all;
  }
};

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
