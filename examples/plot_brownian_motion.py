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
run = mr.brownian(n, steps=10, t=(0.0, 2.0), seed=7)
w = run.x[:, :, 0]

# %%
# It starts at 0.

assert (w[0] == 0).all()

# %%
# Increments are normal with variance :math:`t - s`: divided by its root, their mean is 0, their variance 1, their
# fourth moment 3. The variances of z, z^2 and z^4 are 1, 2 and 96, which gives the standard errors.

z = np.diff(w, axis=0) / np.sqrt(np.diff(run.t))[:, None]
assert abs(z.mean()) < 4 * np.sqrt(1 / z.size)
assert abs((z**2).mean() - 1) < 4 * np.sqrt(2 / z.size)
assert abs((z**4).mean() - 3) < 4 * np.sqrt(96 / z.size)

# %%
# They are independent: the correlations of the increments, and of their squares, vanish. Each of the 45 has a standard
# error of 1 / sqrt(n); all of them stay within 5 but for one seed in 20,000.

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
