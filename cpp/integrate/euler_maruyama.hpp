// The Euler-Maruyama method for dX = u(X, t) dt + g(X, t) dW: G. Maruyama, "Continuous Markov processes and stochastic
// equations", Rend. Circ. Mat. Palermo 4 (1955); P. Kloeden, E. Platen, "Numerical solution of SDEs" (1992),
// section 10.2.
#pragma once

#include <cmath>

#include "integrate/field.hpp"
#include "integrate/finite.hpp"
#include "integrate/grid.hpp"
#include "integrate/noise.hpp"
#include "save/sink.hpp"
#include "threads/pulse.hpp"

namespace maruyama {

// The step x + dt*u + g*dw for noise of either kind.
template <class T>
struct StochasticUpdate {
  Size terms;
  bool general;
  bool same_g_for_all_rows;

  bool operator()(Tile<T>& tile, Values<T> u, Values<T> g, T* z, double dt) const {
    const KernelsOf<T>& update = kernels().of<T>();
    const T step = static_cast<T>(dt), root = static_cast<T>(std::sqrt(std::fabs(dt)));
    if (!general) return update.euler_maruyama(tile.x, u, g, z, step, root, tile.values());
    if (tile.layout == Layout::lanes)
      return update.euler_maruyama_general_lanes(tile.x, u, g, z, step, root, tile.lanes, tile.dim, terms);
    const Size stride = same_g_for_all_rows ? 0 : tile.dim * terms;
    return update.euler_maruyama_general(tile.x, u, g.data, stride, z, step, root, tile.rows, tile.dim, terms);
  }
};

template <class T>
void euler_maruyama(Tile<T>& tile, const TimeGrid& grid, Evaluator<T>& drift, Evaluator<T>& diffusion,
                    NoiseSource<T>& noise, const StochasticUpdate<T>& update, Sink<T>& sink, Pulse& pulse,
                    bool check_finite) {
  noise.begin(tile);
  drift.begin(tile);
  diffusion.begin(tile);
  sink.take(tile, 0);
  for (Size step = 0; step < grid.steps; ++step) {
    T* z = noise(step);
    const Values<T> u = drift(tile, grid.t(step));
    const Values<T> g = diffusion(tile, grid.t(step));
    const bool finite = update(tile, u, g, z, grid.dt(step));
    if (check_finite && !finite) throw_non_finite(tile, step);
    sink.take(tile, step + 1);
    pulse.beat(tile.rows);
  }
}

}  // namespace maruyama
