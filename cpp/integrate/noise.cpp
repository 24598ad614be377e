#include "integrate/noise.hpp"

#include <algorithm>
#include <cstring>

#include "threads/for_each_tile.hpp"
#include "threads/pulse.hpp"

namespace maruyama {

namespace {

// From this many normals a step on, a path's own stream fills the vectors.
constexpr Size kTermsAlongPath = 32;

// Where there is no path for most of the lanes, it is faster to spread the streams of those that are there.
constexpr Size kFewOfLanes = 4;

// Rows whose normals wait in the first-level cache to be put in row-major order.
constexpr Size kRowsAtOnce = 256;

// Some milliseconds' worth of values at a time, so that a long row can be interrupted.
template <class Work>
void in_pieces(Size count, Pulse& pulse, Work work) {
  constexpr Size kAtOnce = Size{1} << 20;
  for (Size first = 0; first < count; first += kAtOnce) {
    work(first, std::min(kAtOnce, count - first));
    if (count > kAtOnce) pulse.pass_on();
  }
}

// The fewest steps whose normals fill whole blocks.
template <class T>
Size steps_of_whole_blocks(Size terms) {
  Size steps = 1;
  while (steps * terms % kNormalsPerBlock<T> != 0) steps *= 2;
  return steps;
}

}  // namespace

template <class T>
NoiseSource<T>::NoiseSource(const RoundKeys& keys, PathNumbers paths, const StepNormals& normals, Size first,
                            Size steps, Pulse& pulse)
    : kernels_(kernels().of<T>()),
      keys_(keys),
      paths_(paths),
      terms_(normals.terms),
      features_(normals.features),
      first_(first),
      steps_(steps),
      pulse_(pulse),
      steps_together_(features_ > 1 ? 1 : steps_of_whole_blocks<T>(terms_)),
      wanted_(wanted_blocks(normals.wanted)),
      all_are_wanted_(!normals.wanted) {}

template <class T>
auto NoiseSource<T>::wanted_blocks(const bool* wanted) const -> std::vector<Blocks> {
  const Size normals = steps_together_ * terms_ * features_, all = divide_up(normals, kNormalsPerBlock<T>);
  if (!wanted) return {{0, all}};
  std::vector<Blocks> found;
  for (Size number = 0; number < normals; ++number) {
    const Size block = number / kNormalsPerBlock<T>;
    if (!wanted[number % (terms_ * features_)] || (!found.empty() && found.back().first + found.back().count > block))
      continue;
    if (!found.empty() && found.back().first + found.back().count == block) ++found.back().count;
    else found.push_back({block, 1});
  }
  return found;
}

template <class T>
template <class Work>
void NoiseSource<T>::for_each_block(Size total, Work work) const {
  for (const Blocks& blocks : wanted_)
    for (Size block = blocks.first; block < std::min(total, blocks.first + blocks.count); ++block) work(block);
}

// Memory in which 0 stands for what is not made.
template <class T>
T* NoiseSource<T>::room(Buffer<T>& buffer, Size count) {
  T* values = buffer.at_least(count);
  if (!all_are_wanted_) std::fill_n(values, count, T{0});
  return values;
}

template <class T>
void NoiseSource<T>::begin(const Tile<T>& tile) {
  first_row_ = tile.first_row;
  rows_ = tile.rows;
  layout_ = tile.layout;
  lanes_ = layout_ == Layout::lanes ? tile.lanes : round_up(tile.rows, kLaneBlock);
  step_stride_ = layout_ == Layout::lanes || terms_ == 1 ? lanes_ * terms_ : rows_ * terms_;
  if (features_ > 1) {
    room(z_, lanes_);
    return;
  }
  numbers_.resize(static_cast<std::size_t>(lanes_));
  for (Size lane = 0; lane < lanes_; ++lane)
    numbers_[static_cast<std::size_t>(lane)] = paths_[tile.first_row + std::min(lane, rows_ - 1)];
  const bool whole_blocks = layout_ == Layout::lanes || terms_ == 1;  // they are made where they stay
  const Size terms_together = steps_together_ * terms_;
  room(z_, whole_blocks ? round_up(terms_together, kNormalsPerBlock<T>) * lanes_ : terms_together * rows_);
}

template <class T>
T* NoiseSource<T>::operator()(Size step) {
  const Size counted = first_ + step, within = counted % steps_together_;
  if (within == 0 || step == 0) make(counted - within, std::min(steps_together_, within + (steps_ - step)));
  return z_.data() + within * step_stride_;
}

template <class T>
void NoiseSource<T>::make(Size step, Size count) {
  if (features_ > 1) return make_for_features(step);
  const auto first_block = static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(terms_) / kNormalsPerBlock<T>;
  if (terms_ >= kTermsAlongPath && layout_ == Layout::rows) return make_along_paths(first_block, count);
  if (terms_ >= kTermsAlongPath && rows_ * kFewOfLanes <= lanes_) return make_for_few_lanes(first_block, count);
  make_across_paths(first_block, count);
}

template <class T>
void NoiseSource<T>::make_along_paths(std::uint64_t first_block, Size count) {
  if (count == 1) {
    for (Size row = 0; row < rows_; ++row) make_stream(row, first_block, z_.data() + row * terms_, terms_);
    return;
  }
  T* stream = room(scratch_, count * terms_);
  for (Size row = 0; row < rows_; ++row) {
    make_stream(row, first_block, stream, count * terms_);
    for (Size step = 0; step < count; ++step)
      std::copy_n(stream + step * terms_, terms_, z_.data() + step * step_stride_ + row * terms_);
  }
}

template <class T>
void NoiseSource<T>::make_for_few_lanes(std::uint64_t first_block, Size count) {
  T* stream = room(scratch_, count * terms_);
  for (Size row = 0; row < rows_; ++row) {
    const Size lanes = row == rows_ - 1 ? lanes_ - row : 1;
    make_stream(row, first_block, stream, count * terms_);
    for (Size i = 0; i < count * terms_; ++i) std::fill_n(z_.data() + i * lanes_ + row, lanes, stream[i]);
  }
}

template <class T>
void NoiseSource<T>::make_stream(Size row, std::uint64_t first_block, T* out, Size count) {
  for (const Blocks& blocks : wanted_) {
    const Size begin = blocks.first * kNormalsPerBlock<T>;
    if (begin >= count) return;
    in_pieces(std::min(blocks.count * kNormalsPerBlock<T>, count - begin), pulse_, [&](Size first, Size values) {
      const auto block = first_block + static_cast<std::uint64_t>(blocks.first + first / kNormalsPerBlock<T>);
      kernels_.normals_along_path(keys_, numbers_[static_cast<std::size_t>(row)], block, out + begin + first, values);
    });
  }
}

template <class T>
void NoiseSource<T>::make_for_features(Size step) {
  T* const z = z_.data();
  if (wanted_.empty()) return;
  for (Size done = 0; done < rows_;) {
    const Size row = first_row_ + done, feature = row % features_, count = std::min(features_ - feature, rows_ - done);
    make_from(
        paths_[row / features_],
        static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(features_) + static_cast<std::uint64_t>(feature),
        z + done, count);
    done += count;
  }
  std::fill(z + rows_, z + lanes_, z[rows_ - 1]);
}

// Normals number, number + 1, ... of a path, which need not begin with a block.
template <class T>
void NoiseSource<T>::make_from(std::uint64_t path, std::uint64_t number, T* out, Size count) {
  constexpr std::uint64_t of_block = kNormalsPerBlock<T>;
  if (const std::uint64_t within = number % of_block; within > 0) {
    T block[of_block];
    kernels_.normals_along_path(keys_, path, number / of_block, block, Size{of_block});
    const Size head = std::min(static_cast<Size>(of_block - within), count);
    out = std::copy_n(block + within, head, out);
    number += static_cast<std::uint64_t>(head);
    count -= head;
  }
  if (count > 0) kernels_.normals_along_path(keys_, path, number / of_block, out, count);
}

template <class T>
void NoiseSource<T>::make_across_paths(std::uint64_t first_block, Size count) {
  const Size blocks = divide_up(count * terms_, kNormalsPerBlock<T>);
  if (terms_ == 1 || layout_ == Layout::lanes) {  // they are made in this order: (steps, terms, lanes)
    for_each_block(blocks, [&](Size block) {
      kernels_.normals_across_paths(keys_, numbers_.data(), lanes_, first_block + static_cast<std::uint64_t>(block),
                                    z_.data() + block * kNormalsPerBlock<T> * lanes_, lanes_);
    });
    return;
  }
  T* scratch = room(scratch_, blocks * kNormalsPerBlock<T> * kRowsAtOnce);
  for (Size row = 0; row < rows_; row += kRowsAtOnce) {
    for_each_block(blocks, [&](Size block) {
      kernels_.normals_across_paths(keys_, numbers_.data() + row, std::min(kRowsAtOnce, lanes_ - row),
                                    first_block + static_cast<std::uint64_t>(block),
                                    scratch + block * kNormalsPerBlock<T> * kRowsAtOnce, kRowsAtOnce);
    });
    for (Size step = 0; step < count; ++step)
      kernels_.rows_from_lanes(scratch + step * terms_ * kRowsAtOnce, kRowsAtOnce, terms_,
                               std::min(kRowsAtOnce, rows_ - row), z_.data() + step * step_stride_ + row * terms_);
  }
}

template <class T>
void fill_noise(T* out, Size steps, Size rows, Size terms, const RoundKeys& keys, PathNumbers paths, int threads,
                Monitor& monitor) {
  constexpr Size kValuesOfTile = Size{1} << 14;
  const Size tile_rows = std::max<Size>(1, kValuesOfTile / std::max<Size>(1, terms));
  for_each_tile(divide_up(rows, tile_rows), threads, monitor, [&](Tiles::Hand& tiles) {
    Pulse pulse(monitor);
    NoiseSource<T> source(keys, paths, {terms}, 0, steps, pulse);
    for (Size tile; (tile = tiles.next()) >= 0;) {
      const Size first = tile * tile_rows, count = std::min(tile_rows, rows - first);
      Tile<T> place;
      place.first_row = first;
      place.rows = count;
      source.begin(place);
      for (Size step = 0; step < steps; ++step) {
        const T* z = source(step);
        T* to = out + (step * rows + first) * terms;
        in_pieces(count * terms, pulse, [&](Size at, Size values) { std::copy_n(z + at, values, to + at); });
        pulse.beat(count);
      }
    }
  });
}

template <class T>
void fill_normals(T* out, Size count, const RoundKeys& keys, int threads, Monitor& monitor) {
  constexpr Size kValuesOfTile = Size{1} << 14;
  for_each_tile(divide_up(count, kValuesOfTile), threads, monitor, [&](Tiles::Hand& tiles) {
    for (Size tile; (tile = tiles.next()) >= 0;) {
      const Size first = tile * kValuesOfTile, values = std::min(kValuesOfTile, count - first);
      kernels().of<T>().normals_along_path(keys, 0, static_cast<std::uint64_t>(first / kNormalsPerBlock<T>),
                                           out + first, values);
      monitor.advance(values);
    }
  });
}

template class NoiseSource<double>;
template class NoiseSource<float>;
template void fill_noise(double*, Size, Size, Size, const RoundKeys&, PathNumbers, int, Monitor&);
template void fill_noise(float*, Size, Size, Size, const RoundKeys&, PathNumbers, int, Monitor&);
template void fill_normals(double*, Size, const RoundKeys&, int, Monitor&);
template void fill_normals(float*, Size, const RoundKeys&, int, Monitor&);

}  // namespace maruyama
