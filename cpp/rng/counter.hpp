// THE layout of the noise: which words of Philox4x32-10 become which normal. Everything else follows from this page.
//
//   z(seed, path, step, j) is normal number k = step*m + j of its path, where m is the number of normals a step.
//
//   key      two 32-bit words of numpy.random.SeedSequence(seed)
//   counter  | block number, low | block number, high | path number, low | path number, high |
//   output   |        x0         |         x1         |        x2        |        x3         |
//
//   float64  block k/2  a = x0 | x1 << 32 (radius)         b = x2 | x3 << 32 (angle)
//                       z[2i] = r(a) cos(b)                z[2i+1] = r(a) sin(b)
//   float32  block k/4  x0, x1 are radii                   x2, x3 are angles
//                       z[4i]   = r(x0) cos(x2)            z[4i+1] = r(x0) sin(x2)
//                       z[4i+2] = r(x1) cos(x3)            z[4i+3] = r(x1) sin(x3)
//
// Changing anything here, or a bit of the transform in rng/normal.hpp, is a new STREAM_VERSION.
#pragma once

#include <cstdint>

namespace maruyama {

constexpr int kStreamVersion = 1;

// Normals that one block gives.
template <class T>
constexpr int kNormalsPerBlock = sizeof(T) == 8 ? 2 : 4;

constexpr int kPhiloxRounds = 10;

// The key of every round, spread once per run: the words are bumped by the golden ratio and by sqrt(3) - 1.
struct RoundKeys {
  std::uint64_t k0[kPhiloxRounds], k1[kPhiloxRounds];  // 32-bit words in 64-bit places, as the lanes want them
};

inline RoundKeys round_keys(std::uint32_t k0, std::uint32_t k1) {
  RoundKeys keys;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    keys.k0[round] = k0;
    keys.k1[round] = k1;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  return keys;
}

}  // namespace maruyama
