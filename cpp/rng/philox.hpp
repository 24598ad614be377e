// Philox4x32-10 in lanes: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
// Included by the level's lanes; knows nothing of what the words are used for.
#pragma once

#include "rng/counter.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Four 32-bit words a lane, each in the low half of a 64-bit lane. The high halves are rubbish: the multiplication
// ignores them and the readers drop them, so that a half-round is one product, one shift and one three-way xor.
struct Words {
  U64 x0, x1, x2, x3;
};

// The round keys in every lane.
struct LaneKeys {
  U64 k0[kPhiloxRounds], k1[kPhiloxRounds];
};

MARUYAMA_INLINE LaneKeys lane_keys(const RoundKeys& keys) {
  LaneKeys lanes;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    lanes.k0[round] = splat<U64>(keys.k0[round]);
    lanes.k1[round] = splat<U64>(keys.k1[round]);
  }
  return lanes;
}

// So many vectors of counters go through the rounds in step: the operations of one depend on each other.
template <int vectors>
MARUYAMA_INLINE void philox(Words (&c)[vectors], const LaneKeys& keys) {
  const U64 m0 = splat<U64>(std::uint64_t{0xd2511f53}), m1 = splat<U64>(std::uint64_t{0xcd9e8d57});
#pragma GCC unroll 10
  for (int round = 0; round < kPhiloxRounds; ++round)
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
      const U64 p0 = multiply_words(m0, c[v].x0), p1 = multiply_words(m1, c[v].x2);
      c[v] = {xor3(p1 >> 32, c[v].x1, keys.k0[round]), p1, xor3(p0 >> 32, c[v].x3, keys.k1[round]), p0};
    }
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
