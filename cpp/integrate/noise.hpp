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

// The normals of a step: how many, which rows share them, and which of them nobody asks for.
struct StepNormals {
  Size terms;                    // of a row
  Size features = 1;             // rows that are one path, of one term each: theirs are the path's, in their order
  const bool* wanted = nullptr;  // (terms of a path): where false, 0 stands for the normal; null: all are wanted
};

template <class T>
class NoiseSource {
 public:
  // Of the steps first, ..., first + steps - 1. `pulse` is told of nothing, but asked whether to go on where a step is
  // long.
  NoiseSource(const RoundKeys& keys, PathNumbers paths, const StepNormals& normals, Size first, Size steps,
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
  // Blocks of the steps that are made together.
  struct Blocks {
    Size first, count;
  };
  std::vector<Blocks> wanted_blocks(const bool* wanted) const;
  template <class Work>
  void for_each_block(Size total, Work work) const;
  T* room(Buffer<T>& buffer, Size count);

  const Size terms_, features_, first_, steps_;
  Pulse& pulse_;
  const Size steps_together_;
  const std::vector<Blocks> wanted_;
  const bool all_are_wanted_;
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
