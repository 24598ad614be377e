// NoiseSource: the normals of a tile, step after step. It never makes a block twice: where a block spans several steps
// (one normal a step is half a block of float64, a quarter of float32) these steps are made together.
#pragma once

#include <cstdint>
#include <vector>

#include "base/buffer.hpp"
#include "base/tile.hpp"
#include "kernels/kernels.hpp"
#include "threads/pulse.hpp"

namespace maruyama {

// Which path number each row of a run has.
struct PathNumbers {
  std::uint64_t first;
  const std::uint64_t* numbers = nullptr;  // where they are not first, first + 1, ...
  std::uint64_t operator[](Size row) const { return numbers ? numbers[row] : first + static_cast<std::uint64_t>(row); }
};

template <class T>
class NoiseSource {
 public:
  // Of the steps first, ..., first + steps - 1 of rows with so many terms each. Where `features` rows are one path,
  // each has one term, and theirs are the path's normals in their order. `pulse` is told of nothing, but asked whether
  // to go on where a step is long.
  NoiseSource(const RoundKeys& keys, PathNumbers paths, Size terms, Size features, Size first, Size steps,
              Pulse& pulse);

  // The tile's first step comes next; its normals are to lie as its states do.
  void begin(const Tile<T>& tile);

  // z of the run's step 0, 1, ..., in this order: (rows, terms) or (terms, lanes). It may be written to.
  T* operator()(Size step);

 private:
  void make(Size step, Size count);
  void make_across_paths(std::uint64_t first_block, Size count);
  void make_for_few_lanes(std::uint64_t first_block, Size count);
  void make_along_paths(std::uint64_t first_block, Size count);
  void make_stream(Size row, std::uint64_t first_block, T* out, Size count);
  void make_for_features(Size step);
  void make_from(std::uint64_t path, std::uint64_t number, T* out, Size count);

  const KernelsOf<T>& kernels_;
  const RoundKeys& keys_;
  const PathNumbers paths_;
  const Size terms_, features_, first_, steps_;
  Pulse& pulse_;
  const Size steps_together_;
  Size first_row_ = 0, rows_ = 0, lanes_ = 0, step_stride_ = 0;
  Layout layout_ = Layout::rows;
  std::vector<std::uint64_t> numbers_;
  Buffer<T> z_, scratch_;
};

// z of all steps, (steps, rows, terms), in `threads` threads.
template <class T>
void fill_noise(T* out, Size steps, Size rows, Size terms, const RoundKeys& keys, PathNumbers paths, int threads,
                Monitor& monitor);

// Normals 0, 1, 2, ... of path 0.
template <class T>
void fill_normals(T* out, Size count, const RoundKeys& keys, int threads, Monitor& monitor);

}  // namespace maruyama
