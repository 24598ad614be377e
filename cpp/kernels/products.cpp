// Compiled once for each level, as level.cpp is, with flags of its own: GCC, where it schedules before it allocates
// registers, loads the weights of a panel so early that sums of it have to wait in memory.
#include MARUYAMA_LANES

#include "kernels/apart.hpp"
#include "kernels/product.hpp"

namespace maruyama::MARUYAMA_LEVEL {

void product_of(const ProductGroup<double>& group) { product(group); }
void product_of(const ProductGroup<float>& group) { product(group); }

}  // namespace maruyama::MARUYAMA_LEVEL
