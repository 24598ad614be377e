// Compiled once for each level, as level.cpp is, with flags of its own: CMakeLists.txt says which and why.
#include MARUYAMA_LANES

#include "kernels/apart.hpp"
#include "kernels/noise.hpp"

namespace maruyama::MARUYAMA_LEVEL {

void normals_across(const RoundKeys& keys, const std::uint64_t* paths, std::int64_t lanes, std::uint64_t block,
                    double* out, std::int64_t stride) {
  normals_across_paths(keys, paths, lanes, block, out, stride);
}
void normals_across(const RoundKeys& keys, const std::uint64_t* paths, std::int64_t lanes, std::uint64_t block,
                    float* out, std::int64_t stride) {
  normals_across_paths(keys, paths, lanes, block, out, stride);
}

void normals_along(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, double* out, std::int64_t count) {
  normals_along_path(keys, path, block, out, count);
}
void normals_along(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, float* out, std::int64_t count) {
  normals_along_path(keys, path, block, out, count);
}

}  // namespace maruyama::MARUYAMA_LEVEL
