// Some vectors whose operations are done in step: the first operation of all, then the second of all.
//
// A chain of dependent operations leaves most of a processor's units idle, and where it is long the schedulers hold too
// few operations to reach the next one: so chains stand side by side.
#pragma once

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Whether a level has so few registers that compilers, to save some, put one chain after the other.
constexpr bool kFewRegisters = kVectorRegisters < 32;

template <class V, int count>
struct Several {
  V each[count];
};

template <int count, class V>
MARUYAMA_INLINE Several<V, count> load_several(const V* first) {
  Several<V, count> all;
  for (int i = 0; i < count; ++i) all.each[i] = first[i];
  return all;
}
template <class V, int count>
MARUYAMA_INLINE void store_several(V* first, const Several<V, count>& all) {
  for (int i = 0; i < count; ++i) first[i] = all.each[i];
}

// Keeps the chains in step where the compiler would not.
template <class V, int count>
MARUYAMA_INLINE void keep_in_step(Several<V, count>& all) {
  if constexpr (kFewRegisters)
    for (V& each : all.each) hold(each);
}
template <class V>
MARUYAMA_INLINE void keep_in_step(V&) {}

#define MARUYAMA_IN_STEP(op)                                                                       \
  template <class V, int count>                                                                    \
  MARUYAMA_INLINE Several<V, count> operator op(Several<V, count> a, const Several<V, count>& b) { \
    for (int i = 0; i < count; ++i) a.each[i] = a.each[i] op b.each[i];                            \
    return a;                                                                                      \
  }                                                                                                \
  template <class V, int count, class T>                                                           \
  MARUYAMA_INLINE Several<V, count> operator op(Several<V, count> a, T b) {                        \
    for (int i = 0; i < count; ++i) a.each[i] = a.each[i] op b;                                    \
    return a;                                                                                      \
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
template <class V, int count>
struct Everywhere<Several<V, count>> {
  template <class T>
  static MARUYAMA_INLINE Several<V, count> of(T value) {
    Several<V, count> all;
    for (V& each : all.each) each = splat<V>(value);
    return all;
  }
};

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
