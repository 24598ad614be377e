// TimeGrid: the points t_0 ... t_steps. Integer steps and float64 times; a time is never summed up.
#pragma once

#include "base/sizes.hpp"

namespace maruyama {

struct TimeGrid {
  double t0, t1;
  Size steps;
  const double* points = nullptr;  // all steps + 1 of them, where they are not evenly spaced

  double t(Size step) const {
    if (points) return points[step];
    return step == steps ? t1 : t0 + static_cast<double>(step) * (t1 - t0) / static_cast<double>(steps);
  }
  double dt(Size step) const {
    return points ? points[step + 1] - points[step] : (t1 - t0) / static_cast<double>(steps);
  }
};

}  // namespace maruyama
