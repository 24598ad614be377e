r"""
Generation as sampling
======================

To generate is to draw :math:`z \sim p_\mathrm{data}`. What we have is a data set :math:`z_1, \ldots, z_N`, and noise
:math:`x \sim p_\mathrm{init}` that is easy to draw. A generative model turns the one into the other.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

# %%
# The data: 400 points of two moons. Nobody knows the law that they come from; here we do not need it.

angles = np.pi * mr.standard_normal(400, seed=1) / 6
upper = np.stack([np.sin(angles), np.cos(angles)], axis=1)
data = np.where(np.arange(400)[:, None] % 2 == 0, upper - [0.5, 0.25], [0.5, 0.25] - upper)
data += 0.05 * mr.standard_normal((400, 2), seed=2)

# %%
# The initial law is :math:`p_\mathrm{init} = N(0, I)`. The flow of the straight path leads it to the data set: its
# velocity is known in closed form.

path = mr.GaussianPath.straight(mr.Samples(data))
model = mr.FlowModel(path.velocity, init=mr.StandardNormal(2))
h = 1 / 500
run = model.trajectories(2000, steps=500, seed=7, save=[0.0, 0.5, 1 - h, 1.0])

# %%
# The last step goes to the mean of the data as seen from where it starts, :math:`E[z | X_{1-h}]`, up to rounding. With
# so little noise left, that is a single point of the data, or a mean of points which are not much further than h apart:
# :math:`p_1` is the empirical law. A trained network would generalise.

assert np.allclose(run.final, path.posterior_mean(run.x[2], 1 - h), rtol=0, atol=1e-12)
distance = np.linalg.norm(run.final[:, None, :] - data, axis=2).min(axis=1)
assert np.median(distance) < 1e-12
assert (distance < h).mean() > 0.95

# %%
# Each of the two moons gets half of the samples, up to chance.

nearest = np.linalg.norm(run.final[:, None, :] - data, axis=2).argmin(axis=1)
assert abs((nearest % 2 == 0).mean() - 0.5) < 4 * 0.5 / np.sqrt(2000)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.7), sharex=True, sharey=True, layout="constrained")
for each, t, x in zip(axes, run.t[[0, 1, 3]], run.x[[0, 1, 3]], strict=True):
    plotting.plot_samples(each, x, data if t == 1 else None)
    each.set_title(f"t = {t:g}")
    each.label_outer()
plt.show()
