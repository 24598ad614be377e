r"""
Brownian motion
===============

:math:`W_0 = 0`; increments :math:`W_t - W_s` are normal with variance :math:`t - s`; increments over intervals that do
not overlap are independent. ``mr.brownian`` makes exact paths on a grid.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

n = 100_000
run = mr.brownian(n, steps=100, t=(0.0, 2.0), seed=7, save=10)
w = run.x[:, :, 0]

# %%
# It starts at 0.

assert (w[0] == 0).all()

# %%
# Increments are normal with variance :math:`t - s`: their mean, variance and fourth moment, :math:`3 (t - s)^2`.

length = np.diff(run.t)[:, None]
z = np.diff(w, axis=0) / np.sqrt(length)
assert (np.abs(z.mean(axis=1)) < 4.5 * np.sqrt(1 / n)).all()
assert (np.abs(z.var(axis=1) - 1) < 4.5 * np.sqrt(2 / n)).all()
assert (np.abs((z**4).mean(axis=1) - 3) < 4.5 * np.sqrt(96 / n)).all()

# %%
# They are independent: correlations of the increments, and of their squares, vanish.

for values in (z, z * z):
    correlations = np.corrcoef(values)[np.triu_indices(len(z), 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(n)

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
plotting.plot_paths(axes[0], mr.brownian(60, steps=1000, t=(0.0, 2.0), seed=7), most=60)
plotting.plot_fan(axes[1], mr.brownian(20_000, steps=100, t=(0.0, 2.0), seed=7))
axes[1].set_ylim(-3, 5)
t = np.linspace(0, 2, 200)
axes[1].plot(t, 1.96 * np.sqrt(t), "k:", t, -1.96 * np.sqrt(t), "k:")
axes[1].set_title(r"dotted: $\pm 1.96 \sqrt{t}$")
plt.show()
