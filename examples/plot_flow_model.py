r"""
A flow model
============

Draw :math:`X_0 \sim p_\mathrm{init}` and follow :math:`\frac{d}{dt} X_t = u_t(X_t)` to
:math:`X_1 \sim p_\mathrm{data}`. In practice u is a network; here it is
the exact marginal velocity of a mixture, so that the answer can be checked.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

angles = np.arange(6) * np.pi / 3
weights = np.array([1, 2, 3, 1, 2, 3]) / 12
target = mr.Mixture.of_gaussians(3 * np.stack([np.cos(angles), np.sin(angles)], axis=1), 0.05, weights)
path = mr.GaussianPath.straight(target)

# %%
# The algorithm, n steps of size h = 1/n: for k = 0, ..., n - 1 do :math:`X_{(k+1)h} = X_{kh} + h u_{kh}(X_{kh})`.

n = 20_000
model = mr.FlowModel(path.velocity, init=mr.StandardNormal(2))
run = model.trajectories(n, steps=100, seed=7, save=5)

# %%
# Each component has its share of the samples.

centres = np.array([part.mean for part in target.components])
nearest = np.linalg.norm(run.final[:, None] - centres, axis=2).argmin(axis=1)
shares = np.bincount(nearest, minlength=6) / n
assert (np.abs(shares - weights) < 4 * np.sqrt(weights * (1 - weights) / n) + 0.002).all()  # Euler's own bias: 0.002

figure, axes = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
plotting.plot_vector_field(axes[0], path.velocity, 0.6, ((-4, 4), (-4, 4)), paths=run, most=60)
plotting.plot_samples(axes[1], run.final, target.sample(5000, seed=1))
plotting.plot_marginals(axes[2], run)
plt.show()
