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

// The round keys in every lane. A word that a key goes into is the xor of a product's high word, of the low word of the
// product two rounds before, and of the key. So where a xor of three takes two instructions, a product's one xor has
// the keys of two rounds: its own in the high half, and that of the next in the low half.
struct LaneKeys {
  U64 k0[kPhiloxRounds], k1[kPhiloxRounds];
};
constexpr bool kKeysOfTwoRounds = !kHasXor3;

MARUYAMA_INLINE LaneKeys lane_keys(const RoundKeys& keys) {
  LaneKeys lanes;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    lanes.k0[round] = splat<U64>(keys.k0[round]);
    lanes.k1[round] = splat<U64>(keys.k1[round]);
  }
  if constexpr (kKeysOfTwoRounds)
    for (int round = 0; round < kPhiloxRounds; round += 2) {
      lanes.k0[round] = splat<U64>(keys.k0[round] << 32 | keys.k0[round + 1]);
      lanes.k1[round] = splat<U64>(keys.k1[round] << 32 | keys.k1[round + 1]);
    }
  return lanes;
}

MARUYAMA_INLINE void philox_round(Words& c, const LaneKeys& keys, int round) {
  U64 p0 = multiply_words(splat<U64>(std::uint64_t{0xd2511f53}), c.x0);
  U64 p1 = multiply_words(splat<U64>(std::uint64_t{0xcd9e8d57}), c.x2);
  if constexpr (kKeysOfTwoRounds) {
    if (round % 2 == 0) {
      p0 ^= keys.k1[round];
      p1 ^= keys.k0[round];
    }
    c = {high_words(p1) ^ c.x1, p1, high_words(p0) ^ c.x3, p0};
  } else {
    c = {xor3(high_words(p1), c.x1, keys.k0[round]), p1, xor3(high_words(p0), c.x3, keys.k1[round]), p0};
  }
}

// So many vectors of counters go through the rounds in step: the operations of one depend on each other. Products keep
// one unit busy and leave the others to what `between` does after each round.
template <int vectors, class Between>
MARUYAMA_INLINE void philox(Words (&c)[vectors], const LaneKeys& keys, Between between) {
#pragma GCC unroll 10
  for (int round = 0; round < kPhiloxRounds; ++round) {
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) philox_round(c[v], keys, round);
    between(round);
  }
}
template <int vectors>
MARUYAMA_INLINE void philox(Words (&c)[vectors], const LaneKeys& keys) {
  philox(c, keys, [](int) __attribute__((always_inline)) {});
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
