// FloatControl: how a thread computes with floating point numbers: the direction of rounding, what becomes of subnormal
// numbers, which exceptions trap. It is the register MXCSR on x86-64 and FPCR on ARM. Every thread has its own, and
// inherits that of the thread which starts it. <cfenv> would do the same with the x87 unit besides, which takes ten
// times as long.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace maruyama {

class FloatControl {
 public:
  // The calling thread's.
  static FloatControl now() {
#if defined(__x86_64__)
    return FloatControl(_mm_getcsr());
#else
    std::uint64_t bits;
    asm volatile("mrs %0, fpcr" : "=r"(bits)::"memory");
    return FloatControl(bits);
#endif
  }

  // What IEEE 754 has by default: to nearest, subnormal numbers kept, no traps.
  static FloatControl standard() {
#if defined(__x86_64__)
    return FloatControl(0x1f80);
#else
    return FloatControl(0);
#endif
  }

  void apply() const {
#if defined(__x86_64__)
    _mm_setcsr(static_cast<unsigned>(bits_));
#else
    asm volatile("msr fpcr, %0" ::"r"(bits_) : "memory");
#endif
  }

 private:
  explicit FloatControl(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t bits_;
};

// The calling thread computes as `wanted` says while this lives, and then as before.
class WithFloats {
 public:
  explicit WithFloats(FloatControl wanted) { wanted.apply(); }
  ~WithFloats() { before_.apply(); }
  WithFloats(const WithFloats&) = delete;
  WithFloats& operator=(const WithFloats&) = delete;

 private:
  const FloatControl before_ = FloatControl::now();
};

}  // namespace maruyama
