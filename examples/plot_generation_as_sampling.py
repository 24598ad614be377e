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
run = model.trajectories(2000, steps=1000, seed=7, save=500)

# %%
# Every sample arrives at a point of the data: :math:`p_1` is the empirical law. A trained network would generalise. The
# last step, of size h = 1/1000, goes to the mean of the points that are within some h of each other.

distance = np.linalg.norm(run.final[:, None, :] - data, axis=2).min(axis=1)
assert distance.max() < 3 / 1000

# %%
# Each of the two moons gets half of the samples, up to chance.

nearest = np.linalg.norm(run.final[:, None, :] - data, axis=2).argmin(axis=1)
assert abs((nearest % 2 == 0).mean() - 0.5) < 4 * 0.5 / np.sqrt(2000)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.7), sharex=True, sharey=True, layout="constrained")
for each, t, x in zip(axes, run.t, run.x, strict=True):
    plotting.plot_samples(each, x, data if t == 1 else None)
    each.set_title(f"t = {t:g}")
    each.label_outer()
plt.show()
