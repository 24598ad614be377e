// Reads the processor. The sets are those of the x86-64 psABI's micro-architecture levels.
#include "simd/isa.hpp"

namespace maruyama {

#if defined(__x86_64__)

bool has(Isa isa) {
  __builtin_cpu_init();
  const bool v2 =
      __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  switch (isa) {
    case Isa::x86_64_v2: return v2;
    case Isa::x86_64_v3: return v3;
    case Isa::x86_64_v4: return v4;
    default: return false;
  }
}

#else

bool has(Isa isa) { return isa == Isa::aarch64; }

#endif

}  // namespace maruyama
