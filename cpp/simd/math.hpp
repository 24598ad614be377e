// Elementary functions on vectors of lanes, for both types: one header for each family.
//
// Only + - * / sqrt and integer operations, each rounded once, so that every level gives the same bits. A lane's result
// does not depend on the other lanes. docs/math.md has the largest errors and what they cost.
#pragma once

#include "simd/math/arcsin.hpp"
#include "simd/math/arctan.hpp"
#include "simd/math/bessel.hpp"
#include "simd/math/cbrt.hpp"
#include "simd/math/error_function.hpp"
#include "simd/math/exp.hpp"
#include "simd/math/gamma.hpp"
#include "simd/math/hyperbolic.hpp"
#include "simd/math/hypot.hpp"
#include "simd/math/inverse_hyperbolic.hpp"
#include "simd/math/log.hpp"
#include "simd/math/log_sum.hpp"
#include "simd/math/neighbours.hpp"
#include "simd/math/normal_distribution.hpp"
#include "simd/math/power.hpp"
#include "simd/math/quantile.hpp"
#include "simd/math/remainder.hpp"
#include "simd/math/trig.hpp"
