// From a seed to the words of keys: the hash of numpy.random.SeedSequence, for seeds of up to 64 bits, in a
// microsecond's fraction. NumPy's own takes several, more than a small fill does. Its design is M. O'Neill's,
// "Developing a seed_seq alternative" (2015); the constants are those that NumPy documents as never to change.
// tests/test_seeding.py compares.
#pragma once

#include <array>
#include <cstdint>

namespace maruyama {

class SeedHash {
 public:
  explicit SeedHash(std::uint64_t seed) {
    const std::array<std::uint32_t, 4> entropy{static_cast<std::uint32_t>(seed),
                                               static_cast<std::uint32_t>(seed >> 32)};
    for (std::size_t i = 0; i < 4; ++i) pool_[i] = hashed(entropy[i]);
    for (std::size_t from = 0; from < 4; ++from)
      for (std::size_t to = 0; to < 4; ++to)
        if (from != to) pool_[to] = mixed(pool_[to], hashed(pool_[from]));
  }

  // Words 0, 1, ... of SeedSequence(seed).generate_state(count).
  template <std::size_t count>
  std::array<std::uint32_t, count> words() const {
    std::array<std::uint32_t, count> result{};
    std::uint32_t factor = 0x8b51f9ddu;
    for (std::size_t i = 0; i < count; ++i) result[i] = scrambled(pool_[i % 4], factor, 0x58f38dedu);
    return result;
  }

 private:
  static std::uint32_t folded(std::uint32_t x) { return x ^ (x >> 16); }
  static std::uint32_t scrambled(std::uint32_t x, std::uint32_t& factor, std::uint32_t next) {
    x ^= factor;
    factor *= next;
    return folded(x * factor);
  }
  static std::uint32_t mixed(std::uint32_t x, std::uint32_t y) { return folded(0xca01f9ddu * x - 0x4973f715u * y); }
  std::uint32_t hashed(std::uint32_t x) { return scrambled(x, factor_, 0x931e8875u); }

  std::uint32_t factor_ = 0x43b0d7e5u;
  std::array<std::uint32_t, 4> pool_{};
};

}  // namespace maruyama
