// THE table of operations: name, number of operands, and what one does to vectors a, b, c, d of lanes. The names are
// NumPy's. Adding one is a line here and a line in the tracer (python/maruyama/tracing/).
//
// Truth values are 1 and 0. The expressions are expanded in kernels/elementwise.hpp alone, once for each level.
#pragma once

#include <cstdint>

// The last ones of each list are several operations in one, each rounded once as if it stood alone: they save a store
// and a load between them.
//
// Some instructions each: the loop itself would cost as much.
#define MARUYAMA_ARITHMETIC(X)                                      \
  X(copy, 1, a)                                                     \
  X(negative, 1, -a)                                                \
  X(absolute, 1, magnitude(a))                                      \
  X(sign, 1, sign_of(a))                                            \
  X(signbit, 1, truth(sign_bit(a)))                                 \
  X(floor, 1, floor_of(a))                                          \
  X(ceil, 1, ceil_of(a))                                            \
  X(trunc, 1, trunc_of(a))                                          \
  X(rint, 1, rint_of(a))                                            \
  X(sqrt, 1, square_root(a))                                        \
  X(square, 1, a* a)                                                \
  X(reciprocal, 1, 1 / a)                                           \
  X(logical_not, 1, truth(a == 0))                                  \
  X(isfinite, 1, truth(a - a == 0))                                 \
  X(isnan, 1, truth(a != a))                                        \
  X(isinf, 1, truth(magnitude(a) == infinity<V>()))                 \
  X(add, 2, a + b)                                                  \
  X(subtract, 2, a - b)                                             \
  X(multiply, 2, a* b)                                              \
  X(divide, 2, a / b)                                               \
  X(minimum, 2, where(either(a < b, a != a), a, b))                 \
  X(maximum, 2, where(either(a > b, a != a), a, b))                 \
  X(fmin, 2, where(either(a < b, b != b), a, b))                    \
  X(fmax, 2, where(either(a > b, b != b), a, b))                    \
  X(copysign, 2, with_sign_of(a, b))                                \
  X(spacing, 1, spacing_of(a))                                      \
  X(nextafter, 2, nextafter_of(a, b))                               \
  X(heaviside, 2, where(a != a, a, where(a == 0, b, truth(a > 0)))) \
  X(less, 2, truth(a < b))                                          \
  X(less_equal, 2, truth(a <= b))                                   \
  X(greater, 2, truth(a > b))                                       \
  X(greater_equal, 2, truth(a >= b))                                \
  X(equal, 2, truth(a == b))                                        \
  X(not_equal, 2, truth(a != b))                                    \
  X(logical_and, 2, truth((a != 0) & (b != 0)))                     \
  X(logical_or, 2, truth((a != 0) | (b != 0)))                      \
  X(logical_xor, 2, truth((a != 0) ^ (b != 0)))                     \
  X(where, 3, where(a != 0, b, c))                                  \
  X(multiply_add, 3, a* b + c)                                      \
  X(multiply_subtract, 3, a* b - c)                                 \
  X(subtract_multiple, 3, c - a * b)                                \
  X(add_multiply, 3, (a + b) * c)                                   \
  X(subtract_multiply, 3, (a - b) * c)                              \
  X(subtract_multiply_add, 4, (a - b) * c + d)                      \
  X(subtract_multiply_subtract, 4, (a - b) * c - d)                 \
  X(add_products, 4, a* b + c * d)                                  \
  X(subtract_products, 4, a* b - c * d)

// Tens of instructions each, most of which wait for the one before: two vectors at once fill the gaps.
#define MARUYAMA_CHAINS(X)                    \
  X(exp, 1, exp_of(a))                        \
  X(exp2, 1, exp2_of(a))                      \
  X(expm1, 1, expm1_of(a))                    \
  X(sinh, 1, sinh_of(a))                      \
  X(cosh, 1, cosh_of(a))                      \
  X(tanh, 1, tanh_of(a))                      \
  X(arcsin, 1, arcsin_of(a))                  \
  X(arccos, 1, arccos_of(a))                  \
  X(arctan, 1, arctan_of(a))                  \
  X(arcsinh, 1, arcsinh_of(a))                \
  X(arccosh, 1, arccosh_of(a))                \
  X(arctanh, 1, arctanh_of(a))                \
  X(expit, 1, expit_of(a))                    \
  X(log_expit, 1, log_expit_of(a))            \
  X(logaddexp, 2, logaddexp_of(a, b))         \
  X(logaddexp2, 2, logaddexp2_of(a, b))       \
  X(exp_negative, 1, exp_of(-a))              \
  X(one_plus_exp_negative, 1, exp_of(-a) + 1) \
  X(divide_by_one_plus_exp_negative, 2, b / (exp_of(-a) + 1))

// Tens of instructions each, with several chains of their own: two vectors at once would want too many registers.
#define MARUYAMA_FUNCTIONS(X)               \
  X(log, 1, log_of(a))                      \
  X(log2, 1, log2_of(a))                    \
  X(log10, 1, log10_of(a))                  \
  X(log1p, 1, log1p_of(a))                  \
  X(cbrt, 1, cbrt_of(a))                    \
  X(sin, 1, sin_of(a))                      \
  X(cos, 1, cos_of(a))                      \
  X(tan, 1, tan_of(a))                      \
  X(erf, 1, erf_of(a))                      \
  X(erfc, 1, erfc_of(a))                    \
  X(ndtr, 1, ndtr_of(a))                    \
  X(log_ndtr, 1, log_ndtr_of(a))            \
  X(erfcx, 1, erfcx_of(a))                  \
  X(ndtri, 1, ndtri_of(a))                  \
  X(erfinv, 1, erfinv_of(a))                \
  X(gammaln, 1, gammaln_of(a))              \
  X(i0e, 1, i0e_of(a))                      \
  X(i1e, 1, i1e_of(a))                      \
  X(power, 2, power_of(a, b))               \
  X(mod, 2, mod_of(a, b))                   \
  X(fmod, 2, fmod_of(a, b))                 \
  X(floor_divide, 2, floor_divide_of(a, b)) \
  X(arctan2, 2, arctan2_of(a, b))           \
  X(hypot, 2, hypot_of(a, b))

#define MARUYAMA_OPERATIONS(X) MARUYAMA_ARITHMETIC(X) MARUYAMA_CHAINS(X) MARUYAMA_FUNCTIONS(X)

namespace maruyama {

enum class Operation : std::int32_t {
#define MARUYAMA_OPERATION(name, operands, result) name,
  MARUYAMA_OPERATIONS(MARUYAMA_OPERATION)
#undef MARUYAMA_OPERATION
};

struct OperationInfo {
  const char* name;
  int operands;
};

constexpr OperationInfo kOperations[] = {
#define MARUYAMA_OPERATION(name, operands, result) {#name, operands},
    MARUYAMA_OPERATIONS(MARUYAMA_OPERATION)
#undef MARUYAMA_OPERATION
};

constexpr int kOperationCount = sizeof kOperations / sizeof kOperations[0];

#define MARUYAMA_OPERATION(name, operands, result) +1
constexpr int kArithmeticCount = 0 MARUYAMA_ARITHMETIC(MARUYAMA_OPERATION);
constexpr int kChainCount = 0 MARUYAMA_CHAINS(MARUYAMA_OPERATION);
#undef MARUYAMA_OPERATION

constexpr bool is_arithmetic(Operation operation) { return static_cast<int>(operation) < kArithmeticCount; }

// How many vectors a loop over lanes takes at once.
constexpr int vectors_together(Operation operation) {
  const int number = static_cast<int>(operation);
  return number < kArithmeticCount ? 4 : number < kArithmeticCount + kChainCount ? 2 : 1;
}

// Folds of several values into one, from left to right.
enum class Fold : std::int32_t { sum, product, minimum_reduce, maximum_reduce };
constexpr const char* kFolds[] = {"sum", "product", "minimum_reduce", "maximum_reduce"};
constexpr int kFoldCount = sizeof kFolds / sizeof kFolds[0];

// Searches in a table of ascending knots: how many are below a value, and how many are not above it.
constexpr const char* kSearches[] = {"search_left", "search_right"};
constexpr int kSearchCount = sizeof kSearches / sizeof kSearches[0];

}  // namespace maruyama
