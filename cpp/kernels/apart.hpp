// Kernels of a level that are compiled apart from level.cpp, with flags of their own, which CMakeLists.txt gives.
#pragma once

#include <cstdint>

#include "kernels/groups.hpp"
#include "rng/counter.hpp"

namespace maruyama::MARUYAMA_LEVEL {

// In normals.cpp.
void normals_across(const RoundKeys& keys, const std::uint64_t* paths, std::int64_t lanes, std::uint64_t block,
                    double* out, std::int64_t stride);
void normals_across(const RoundKeys& keys, const std::uint64_t* paths, std::int64_t lanes, std::uint64_t block,
                    float* out, std::int64_t stride);
void normals_along(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, double* out, std::int64_t count);
void normals_along(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, float* out, std::int64_t count);

// In products.cpp.
void product_of(const ProductGroup<double>& group);
void product_of(const ProductGroup<float>& group);

}  // namespace maruyama::MARUYAMA_LEVEL
