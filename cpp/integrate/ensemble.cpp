#include "integrate/ensemble.hpp"

#include <algorithm>

#include "integrate/euler.hpp"
#include "integrate/euler_maruyama.hpp"
#include "threads/for_each_tile.hpp"

namespace maruyama {

namespace {

// Bytes of state in a tile. A native field wants its state, values and normals in the first-level cache; a Python
// function costs a microsecond a call, and wants what the second level holds. Measured by bench/tile_size.py.
constexpr Size kNativeBytes = Size{8} << 10;
constexpr Size kCallbackBytes = Size{128} << 10;
constexpr Size kMostLanes = 512, kFewestLanes = 64;

// Where the fewest lanes there can be take more than the second level holds, rows are as fast, and need no more memory
// than the paths there are.
constexpr Size kWideBytes = Size{1} << 20;

// A thread that starts late, or that is disturbed, leaves tiles to the others: some for each where there are enough
// paths.
constexpr Size kTilesOfThread = 4;

// Constants need no lanes; a program is made for them.
template <class T>
bool is_wide(const Ensemble<T>& run) {
  const bool constant = run.drift.constant() && (!run.diffusion || run.diffusion->constant());
  return constant && run.dim > kWideBytes / (kLaneBlock * Size{sizeof(T)});
}

template <class T>
Size rows_of_tile(const Ensemble<T>& run, const Cut& cut) {
  if (cut.tile_rows > 0) return cut.tile_rows;
  const bool large = run.drift.wants_large_tiles() || (run.diffusion && run.diffusion->wants_large_tiles());
  const Size width = std::max<Size>(1, run.general ? run.dim * std::max<Size>(1, run.terms / 4) : run.dim);
  const Size most = std::max<Size>(1, (large ? kCallbackBytes : kNativeBytes) / (width * Size{sizeof(T)}));
  // Tiles of equal size, whatever the number of threads: a field whose bits depend on the number of its rows (a
  // matrix product may) then gives the same on any number of threads.
  const Size tiles = std::max<Size>(1, divide_up(run.rows, most));
  return std::max<Size>(1, std::min(run.rows, round_up(divide_up(run.rows, tiles), is_wide(run) ? 1 : kLaneBlock)));
}

// The lanes of a run whose fields all work by lanes, or 0. No bit depends on them, so that a run of few paths may be
// cut into smaller tiles where it has more threads.
template <class T>
Size lanes_of_tile(const Ensemble<T>& run, Size threads) {
  if (is_wide(run)) return 0;
  const auto likes = [](const Field& field) { return field.constant() ? kMostLanes : field.lanes(sizeof(T)); };
  Size lanes = std::min(likes(run.drift), run.diffusion ? likes(*run.diffusion) : kMostLanes);
  while (lanes > kLaneBlock && lanes * run.dim * Size{sizeof(T)} > kNativeBytes)
    lanes = std::max(kLaneBlock, lanes / 2 / kLaneBlock * kLaneBlock);
  const Size lanes_of_part = divide_up(run.rows, threads > 1 ? kTilesOfThread * threads : 1);
  const Size wanted = std::min(std::max(lanes_of_part, kFewestLanes), std::max<Size>(1, run.rows));
  return std::min(lanes, round_up(wanted, kLaneBlock));
}

template <class T>
void start(Tile<T>& tile, const Ensemble<T>& run, Size first_row, Size rows) {
  tile.first_row = first_row;
  tile.rows = rows;
  const Size first = first_row % run.x0_rows;
  if (tile.layout == Layout::rows) {
    Size from = first;
    for (Size row = 0; row < rows; ++row, from = next_of(from, run.x0_rows))
      std::copy_n(run.x0 + from * run.dim, run.dim, tile.x + row * run.dim);
    return;
  }
  for (Size i = 0; i < run.dim; ++i) {
    Size from = first;
    T* x = tile.x + i * tile.lanes;
    for (Size lane = 0; lane < tile.lanes; ++lane) {
      x[lane] = run.x0[from * run.dim + i];
      if (lane < rows - 1) from = next_of(from, run.x0_rows);
    }
  }
}

// What one thread does: its own evaluators and noise, one tile after the other.
template <class T>
void take_tiles(const Ensemble<T>& run, Size tile_rows, Layout layout, Tiles::Hand& tiles, Sink<T>& sink,
                Monitor& monitor) {
  Size number = tiles.next();
  if (number < 0) return;
  Tile<T> tile;
  tile.dim = run.dim;
  tile.layout = layout;
  tile.lanes = round_up(tile_rows, kLaneBlock);
  tile.allocate(checked_product(layout == Layout::rows ? tile_rows : tile.lanes, run.dim));
  const auto drift = run.drift.evaluator(T{}, monitor);
  const auto diffusion = run.diffusion ? run.diffusion->evaluator_beside(*drift, monitor) : nullptr;
  Pulse pulse(monitor);
  NoiseSource<T> noise(run.keys, run.numbers, {run.terms, run.features, run.noisy}, run.steps_before, run.grid.steps,
                       pulse);
  const StochasticUpdate<T> update{run.terms, run.general, run.diffusion && run.diffusion->constant()};
  for (; number >= 0; number = tiles.next()) {
    const Size first_row = number * tile_rows;
    start(tile, run, first_row, std::min(tile_rows, run.rows - first_row));
    if (diffusion) euler_maruyama(tile, run.grid, *drift, *diffusion, noise, update, sink, pulse, run.check_finite);
    else euler(tile, run.grid, *drift, sink, pulse, run.check_finite);
    pulse.pass_on();
  }
}

}  // namespace

template <class T>
void integrate(const Ensemble<T>& run, const Cut& cut, Sink<T>& sink, Monitor& monitor) {
  const Size lanes = lanes_of_tile(run, cut.threads);
  const Layout layout = lanes > 0 ? Layout::lanes : Layout::rows;
  const Size tile_rows = cut.tile_rows == 0 && lanes > 0 ? lanes : rows_of_tile(run, cut);
  for_each_tile(divide_up(run.rows, tile_rows), cut.threads, monitor,
                [&](Tiles::Hand& tiles) { take_tiles(run, tile_rows, layout, tiles, sink, monitor); });
}

template void integrate(const Ensemble<double>&, const Cut&, Sink<double>&, Monitor&);
template void integrate(const Ensemble<float>&, const Cut&, Sink<float>&, Monitor&);

}  // namespace maruyama
