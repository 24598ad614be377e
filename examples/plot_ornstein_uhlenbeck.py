r"""
The Ornstein-Uhlenbeck process
==============================

:math:`dX_t = -\theta X_t dt + \sigma dW_t` pulls to the origin and shakes. Its law tends to :math:`N(0, \sigma^2 /
2 \theta)`, wherever it starts.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

ou = mr.processes.OrnsteinUhlenbeck(theta=1.0, mu=0.0, sigma=0.7)
n, steps = 100_000, 200
run = ou.simulate([2.0], paths=n, steps=steps, t=(0.0, 6.0), seed=7, save=4)

# %%
# The scheme has a law of its own, known exactly, so that its bias is never taken for a mistake.

mean, variance = ou.scheme_mean(2.0, 6.0, steps), ou.scheme_variance(2.0, 6.0, steps)
assert abs(run.final.mean() - mean) < 4 * np.sqrt(variance / n)
assert abs(run.final.var() - variance) < 4 * variance * np.sqrt(2 / n)
print(f"variance: sample {run.final.var():.4f}, scheme {variance:.4f}, process {ou.variance(2.0, 6.0):.4f}")

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
plotting.plot_fan(axes[0], run)
axes[0].plot(run.t, ou.mean(2.0, run.t), "k:", linewidth=1.5)
axes[0].set_title("dotted: the exact mean")
deviation = float(np.sqrt(ou.stationary_variance()))
plotting.plot_histogram(axes[1], run.final[:, 0], 0.0, deviation)
axes[1].set_title("t = 6, and the stationary density")
plt.show()
