r"""
Conditional generation and guidance
===================================

Unconditional: :math:`z \sim p_\mathrm{data}`. Conditional: :math:`z \sim p_\mathrm{data}(\cdot | y)`, "a cat" for y.
The field gets y as its third argument. Guidance of scale w exaggerates the label:
:math:`(1 - w) u_t(x | \varnothing) + w u_t(x | y)`.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

# %%
# Three labels, each a Gaussian; the last row of the table stands for no label: all of them, by one broad Gaussian.

means = np.array([[-2.0, 0.0], [2.0, 0.0], [0.0, 2.5], [0.0, 0.8]])
variances = np.array([0.1, 0.1, 0.1, 2.5])


def velocity(x, t, y):
    """The straight path from N(0, I) to N(mean, variance I) of the label."""
    mean, variance = means[y], variances[y][:, None]
    now = variance * t**2 + (1 - t) ** 2
    return mean + (variance * t - (1 - t)) / now * (x - mean * t)


n = 6000
y = np.arange(n) % 3
model = mr.FlowModel(velocity, init=2)
x = model.sample(n, steps=200, seed=7, y=y)

# %%
# The samples of each label have its mean and variance (Euler's bias is below 0.002).

for label in range(3):
    own = x[y == label]
    assert (np.abs(own.mean(axis=0) - means[label]) < 4 * np.sqrt(0.1 / len(own)) + 0.002).all()
    assert (np.abs(own.var(axis=0) - 0.1) < 4 * 0.1 * np.sqrt(2 / len(own)) + 0.002).all()

# %%
# With w = 1 guidance changes nothing, bit for bit; with w = 2 the labels move away from each other.

guided = {w: mr.FlowModel(mr.guided(velocity, w, null=3), 2).sample(n, steps=200, seed=7, y=y) for w in (1, 2)}
assert np.array_equal(guided[1], x)
spread = [np.linalg.norm(each[y == 0].mean(axis=0) - each[y == 1].mean(axis=0)) for each in (guided[1], guided[2])]
assert spread[1] > 1.05 * spread[0]

figure, axes = plt.subplots(1, 2, figsize=(9, 4.5), sharex=True, sharey=True)
for each, (w, samples) in zip(axes, guided.items(), strict=True):
    plotting.plot_samples(each, samples)
    each.scatter(*means[:3].T, marker="x", color="k", zorder=3)
    each.set_title(f"w = {w}")
figure.tight_layout()
plt.show()
