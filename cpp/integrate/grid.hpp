// TimeGrid: the points t_0 ... t_steps of a run. Integer steps and float64 times; a time is never summed up.
#pragma once

#include "base/sizes.hpp"

namespace maruyama {

// t_k = t0 + k*(t1 - t0)/intervals, and t_intervals is exactly t1. A run that goes on from another goes on in its grid.
struct EvenGrid {
  double t0, t1;
  Size intervals;

  double t(Size k) const {
    return k == intervals ? t1 : t0 + static_cast<double>(k) * (t1 - t0) / static_cast<double>(intervals);
  }
  double dt() const { return (t1 - t0) / static_cast<double>(intervals); }
};

struct TimeGrid {
  Size steps;
  EvenGrid even;
  Size place;                      // the step of the even grid at which the run begins
  const double* points = nullptr;  // all steps + 1 of them, where they are not evenly spaced

  double t(Size step) const { return points ? points[step] : even.t(place + step); }
  double dt(Size step) const { return points ? points[step + 1] - points[step] : even.dt(); }
};

}  // namespace maruyama
