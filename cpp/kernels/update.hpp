// The step of each scheme on flat arrays. Each operation is rounded once, in the order that is written.
#pragma once

#include "kernels/kernels.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// What is not finite leaves NaN: 0 x is a zero for a finite x, and NaN for the others. Sums of these keep it. Products,
// because the steps themselves are mostly sums, and processors do both side by side.
template <class V>
MARUYAMA_INLINE V zero_if_finite(V state) {
  return state * 0;
}
template <class T>
bool are_zero(typename Lanes<T>::Real sums) {
  return !any(sums != sums);
}

// Runs next(i, V) for vectors V of new states from i on, four at a time so that their sums do not wait for each other,
// and next(i, T) for the rest, and stores what it gives. True where all of it is finite.
template <class T, class Next>
MARUYAMA_INLINE bool advance(T* x, std::int64_t count, Next next) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count, together = 4;
  V sums[together] = {};
  std::int64_t i = 0;
  for (; i + together * width <= count; i += together * width) {
#pragma GCC unroll 4
    for (int v = 0; v < together; ++v) {
      const V state = next(i + v * width, V{});
      store(x + i + v * width, state);
      sums[v] += zero_if_finite(state);
    }
  }
  for (; i + width <= count; i += width) {
    const V state = next(i, V{});
    store(x + i, state);
    sums[0] += zero_if_finite(state);
  }
  T rest = 0;
  for (; i < count; ++i) {
    x[i] = next(i, T{});
    rest += zero_if_finite(x[i]);
  }
  return are_zero<T>((sums[0] + sums[1]) + (sums[2] + sums[3])) && rest == 0;
}

// Element i of an array, or the vector from there on.
template <class T>
MARUYAMA_INLINE T at(const T* p, std::int64_t i, T) {
  return p[i];
}
template <class T>
MARUYAMA_INLINE typename Lanes<T>::Real at(const T* p, std::int64_t i, typename Lanes<T>::Real) {
  return load<typename Lanes<T>::Real>(p + i);
}
template <bool uniform, class T, class V>
MARUYAMA_INLINE V at(Values<T> values, std::int64_t i, V kind) {
  if constexpr (uniform) return *values.data - V{};
  else return at(values.data, i, kind);
}

template <bool uniform_u, class T>
bool euler_loop(T* x, Values<T> u, T dt, std::int64_t count) {
  return advance(x, count, [=](std::int64_t i, auto kind) __attribute__((always_inline)) {
    return at(static_cast<const T*>(x), i, kind) + dt * at<uniform_u>(u, i, kind);
  });
}

template <class T>
bool euler(T* x, Values<T> u, T dt, std::int64_t count) {
  return u.uniform ? euler_loop<true>(x, u, dt, count) : euler_loop<false>(x, u, dt, count);
}

template <bool uniform_u, bool uniform_g, class T>
bool euler_maruyama_loop(T* x, Values<T> u, Values<T> g, const T* z, T dt, T root, std::int64_t count) {
  return advance(x, count, [=](std::int64_t i, auto kind) __attribute__((always_inline)) {
    const auto drifted = at(static_cast<const T*>(x), i, kind) + dt * at<uniform_u>(u, i, kind);
    return drifted + at<uniform_g>(g, i, kind) * (root * at(z, i, kind));
  });
}

template <class T>
bool euler_maruyama(T* x, Values<T> u, Values<T> g, const T* z, T dt, T root, std::int64_t count) {
  if (u.uniform && g.uniform) return euler_maruyama_loop<true, true>(x, u, g, z, dt, root, count);
  if (u.uniform) return euler_maruyama_loop<true, false>(x, u, g, z, dt, root, count);
  if (g.uniform) return euler_maruyama_loop<false, true>(x, u, g, z, dt, root, count);
  return euler_maruyama_loop<false, false>(x, u, g, z, dt, root, count);
}

// The number of terms is a constant where it is small, and that of the dimensions where they are as many.
template <int few, bool square, class T>
bool general_rows(T* x, Values<T> u, const T* g, std::int64_t g_row_stride, T* z, T dt, T root, std::int64_t rows,
                  std::int64_t any_dim, std::int64_t many) {
  const std::int64_t terms = few > 0 ? few : many, dim = square ? terms : any_dim;
  T sums = 0;
  for (std::int64_t i = 0; i < rows * terms; ++i) z[i] = root * z[i];
  for (std::int64_t row = 0; row < rows; ++row) {
    const T* dw = z + row * terms;
    T sums_of_row = 0;  // its own, so that no row waits for the one before
    for (std::int64_t i = 0; i < dim; ++i) {
      const T* factors = g + row * g_row_stride + i * terms;
      const T drifted = x[row * dim + i] + dt * u.data[u.uniform ? 0 : row * dim + i];
      T noise = terms > 0 ? factors[0] * dw[0] : T{0};
      for (std::int64_t j = 1; j < terms; ++j) noise += factors[j] * dw[j];
      const T next = drifted + noise;
      x[row * dim + i] = next;
      sums_of_row += zero_if_finite(next);
    }
    sums += sums_of_row;
  }
  return sums == 0;
}

// Numbers side by side in pairs, the firsts and the seconds of as many pairs as a vector has lanes.
template <class T>
MARUYAMA_INLINE void load_pairs(const T* p, typename Lanes<T>::Real& first, typename Lanes<T>::Real& second) {
  using V = typename Lanes<T>::Real;
  using B = typename Lanes<T>::Bits;
  B even, odd;
  deinterleave((B)load<V>(p), (B)load<V>(p + Lanes<T>::count), even, odd);
  first = (V)even;
  second = (V)odd;
}

// Two dimensions with two terms each, whose matrices differ from row to row: a vector of rows at a time. Gives how many
// rows that were.
template <class T>
std::int64_t general_pairs(T* x, Values<T> u, const T* g, const T* z, T dt, T root, std::int64_t rows, bool& finite) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count;
  std::int64_t row = 0;
  V all = {};
  for (; row + width <= rows; row += width) {
    V first, second, increments[2][2];
    load_pairs(z + 2 * row, first, second);
    first = root * first;
    second = root * second;
    interleave(first, first, increments[0][0], increments[0][1]);
    interleave(second, second, increments[1][0], increments[1][1]);
    for (int half = 0; half < 2; ++half) {
      const std::int64_t i = 2 * row + half * width;
      V factors[2];
      load_pairs(g + 2 * i, factors[0], factors[1]);
      const V rate = u.uniform ? splat<V>(*u.data) : load<V>(u.data + i);
      const V drifted = load<V>(x + i) + dt * rate;
      V noise = factors[0] * increments[0][half];
      noise += factors[1] * increments[1][half];
      const V next = drifted + noise;
      store(x + i, next);
      all += zero_if_finite(next);
    }
  }
  finite = are_zero<T>(all);
  return row;
}

template <class T>
bool general_of_two(T* x, Values<T> u, const T* g, std::int64_t g_row_stride, T* z, T dt, T root, std::int64_t rows) {
  bool finite = true;
  const std::int64_t done = g_row_stride == 4 ? general_pairs(x, u, g, z, dt, root, rows, finite) : 0;
  const Values<T> rest{u.uniform ? u.data : u.data + 2 * done, u.uniform};
  const bool rest_finite = general_rows<2, true>(x + 2 * done, rest, g + g_row_stride * done, g_row_stride,
                                                 z + 2 * done, dt, root, rows - done, 2, 2);
  return finite && rest_finite;
}

template <int few, class T>
bool general_terms(T* x, Values<T> u, const T* g, std::int64_t g_row_stride, T* z, T dt, T root, std::int64_t rows,
                   std::int64_t dim, std::int64_t terms) {
  if constexpr (few == 2)
    if (dim == 2) return general_of_two(x, u, g, g_row_stride, z, dt, root, rows);
  const auto loop = dim == few ? general_rows<few, true, T> : general_rows<few, false, T>;
  return loop(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
}

template <class T>
bool euler_maruyama_general(T* x, Values<T> u, const T* g, std::int64_t g_row_stride, T* z, T dt, T root,
                            std::int64_t rows, std::int64_t dim, std::int64_t terms) {
  switch (terms) {
    case 1: return general_terms<1>(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
    case 2: return general_terms<2>(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
    case 3: return general_terms<3>(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
    case 4: return general_terms<4>(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
    case 5: return general_terms<5>(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
    default: return general_rows<0, false>(x, u, g, g_row_stride, z, dt, root, rows, dim, terms);
  }
}

// One vector of lanes at a time, so that its increments stay in registers while the dimensions go by. The number of
// terms is a constant where it is small; else it is `many`, and the increments wait in z.
template <int few, class T>
bool general_lanes(T* x, Values<T> u, Values<T> g, T* z, T dt, T root, std::int64_t lanes, std::int64_t dim,
                   std::int64_t many) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count;
  const std::int64_t terms = few > 0 ? few : many;
  V sums = {};
  for (std::int64_t lane = 0; lane < lanes; lane += width) {
    V increments[few > 0 ? few : 1];
    for (std::int64_t j = 0; j < terms; ++j) {
      const V dw = root * load<V>(z + j * lanes + lane);
      if constexpr (few > 0) increments[j] = dw;
      else store(z + j * lanes + lane, dw);
    }
    const auto product = [&](std::int64_t i, std::int64_t j) {
      const V factor = g.uniform ? splat<V>(*g.data) : load<V>(g.data + (i * terms + j) * lanes + lane);
      if constexpr (few > 0) return factor * increments[j];
      else return factor * load<V>(z + j * lanes + lane);
    };
    for (std::int64_t i = 0; i < dim; ++i) {
      T* state = x + i * lanes + lane;
      const V rate = u.uniform ? splat<V>(*u.data) : load<V>(u.data + i * lanes + lane);
      V noise = terms > 0 ? product(i, 0) : V{};
      for (std::int64_t j = 1; j < terms; ++j) noise += product(i, j);
      const V next = (load<V>(state) + dt * rate) + noise;
      store(state, next);
      sums += zero_if_finite(next);
    }
  }
  return are_zero<T>(sums);
}

template <class T>
bool euler_maruyama_general_lanes(T* x, Values<T> u, Values<T> g, T* z, T dt, T root, std::int64_t lanes,
                                  std::int64_t dim, std::int64_t terms) {
  switch (terms) {
    case 1: return general_lanes<1>(x, u, g, z, dt, root, lanes, dim, terms);
    case 2: return general_lanes<2>(x, u, g, z, dt, root, lanes, dim, terms);
    case 3: return general_lanes<3>(x, u, g, z, dt, root, lanes, dim, terms);
    case 4: return general_lanes<4>(x, u, g, z, dt, root, lanes, dim, terms);
    default: return general_lanes<0>(x, u, g, z, dt, root, lanes, dim, terms);
  }
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
