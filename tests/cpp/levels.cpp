// Prints one line for each level that this processor has: its name and hashes of what its kernels make of fixed inputs.
// Every line must have the same hashes, on every machine. scripts/check_levels.py builds it, for ARM too.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <vector>

#include "kernels/kernels.hpp"

namespace maruyama {
namespace {

// FNV-1a over the bits of values, the least significant byte first.
class Hash {
 public:
  template <class T>
  void add(const std::vector<T>& values) {
    for (const T& value : values) {
      Word<T> bits;
      std::memcpy(&bits, &value, sizeof bits);
      for (std::size_t i = 0; i < sizeof bits; ++i) add_byte(static_cast<unsigned char>(bits >> (8 * i)));
    }
  }
  void add(bool value) { add_byte(value); }
  unsigned long long value() const { return value_; }

 private:
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211ull; }
  unsigned long long value_ = 1469598103934665603ull;
};

const RoundKeys kKeys = round_keys(123, 456);
constexpr std::int64_t kLanes = 1024;

template <class T>
std::vector<T> normals(const KernelsOf<T>& kernels, std::uint64_t path, std::int64_t count, std::uint64_t block = 3) {
  std::vector<T> z(static_cast<std::size_t>(count));
  kernels.normals_along_path(kKeys, path, block, z.data(), count);
  return z;
}

// Whether the blocks around a new high word are the same along a path and across paths.
template <class T>
bool crosses_high_words(const KernelsOf<T>& kernels) {
  constexpr std::uint64_t first = (std::uint64_t{1} << 32) - 20;
  constexpr std::size_t blocks = 40, each = kNormalsPerBlock<T>;
  const std::vector<T> along = normals(kernels, 77, blocks * each, first);
  const std::vector<std::uint64_t> paths(kLaneBlock, 77);
  std::vector<T> across(kLaneBlock * each);
  for (std::size_t block = 0; block < blocks; ++block) {
    kernels.normals_across_paths(kKeys, paths.data(), kLaneBlock, first + block, across.data(), kLaneBlock);
    for (std::size_t i = 0; i < each; ++i)
      if (across[i * kLaneBlock] != along[block * each + i]) return false;
  }
  return true;
}

template <class T>
unsigned long long noise(const KernelsOf<T>& kernels) {
  Hash hash;
  for (std::int64_t count : {1, 31, 1000, 99999}) hash.add(normals(kernels, 77, count));
  std::vector<std::uint64_t> paths(kLanes);
  for (std::size_t i = 0; i < kLanes; ++i) paths[i] = i * i * 1234567891234567;
  std::vector<T> z(kLanes * kNormalsPerBlock<T>), rows(z.size());
  for (std::uint64_t block : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 33}) {
    kernels.normals_across_paths(kKeys, paths.data(), kLanes, block, z.data(), kLanes);
    kernels.rows_from_lanes(z.data(), kLanes, kNormalsPerBlock<T>, kLanes, rows.data());
    hash.add(z);
    hash.add(rows);
  }
  return hash.value();
}

// Words whose highest bits run through all values, and those with few bits at either end.
template <class T>
unsigned long long transform(const KernelsOf<T>& kernels) {
  constexpr int bits = 8 * sizeof(T), runs = 16;
  std::vector<Word<T>> words;
  for (Word<T> i = 0; i < Word<T>{1} << runs; ++i) words.push_back(static_cast<Word<T>>(i << (bits - runs) | i));
  for (int i = 0; i < bits; ++i)
    for (Word<T> near = 0; near < kLaneBlock; ++near) words.push_back((Word<T>{1} << i) - 16 + near);
  std::vector<T> first(words.size()), second(words.size());
  const std::int64_t count = static_cast<std::int64_t>(words.size());
  Hash hash;
  kernels.radii(words.data(), first.data(), count);
  hash.add(first);
  kernels.directions(words.data(), first.data(), second.data(), count);
  hash.add(first);
  hash.add(second);
  return hash.value();
}

template <class T>
unsigned long long updates(const KernelsOf<T>& kernels) {
  constexpr std::int64_t rows = 333, dim = 3, terms = 5;
  const std::vector<T> u = normals(kernels, 1, rows * dim), g = normals(kernels, 2, rows * dim * terms);
  const T dt = T(0.01), root = T(0.1);
  std::vector<T> x = normals(kernels, 3, rows * dim);
  Hash hash;
  for (bool uniform_u : {false, true}) {
    hash.add(kernels.euler(x.data(), {u.data(), uniform_u}, dt, rows * dim));
    for (bool uniform_g : {false, true}) {
      std::vector<T> z = normals(kernels, 4, rows * dim), dw = normals(kernels, 5, rows * terms);
      hash.add(kernels.euler_maruyama(x.data(), {u.data(), uniform_u}, {g.data(), uniform_g}, z.data(), dt, root,
                                      rows * dim));
      hash.add(x);
      hash.add(kernels.euler_maruyama_general(x.data(), {u.data(), uniform_u}, g.data(), uniform_g ? 0 : dim * terms,
                                              dw.data(), dt, root, rows, dim, terms));
      hash.add(x);
    }
  }
  for (std::int64_t terms_of_lanes = 0; terms_of_lanes <= terms; ++terms_of_lanes) {
    std::vector<T> lanes = normals(kernels, 6, kLanes * dim), dw = normals(kernels, 7, kLanes * terms);
    const std::vector<T> rates = normals(kernels, 8, kLanes * dim), factors = normals(kernels, 9, kLanes * dim * terms);
    for (bool uniform : {false, true})
      hash.add(kernels.euler_maruyama_general_lanes(lanes.data(), {rates.data(), uniform}, {factors.data(), uniform},
                                                    dw.data(), dt, root, kLanes, dim, terms_of_lanes));
    hash.add(lanes);
  }
  return hash.value();
}

// Every operation of programs on normals and on edges, with operands of one value in every place. NaNs count as one.
template <class T>
unsigned long long operations(const KernelsOf<T>& kernels) {
  constexpr T kEdges[] = {0, -T(0), 1, -1, T(0.5), 3, -710, T(1e-30), T(1e30), HUGE_VALF, -HUGE_VALF, NAN};
  constexpr std::size_t kEdgeCount = std::size(kEdges);
  std::vector<T> arrays[kMostOperands], uniforms[kMostOperands], out(kLanes);
  for (std::size_t i = 0; i < kMostOperands; ++i) {
    arrays[i] = normals(kernels, 10 + i, kLanes);
    for (std::size_t lane = 0; lane < kEdgeCount * kEdgeCount; ++lane)
      arrays[i][lane] = kEdges[(i % 2 == 0 ? lane / kEdgeCount : lane) % kEdgeCount];
    uniforms[i].assign(kUniformWidth, T(0.75) - T(i));
  }
  Hash hash;
  for (int operation = 0; operation < kOperationCount; ++operation) {
    const int count = kOperations[operation].operands;
    for (int uniform = 0; uniform < 1 << count; ++uniform) {
      const T* in[kMostOperands];
      T* to = out.data();
      ElementwiseGroup<T> group{&to, {}, {}, 1, kLanes};
      for (int i = 0; i < count; ++i) {
        const bool is_uniform = (uniform >> i & 1) != 0;
        in[i] = (is_uniform ? uniforms : arrays)[i].data();
        group.in[i] = &in[i];
        group.step[i] = is_uniform ? 0 : 1;
      }
      kernels.elementwise[operation][uniform_kind(group, count)](group);
      for (T& value : out)
        if (value != value) value = T(NAN);
      hash.add(out);
    }
  }
  return hash.value();
}

// Rows of values, one after the other.
template <class T>
std::vector<T*> rows_of(std::vector<T>& values, std::int64_t length) {
  std::vector<T*> rows;
  for (std::size_t i = 0; i < values.size(); i += static_cast<std::size_t>(length)) rows.push_back(values.data() + i);
  return rows;
}

// Products of every number of outputs that a panel may have; sines with cosines; searches, and what they find.
template <class T>
unsigned long long groups(const KernelsOf<T>& kernels) {
  constexpr std::int32_t terms = 37, most = 2 * kPanel - 1, knot_count = 100;
  Hash hash;
  std::vector<T> x = normals(kernels, 20, terms * kLanes), out(most * kLanes);
  const std::vector<T> weights = normals(kernels, 21, terms * most), bias(kUniformWidth, T(0.75));
  const std::vector<T*> in = rows_of(x, kLanes), to = rows_of(out, kLanes);
  const std::vector<const T*> biases(most, bias.data());
  for (std::int32_t count = 1; count <= most; ++count)
    for (const T* const* added : {static_cast<const T* const*>(nullptr), biases.data()}) {
      kernels.product({to.data(), in.data(), weights.data(), added, count, terms, kLanes});
      hash.add(out);
    }
  for (T& value : x) value *= value * value * T(1000);
  kernels.sine_and_cosine({to.data(), in.data(), most / 2, kLanes});
  hash.add(out);
  std::vector<T> knots(knot_count);
  for (std::size_t i = 0; i < knot_count; ++i) knots[i] = T(i) * T(i) - T(1000);
  x[0] = T(NAN), x[1] = HUGE_VALF, x[2] = -HUGE_VALF, x[3] = knots[0], x[4] = knots[knot_count - 1];
  for (const auto search : kernels.searches) {
    search({to.data(), in.data(), knots.data(), most, knot_count, kLanes});
    hash.add(out);
  }
  std::vector<T> rows = out;
  const std::vector<T*> places = rows_of(rows, kLanes);
  kernels.take({to.data(), places.data(), knots.data(), most / 2, 2, knot_count / 2, kLanes});
  hash.add(out);
  for (std::int32_t step : {0, 1}) {
    kernels.pick({out.data(), rows.data(), in.data(), step, terms, kLanes});
    hash.add(out);
  }
  return hash.value();
}

template <class T>
void print(const char* type, const KernelsOf<T>& kernels) {
  std::printf(" %s %016llx %016llx %016llx %016llx %016llx", type, noise(kernels), transform(kernels), updates(kernels),
              operations(kernels), groups(kernels));
}

}  // namespace
}  // namespace maruyama

int main() {
  using namespace maruyama;
  for (const Kernels* table : built_in()) {
    if (!has(table->isa)) continue;
    if (!crosses_high_words(table->float64) || !crosses_high_words(table->float32)) return 1;
    std::printf("%s", name(table->isa));
    print("float64", table->float64);
    print("float32", table->float32);
    std::printf("\n");
  }
}
