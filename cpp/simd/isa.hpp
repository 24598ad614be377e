// The instruction sets ("levels"): one name each, the same in files, namespaces, MARUYAMA_ISA and the docs.
#pragma once

#include <cstddef>

// X(name, what the processor must have), the lesser before the greater. Those of x86-64 are the micro-architecture
// levels of its psABI. Adding one: a line here, its lanes in simd/lanes_<name>.hpp, and a line of CMake.
#define MARUYAMA_ISAS(X)                                                                                          \
  X(x86_64_v2, NEEDS("sse4.2") NEEDS("ssse3") NEEDS("popcnt"))                                                    \
  X(x86_64_v3, INCLUDES(x86_64_v2) NEEDS("avx2") NEEDS("fma") NEEDS("bmi") NEEDS("bmi2"))                         \
  X(x86_64_v4,                                                                                                    \
    INCLUDES(x86_64_v3) NEEDS("avx512f") NEEDS("avx512bw") NEEDS("avx512cd") NEEDS("avx512dq") NEEDS("avx512vl")) \
  X(aarch64, )

namespace maruyama {

#define MARUYAMA_ISA_NAME(name, needs) name,
enum class Isa { MARUYAMA_ISAS(MARUYAMA_ISA_NAME) };
#undef MARUYAMA_ISA_NAME

#define MARUYAMA_ISA_NAME(name, needs) #name,
constexpr const char* kIsaNames[] = {MARUYAMA_ISAS(MARUYAMA_ISA_NAME)};
#undef MARUYAMA_ISA_NAME

constexpr const char* name(Isa isa) { return kIsaNames[static_cast<std::size_t>(isa)]; }

// Whether this processor (and its operating system) can run code built for a level of its architecture. The only reader
// of the CPU.
bool has(Isa isa);

}  // namespace maruyama
