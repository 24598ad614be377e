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


n, steps = 6000, 200
y = np.arange(n) % 3
samples = {w: mr.FlowModel(mr.guided(velocity, w, null=3), 2).sample(n, steps=steps, seed=7, y=y) for w in (1, 2)}

# %%
# With w = 1 guidance changes nothing, bit for bit.

assert np.array_equal(samples[1], mr.FlowModel(velocity, init=2).sample(n, steps=steps, seed=7, y=y))


# %%
# These fields are affine in x, and so is what Euler's method makes of them: it takes N(0, I) to a normal law, whose
# mean and standard deviation follow from the images of two points. The samples of each label have that law.


def law(label, w):
    x = np.array([[0.0, 0.0], [1.0, 0.0]])
    for t in np.arange(steps) / steps:
        x = x + ((1 - w) * velocity(x, t, np.array([3, 3])) + w * velocity(x, t, np.array([label, label]))) / steps
    return x[0], x[1, 0] - x[0, 0]


for w, x in samples.items():
    for label in range(3):
        (mean, deviation), own = law(label, w), x[y == label]
        assert (np.abs(own.mean(axis=0) - mean) < 4 * deviation / np.sqrt(len(own))).all()
        assert (np.abs(own.var(axis=0) / deviation**2 - 1) < 4 * np.sqrt(2 / len(own))).all()

# %%
# With w = 1 it is, up to Euler's error, the law of the label; with w = 2 the labels stand further apart and spread
# less.

assert np.allclose(law(0, 1)[0], means[0], atol=2 / steps)
assert np.isclose(law(0, 1)[1], np.sqrt(0.1), atol=2 / steps)
assert law(0, 2)[0][0] < law(0, 1)[0][0]
assert law(0, 2)[1] < law(0, 1)[1]

figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharex=True, sharey=True, layout="constrained")
for each, (w, x) in zip(axes, samples.items(), strict=True):
    for label, color in enumerate(("#0072b2", "#d55e00", "#009e73")):
        plotting.plot_samples(each, x[y == label], color=color)
    each.scatter(*means[:3].T, marker="x", color="k", zorder=3)
    each.set_title(f"w = {w}")
    each.label_outer()
plt.show()
