// The instruction sets ("levels"): one name each, the same in files, namespaces, MARUYAMA_ISA and the docs.
#pragma once

#include <cstddef>

namespace maruyama {

enum class Isa { x86_64_v2, x86_64_v3, x86_64_v4, aarch64 };

constexpr const char* kIsaNames[] = {"x86_64_v2", "x86_64_v3", "x86_64_v4", "aarch64"};

constexpr const char* name(Isa isa) { return kIsaNames[static_cast<std::size_t>(isa)]; }

// Whether this processor (and its operating system) can run code built for the level. The only reader of the CPU.
bool has(Isa isa);

}  // namespace maruyama
