// Makes normals with one level's kernels, and counts how often each instruction runs.
//
//   count_instructions float64|float32 along|across        prints "address times" for every instruction
//   count_instructions float64|float32 along|across plain  makes them and counts nothing, for callgrind
//
// Built by scripts/count_instructions.py, with MARUYAMA_LEVEL.
#include <cstdio>
#include <cstring>

#include "kernels/kernels.hpp"
#include "stepping.hpp"

namespace maruyama::MARUYAMA_LEVEL { extern const Kernels table; }

namespace {

constexpr std::int64_t kNormals = 4096;
alignas(64) double out[kNormals];  // for either type
alignas(64) std::uint64_t paths[kNormals];

template <class T>
__attribute__((noinline)) void make(bool along) {
  using namespace maruyama;
  const KernelsOf<T>& kernels = MARUYAMA_LEVEL::table.of<T>();
  const RoundKeys keys = round_keys(1, 2);
  const std::int64_t lanes = kNormals / kNormalsPerBlock<T>;
  T* z = reinterpret_cast<T*>(out);
  if (along) kernels.normals_along_path(keys, 0, 0, z, kNormals);
  else kernels.normals_across_paths(keys, paths, lanes, 0, z, lanes);
}

void make(const char* type, const char* way) {
  const bool along = !std::strcmp(way, "along");
  if (!std::strcmp(type, "float64")) make<double>(along);
  else make<float>(along);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4) {
    make(argv[1], argv[2]);
    return 0;
  }
  for (std::int64_t i = 0; i < kNormals; ++i) paths[i] = static_cast<std::uint64_t>(i);
  const auto times = stepped([&] { make(argv[1], argv[2]); });
  for (const auto& [address, n] : times) std::printf("%llx %ld\n", address, n);
  return times.empty();
}
