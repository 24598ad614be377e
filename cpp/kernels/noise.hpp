// Normals in bulk: counters into lanes, words through the transform, values to memory.
#pragma once

#include "kernels/kernels.hpp"
#include "rng/normal.hpp"
#include "rng/philox.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Counters of as many blocks as a vector of T has lanes. float32 needs two vectors of 64-bit lanes: those of the even
// and of the odd lanes, whose words then join without a shuffle.
template <class T>
struct Counters;
template <>
struct Counters<double> {
  Words here;
};
template <>
struct Counters<float> {
  Words even, odd;
};

// Where all blocks, or all paths, share their high words, these are constants of a loop, and so is much of the first
// two rounds.
MARUYAMA_INLINE Words counter(U64 block, U64 block_high, U64 path, U64 path_high) {
  return {block, block_high, path, path_high};
}

// kChains chains of Philox are the blocks of so many vectors.
template <class T>
constexpr int kVectorsInStep = sizeof(T) == 8 ? kChains : kChains / 2;

// The words of the vectors' blocks, vector by vector: radius words and angle words, as rng/counter.hpp lays them out.
MARUYAMA_INLINE void words(const LaneKeys& keys, const Counters<double> (&c)[kChains], U64* radius, U64* angle) {
  Words w[kChains];
  for (int v = 0; v < kChains; ++v) w[v] = c[v].here;
  philox(w, keys);
  for (int v = 0; v < kChains; ++v) {
    radius[v] = join_words(w[v].x0, w[v].x1);
    angle[v] = join_words(w[v].x2, w[v].x3);
  }
}
MARUYAMA_INLINE void words(const LaneKeys& keys, const Counters<float> (&c)[kChains / 2], U32* radius, U32* angle) {
  Words w[kChains];
  for (int v = 0; v < kChains; v += 2) {
    w[v] = c[v / 2].even;
    w[v + 1] = c[v / 2].odd;
  }
  philox(w, keys);
  for (int v = 0; v < kChains; v += 2) {
    const Words &even = w[v], &odd = w[v + 1];
    radius[v] = (U32)join_words(even.x0, odd.x0);
    radius[v + 1] = (U32)join_words(even.x1, odd.x1);
    angle[v] = (U32)join_words(even.x2, odd.x2);
    angle[v + 1] = (U32)join_words(even.x3, odd.x3);
  }
}

// One block number for every lane, and the paths from memory.
MARUYAMA_INLINE void across(std::uint64_t block, const std::uint64_t* paths, Counters<double>& c) {
  const U64 path = load<U64>(paths);
  c.here = counter(splat<U64>(block), splat<U64>(block >> 32), path, path >> 32);
}
MARUYAMA_INLINE void across(std::uint64_t block, const std::uint64_t* paths, Counters<float>& c) {
  const U64 low = splat<U64>(block), high = splat<U64>(block >> 32);
  U64 even, odd;
  deinterleave(load<U64>(paths), load<U64>(paths + Lanes<double>::count), even, odd);
  c = {counter(low, high, even, even >> 32), counter(low, high, odd, odd >> 32)};
}

// One path for every lane, and consecutive blocks that share their high word.
constexpr std::uint64_t kCount[] = {0, 1, 2, 3, 4, 5, 6, 7};

MARUYAMA_INLINE void along(std::uint64_t block, std::uint64_t high, std::uint64_t path, Counters<double>& c) {
  c.here = counter(splat<U64>(block) + load<U64>(kCount), splat<U64>(high), splat<U64>(path), splat<U64>(path >> 32));
}
MARUYAMA_INLINE void along(std::uint64_t block, std::uint64_t high, std::uint64_t path, Counters<float>& c) {
  const U64 even = splat<U64>(block) + 2 * load<U64>(kCount);
  const U64 high_block = splat<U64>(high), low_path = splat<U64>(path), high_path = splat<U64>(path >> 32);
  c = {counter(even, high_block, low_path, high_path), counter(even + 1, high_block, low_path, high_path)};
}

// The normals of consecutive blocks in their order: pairs, or fours, side by side.
MARUYAMA_INLINE void store_in_order(const F64* z, double* out) {
  F64 low, high;
  interleave(z[0], z[1], low, high);
  store(out, low);
  store(out + Lanes<double>::count, high);
}
MARUYAMA_INLINE void store_in_order(const F32* z, float* out) {
  F32 even[2], odd[2], in_order[4];
  interleave(z[0], z[2], even[0], even[1]);
  interleave(z[1], z[3], odd[0], odd[1]);
  interleave(even[0], odd[0], in_order[0], in_order[1]);
  interleave(even[1], odd[1], in_order[2], in_order[3]);
  for (int i = 0; i < 4; ++i) store(out + i * Lanes<float>::count, in_order[i]);
}

// Some vectors at a time go through each part together, and what is between the parts stays in the first-level cache.
// A part is a chain of dependent operations, and the shorter it is the more of the next ones the processor's schedulers
// hold: hence the division and the square root stand apart from the polynomials. 32 vectors were the fastest on every
// level tried.
constexpr int kTogether = 32;

// Calls put(v, z) for v = 0 ... vectors - 1 with the normals of the counters counters_of(v).
template <class T, class CountersOf, class Put>
MARUYAMA_INLINE void make_normals(const RoundKeys& round_keys, std::int64_t vectors, CountersOf counters_of, Put put) {
  using V = typename Lanes<T>::Real;
  using B = typename Lanes<T>::Bits;
  constexpr int pairs = kNormalsPerBlock<T> / 2, in_step = kVectorsInStep<T>;
  const LaneKeys keys = lane_keys(round_keys);
  B radius[kTogether * pairs], angles[kTogether * pairs];
  V k[kTogether * pairs], f[kTogether * pairs], s[kTogether * pairs], squared_r[kTogether * pairs];
  for (std::int64_t first = 0; first < vectors; first += kTogether) {
    const int count = static_cast<int>(vectors - first < kTogether ? vectors - first : kTogether);
    int chains = 0;
    for (int v = 0; v < count; v += in_step, chains += kChains) {
      Counters<T> c[in_step];
#pragma GCC unroll 4
      for (int i = 0; i < in_step; ++i) c[i] = counters_of(v + i < count ? first + v + i : first);
      words(keys, c, radius + chains, angles + chains);
    }
#pragma GCC unroll 2
    for (int i = 0; i < chains; ++i) {
      const Reduced<V> u = reduced(radius[i]);
      k[i] = u.k;
      f[i] = u.f;
      s[i] = u.s;
    }
    for (int i = 0; i < chains; i += kChains) {
      const Reduced<Several<V>> u = {load_several(k + i), load_several(f + i), load_several(s + i)};
      store_several(squared_r + i, squared_radius<T>(u));
    }
    for (int i = 0; i < chains; i += kChains) {
      Several<V> d;
      for (int j = 0; j < kChains; ++j) d.each[j] = angle(angles[i + j]);
      const Direction<Several<V>> to = direction<T>(d);
      V z[2 * kChains];
      for (int j = 0; j < kChains; ++j)
        turn(squared_r[i + j], to.cosine.each[j], to.sine.each[j], angles[i + j], z[2 * j], z[2 * j + 1]);
      for (int j = 0, v = i / pairs; j < in_step && v + j < count; ++j) put(first + v + j, z + 2 * pairs * j);
    }
  }
}

template <class T>
void normals_across_paths(const RoundKeys& keys, const std::uint64_t* paths, std::int64_t lanes, std::uint64_t block,
                          T* out, std::int64_t stride) {
  constexpr std::int64_t width = Lanes<T>::count;
  make_normals<T>(
      keys, lanes / width,
      [=](std::int64_t v) __attribute__((always_inline)) {
        Counters<T> counters;
        across(block, paths + v * width, counters);
        return counters;
      },
      [=](std::int64_t v, const typename Lanes<T>::Real* z) __attribute__((always_inline)) {
        for (int i = 0; i < kNormalsPerBlock<T>; ++i) store(out + i * stride + v * width, z[i]);
      });
}

// The blocks share their high word.
template <class T>
MARUYAMA_INLINE void normals_of_blocks(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, T* out,
                                       std::int64_t count) {
  constexpr std::int64_t width = Lanes<T>::count, per_vector = kNormalsPerBlock<T> * width;
  const std::int64_t whole = count / per_vector, rest = count % per_vector;
  const std::uint64_t high = block >> 32;
  T last[per_vector];
  make_normals<T>(
      keys, whole + (rest > 0),
      [=](std::int64_t v) __attribute__((always_inline)) {
        Counters<T> counters;
        along(block + static_cast<std::uint64_t>(v * width), high, path, counters);
        return counters;
      },
      [=, &last](std::int64_t v, const typename Lanes<T>::Real* z)
          __attribute__((always_inline)) { store_in_order(z, v < whole ? out + v * per_vector : last); });
  if (rest > 0) std::memcpy(out + whole * per_vector, last, static_cast<std::size_t>(rest) * sizeof(T));
}

template <class T>
void normals_along_path(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, T* out, std::int64_t count) {
  while (count > 0) {
    const std::uint64_t blocks = (std::uint64_t{1} << 32) - (block & 0xffffffffu);  // to the next high word
    const std::int64_t most = static_cast<std::int64_t>(blocks) * kNormalsPerBlock<T>,
                       now = count < most ? count : most;
    normals_of_blocks(keys, path, block, out, now);
    block += blocks;
    out += now;
    count -= now;
  }
}

template <class T>
void radii(const Word<T>* words, T* r, std::int64_t count) {
  for (std::int64_t i = 0; i < count; i += Lanes<T>::count)
    store(r + i, square_root(squared_radius<T>(reduced(load<typename Lanes<T>::Bits>(words + i)))));
}

template <class T>
void directions(const Word<T>* words, T* cosine, T* sine, std::int64_t count) {
  using V = typename Lanes<T>::Real;
  for (std::int64_t i = 0; i < count; i += Lanes<T>::count) {
    const auto b = load<typename Lanes<T>::Bits>(words + i);
    const Direction<V> towards = direction<T>(angle(b));
    V z0, z1;
    turn(splat<V>(T{1}), towards.cosine, towards.sine, b, z0, z1);
    store(cosine + i, z0);
    store(sine + i, z1);
  }
}

template <int terms, class T>
MARUYAMA_INLINE void rows_from(const T* lanes, std::int64_t stride, std::int64_t rows, T* out) {
  for (std::int64_t row = 0; row < rows; ++row)
    for (int j = 0; j < terms; ++j) out[row * terms + j] = lanes[j * stride + row];
}

template <class T>
void rows_from_lanes(const T* lanes, std::int64_t stride, std::int64_t terms, std::int64_t rows, T* out) {
  if (terms == 2) return rows_from<2>(lanes, stride, rows, out);
  if (terms == 3) return rows_from<3>(lanes, stride, rows, out);
  if (terms == 4) return rows_from<4>(lanes, stride, rows, out);
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t j = 0; j < terms; ++j) out[row * terms + j] = lanes[j * stride + row];
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
