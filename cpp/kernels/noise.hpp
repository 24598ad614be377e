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

// Chains of dependent operations in step: those of Philox and of the direction, and those of the radius, whose
// polynomial is a longer one in float64. Found by trial on Zen 2 (AVX2), Zen 4 and a Xeon, model 207 (AVX-512).
constexpr int kChains = 4;
template <class T>
constexpr int kRadiusChains = kFewRegisters && sizeof(T) == 8 ? 8 : 4;

// kChains chains of Philox are the blocks of so many vectors.
template <class T>
constexpr int kVectorsInStep = sizeof(T) == 8 ? kChains : kChains / 2;

// What is made of a radius word at once, and kept until its turn comes.
template <class T>
struct RadiusWord;
template <>
struct RadiusWord<double> {
  using Kept = F64;
};
template <>
struct RadiusWord<float> {
  using Kept = U32;
};

// The words of the vectors' blocks, vector by vector: radius words and angle words, as rng/counter.hpp lays them out.
template <class Between>
MARUYAMA_INLINE void words(const LaneKeys& keys, const Counters<double> (&c)[kChains], F64* radius, U64* angle,
                           Between between) {
  Words w[kChains];
  for (int v = 0; v < kChains; ++v) w[v] = c[v].here;
  philox(w, keys, between);
  for (int v = 0; v < kChains; ++v) {
    radius[v] = to_double(w[v].x0, w[v].x1);
    angle[v] = join_words(w[v].x2, w[v].x3);
  }
}
template <class Between>
MARUYAMA_INLINE void words(const LaneKeys& keys, const Counters<float> (&c)[kChains / 2], U32* radius, U32* angle,
                           Between between) {
  Words w[kChains];
  for (int v = 0; v < kChains; v += 2) {
    w[v] = c[v / 2].even;
    w[v + 1] = c[v / 2].odd;
  }
  philox(w, keys, between);
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

// Which of a vector's consecutive blocks each lane has: so that the normals come out in their order when they are
// interleaved in each 16 bytes by themselves.
template <class T>
struct Order {
  static constexpr int lanes = Lanes<T>::count, in_16_bytes = 16 / sizeof(T);
  std::uint64_t of[lanes] = {};
  constexpr Order() {
    for (int lane = 0; lane < lanes; ++lane) {
      const int part = lane / in_16_bytes, place = lane % in_16_bytes;
      of[lane] = static_cast<std::uint64_t>(place * (lanes / in_16_bytes) + part);
    }
  }
};
template <class T>
constexpr Order<T> kOrder;

// One path for every lane, and consecutive blocks that share their high word.
MARUYAMA_INLINE void along(std::uint64_t block, std::uint64_t high, std::uint64_t path, Counters<double>& c) {
  c.here = counter(splat<U64>(block) + load<U64>(kOrder<double>.of), splat<U64>(high), splat<U64>(path),
                   splat<U64>(path >> 32));
}
MARUYAMA_INLINE void along(std::uint64_t block, std::uint64_t high, std::uint64_t path, Counters<float>& c) {
  U64 even, odd;
  deinterleave(load<U64>(kOrder<float>.of), load<U64>(kOrder<float>.of + Lanes<double>::count), even, odd);
  const U64 high_block = splat<U64>(high), low_path = splat<U64>(path), high_path = splat<U64>(path >> 32);
  c = {counter(splat<U64>(block) + even, high_block, low_path, high_path),
       counter(splat<U64>(block) + odd, high_block, low_path, high_path)};
}

// The normals of consecutive blocks in their order: pairs, or fours, side by side.
MARUYAMA_INLINE void store_in_order(const F64* z, double* out) {
  F64 low, high;
  interleave_in_16_bytes(z[0], z[1], low, high);
  store(out, low);
  store(out + Lanes<double>::count, high);
}
MARUYAMA_INLINE void store_in_order(const F32* z, float* out) {
  F32 first[2], second[2];
  interleave_in_16_bytes(z[0], z[1], first[0], first[1]);
  interleave_in_16_bytes(z[2], z[3], second[0], second[1]);
  for (int i = 0; i < 2; ++i) {
    F64 low, high;
    interleave_in_16_bytes((F64)first[i], (F64)second[i], low, high);
    store(out + 2 * i * Lanes<float>::count, low);
    store(out + (2 * i + 1) * Lanes<float>::count, high);
  }
}

// Some vectors at a time go through each part together, and what is between the parts stays in the first-level cache.
// A part is a chain of dependent operations, and the shorter it is the more of the next ones the processor's schedulers
// hold: hence the division and the square root stand apart from the polynomials. 32 vectors were the fastest on every
// level tried.
constexpr int kTogether = 32;

// Whether radius words are reduced between the rounds of the next words, whose products leave units idle. Tried on
// AVX2.
constexpr bool kReducedBetween = kFewRegisters;

// What is between the parts. With kReducedBetween the first kChains of each are those before the first words.
template <class T>
struct Parts {
  using V = typename Lanes<T>::Real;
  static constexpr int before = kReducedBetween ? kChains : 0, count = before + kTogether * kNormalsPerBlock<T> / 2;
  typename RadiusWord<T>::Kept radius[count];
  typename Lanes<T>::Bits angles[count];
  V k[count], f2[count], s[count], squared_r[count];

  MARUYAMA_INLINE void reduce(int i) {
    const Reduced<V> u = reduced(radius[i]);
    k[i] = u.k;
    f2[i] = u.f2;
    s[i] = u.s;
  }
  template <int chains>
  MARUYAMA_INLINE void take_radius(int i) {
    const Reduced<Several<V, chains>> u = {load_several<chains>(k + i), load_several<chains>(f2 + i),
                                           load_several<chains>(s + i)};
    store_several(squared_r + i, squared_radius<T>(u));
  }
};

// Calls put(v, z) for v = 0 ... vectors - 1 with the normals of the counters counters_of(v).
template <class T, class CountersOf, class Put>
MARUYAMA_INLINE void make_normals(const RoundKeys& round_keys, std::int64_t vectors, CountersOf counters_of, Put put) {
  using V = typename Lanes<T>::Real;
  constexpr int pairs = kNormalsPerBlock<T> / 2, in_step = kVectorsInStep<T>, before = Parts<T>::before;
  const LaneKeys keys = lane_keys(round_keys);
  Parts<T> parts;
  for (int i = 0; i < before; ++i) parts.radius[i] = typename RadiusWord<T>::Kept{};
  for (std::int64_t first = 0; first < vectors; first += kTogether) {
    const int count = static_cast<int>(vectors - first < kTogether ? vectors - first : kTogether);
    int end = before;
    for (int v = 0; v < count; v += in_step, end += kChains) {
      Counters<T> c[in_step];
#pragma GCC unroll 4
      for (int i = 0; i < in_step; ++i) c[i] = counters_of(v + i < count ? first + v + i : first);
      words(keys, c, parts.radius + end, parts.angles + end, [&](int round) __attribute__((always_inline)) {
        if (kReducedBetween && round % 2 == 1 && round < 2 * kChains) parts.reduce(end - kChains + round / 2);
      });
    }
#pragma GCC unroll 2
    for (int i = kReducedBetween ? end - kChains : before; i < end; ++i) parts.reduce(i);
    int i = before;
    for (; i + kRadiusChains<T> <= end; i += kRadiusChains<T>) parts.template take_radius<kRadiusChains<T>>(i);
    if constexpr (kRadiusChains<T> > kChains)
      for (; i < end; i += kChains) parts.template take_radius<kChains>(i);
    for (i = before; i < end; i += kChains) {
      Several<V, kChains> d;
      for (int j = 0; j < kChains; ++j) d.each[j] = angle(parts.angles[i + j]);
      const Direction<Several<V, kChains>> to = direction<T>(d);
      V z[2 * kChains];
      for (int j = 0; j < kChains; ++j)
        turn(parts.squared_r[i + j], to.cosine.each[j], to.sine.each[j], parts.angles[i + j], z[2 * j], z[2 * j + 1]);
      for (int j = 0, v = (i - before) / pairs; j < in_step && v + j < count; ++j)
        put(first + v + j, z + 2 * pairs * j);
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
