// An aligned, growable block of numbers that is not initialised. It does not keep its content when it grows.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

#include "base/errors.hpp"
#include "base/sizes.hpp"

namespace maruyama {

constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector

template <class T>
std::shared_ptr<T[]> allocate_aligned(Size count) {
  const auto bytes = static_cast<std::size_t>(checked_product(count > 0 ? count : 1, Size{sizeof(T)}));
  auto* memory = static_cast<T*>(::operator new[](bytes, std::align_val_t{kAlignment}, std::nothrow));
  if (!memory) throw NoMemory(static_cast<Size>(bytes));
  return std::shared_ptr<T[]>(memory, [](T* p) { ::operator delete[](p, std::align_val_t{kAlignment}); });
}

template <class T>
class Buffer {
 public:
  T* at_least(Size count) {
    if (count > capacity_ || !memory_) {
      memory_.reset();
      memory_ = allocate_aligned<T>(count);
      capacity_ = count;
    }
    return memory_.get();
  }
  T* data() const { return memory_.get(); }

 private:
  std::shared_ptr<T[]> memory_;
  Size capacity_ = 0;
};

}  // namespace maruyama
