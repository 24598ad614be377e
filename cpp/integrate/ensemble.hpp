// A whole run: the states of all paths, cut into tiles, each taken through all its steps by one thread.
#pragma once

#include "integrate/field.hpp"
#include "integrate/grid.hpp"
#include "integrate/noise.hpp"
#include "save/sink.hpp"

namespace maruyama {

// A problem in memory of the caller's.
template <class T>
struct Ensemble {
  const T* x0;
  Size x0_rows;  // after which it begins again: 1 where all rows start alike
  Size rows, dim;
  Size features;        // rows that are one path, side by side, where no feature acts on another; else 1
  PathNumbers numbers;  // of the paths
  TimeGrid grid;
  Size steps_before;  // that the paths took in runs before this one: the noise goes on
  const Field& drift;
  const Field* diffusion;  // null: an ODE
  Size terms;              // Brownian motions a row
  const bool* noisy;       // which of a path's motions act on any state; null: all
  bool general;            // the diffusion is (paths, dim, terms)
  RoundKeys keys;
  bool check_finite;
};

// How a run is cut: rows of a tile, 0 for what suits the fields.
struct Cut {
  int threads;
  Size tile_rows;
};

template <class T>
void integrate(const Ensemble<T>& ensemble, const Cut& cut, Sink<T>& sink, Monitor& monitor);

}  // namespace maruyama
