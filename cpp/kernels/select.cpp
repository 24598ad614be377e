// Chooses a level, once.
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "kernels/kernels.hpp"

namespace maruyama {

// MARUYAMA_LEVELS is X(name) for each level that is built in, the least first; CMakeLists.txt makes it.
#define X(name) \
  namespace name { extern const Kernels table; }
MARUYAMA_LEVELS
#undef X

#define X(name) &name::table,
static const Kernels* const kTables[] = {MARUYAMA_LEVELS};
#undef X

Tables built_in() { return {std::begin(kTables), std::end(kTables)}; }

static std::string names_here() {
  std::string names;
  for (const Kernels* table : built_in())
    if (has(table->isa)) names += std::string(names.empty() ? "" : ", ") + name(table->isa);
  return names.empty() ? "none" : names;
}

static const Kernels& choose() {
  const char* wanted = std::getenv("MARUYAMA_ISA");
  const bool forced = wanted && *wanted;
  const Kernels* best = nullptr;
  for (const Kernels* table : built_in())
    if (has(table->isa) && (!forced || std::string(wanted) == name(table->isa))) best = table;
  if (best) return *best;
  if (forced)
    throw std::runtime_error("MARUYAMA_ISA=" + std::string(wanted) +
                             " cannot be used; this build on this processor has " + names_here() +
                             ". Unset MARUYAMA_ISA, or set it to one of these.");
  throw std::runtime_error("this processor has none of the instruction sets of this build; the least is " +
                           std::string(name((*built_in().begin())->isa)));
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace maruyama
