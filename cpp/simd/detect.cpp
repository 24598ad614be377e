// Reads the processor.
#include "simd/isa.hpp"

#if defined(__x86_64__)
#define NEEDS(feature) &&__builtin_cpu_supports(feature)
#else
#define NEEDS(feature)  // every processor of the architecture has all that is asked for
#endif
#define INCLUDES(name) &&has(Isa::name)

namespace maruyama {

bool has(Isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  switch (isa) {
#define MARUYAMA_ISA_CASE(name, needs) \
  case Isa::name: return true needs;
    MARUYAMA_ISAS(MARUYAMA_ISA_CASE)
#undef MARUYAMA_ISA_CASE
  }
  return false;
}

}  // namespace maruyama
