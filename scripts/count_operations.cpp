// Counts the instructions of every operation of the program on one level: prints "type name instructions", for a
// vector, loads and stores and the loop's own among them. Built by scripts/count_operations.py, with MARUYAMA_LEVEL.
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "kernels/kernels.hpp"
#include "stepping.hpp"

namespace maruyama::MARUYAMA_LEVEL { extern const Kernels table; }

namespace {

using namespace maruyama;
constexpr std::int64_t kLanes = 1024;
alignas(64) double memory[kMostOperands + 1][kLanes];  // for either type

template <class T>
long instructions(int operation, std::int64_t lanes) {
  T* values[kMostOperands + 1];
  ElementwiseGroup<T> group{};
  for (int i = 0; i <= kMostOperands; ++i) values[i] = reinterpret_cast<T*>(memory[i]);
  for (int i = 0; i < kMostOperands; ++i) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) values[i][lane] = T(0.25) + T(i + 1) * T(lane) / T(4 * kLanes);
    group.in[i] = &values[i];
    group.step[i] = 1;
  }
  group.out = &values[kMostOperands];
  group.count = 1;
  group.lanes = lanes;
  const auto kernel = MARUYAMA_LEVEL::table.of<T>().elementwise[operation][kNoneUniform];
  const auto times = stepped([&] { kernel(group); });
  return std::accumulate(times.begin(), times.end(), 0L, [](long sum, const auto& each) { return sum + each.second; });
}

template <class T>
void print(const char* type, int vector) {
  for (int i = 0; i < kOperationCount; ++i) {
    const long more = instructions<T>(i, kLanes) - instructions<T>(i, kLanes / 2);
    std::printf("%s %s %.1f\n", type, kOperations[i].name, double(more) * vector / double(kLanes / 2));
  }
}

}  // namespace

int main(int, char** argv) {
  const int bytes = std::atoi(argv[1]);
  print<double>("float64", bytes / 8);
  print<float>("float32", bytes / 4);
}
