// The Euler method for dx = u(x, t) dt: L. Euler, Institutionum calculi integralis I (1768), section 650.
#pragma once

#include "integrate/field.hpp"
#include "integrate/finite.hpp"
#include "integrate/grid.hpp"
#include "save/sink.hpp"
#include "threads/pulse.hpp"

namespace maruyama {

template <class T>
void euler(Tile<T>& tile, const TimeGrid& grid, Evaluator<T>& velocity, Sink<T>& sink, Pulse& pulse,
           bool check_finite) {
  const auto& update = kernels().of<T>().euler;
  velocity.begin(tile);
  sink.take(tile, 0);
  for (Size step = 0; step < grid.steps; ++step) {
    const Values<T> u = velocity(tile, grid.t(step));
    const bool finite = update(tile.x, u, static_cast<T>(grid.dt(step)), tile.values());
    if (check_finite && !finite) throw_non_finite(tile, step);
    sink.take(tile, step + 1);
    pulse.beat(tile.rows);
  }
}

}  // namespace maruyama
