r"""
A diffusion model
=================

:math:`dX_t = \left(u_t(X_t) + \tfrac{\sigma_t^2}{2} \nabla \log p_t(X_t)\right) dt + \sigma_t dW_t` has the marginals
:math:`p_t` of the flow, whatever :math:`\sigma_t` is. Without the score the noise would spread the samples out.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

# %%
# From N(0, 1) to N(2, 1/4): :math:`p_t = N(2t, t^2 / 4 + (1 - t)^2)`. The drift is affine in x, so that a step takes a
# normal law to a normal law, of mean :math:`a m + b` and variance :math:`a^2 v + \sigma_t^2 h`.

path = mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))
sigmas = {"0": lambda t: 0.0, "1": lambda t: 1.0, "2 (1 - t)": lambda t: 2.0 * (1 - t)}
n, steps = 100_000, 200


def law_of_scheme(sigma):
    """Mean and variance of X after 0, ..., steps steps of the Euler-Maruyama method."""
    (m, v), h = (0.0, 1.0), 1 / steps
    yield m, v
    for t in np.arange(steps) / steps:
        u, score = (field(np.array([[0.0], [1.0]]), t)[:, 0] for field in (path.velocity, path.score))
        drift = u + sigma(t) ** 2 / 2 * score
        a = 1 + h * (drift[1] - drift[0])
        m, v = a * m + h * drift[0], a * a * v + sigma(t) ** 2 * h
        yield m, v


# %%
# The samples have that law at every quarter of the way, and that law is :math:`p_t` up to an error of order h.

for name, sigma in sigmas.items():
    run = mr.with_noise(path.velocity, path.score, sigma, init=1).trajectories(n, steps=steps, seed=7, save=steps // 4)
    mean, variance = np.array(list(law_of_scheme(sigma)))[:: steps // 4].T
    x, t = run.x[:, :, 0], run.t
    assert (np.abs(x.mean(axis=1) - mean) < 4 * np.sqrt(variance / n)).all(), name
    assert (np.abs(x.var(axis=1) - variance) < 4 * variance * np.sqrt(2 / n)).all(), name
    assert np.abs(mean - 2 * t).max() < 1e-12  # the scheme has no error here
    assert np.abs(variance - (t**2 / 4 + (1 - t) ** 2)).max() < 1 / steps

# %%
# The same for three modes, and what becomes of them without the score.

target = mr.Mixture.of_gaussians([[-1.5, 0.0], [1.5, 0.0], [0.0, 1.5]], 0.04)
path = mr.GaussianPath.straight(target)
models = {rf"$\sigma_t$ = {name}": mr.with_noise(path.velocity, path.score, s, 2) for name, s in sigmas.items()}
models[r"$\sigma$ = 1, no score"] = mr.DiffusionModel(path.velocity, 1.0, 2)

figure, axes = plt.subplots(1, 4, figsize=(13, 3.3), sharex=True, sharey=True, layout="constrained")
for each, (name, model) in zip(axes, models.items(), strict=True):
    plotting.plot_samples(each, model.sample(4000, steps=steps, seed=7), target.sample(4000, seed=1))
    each.set_title(name)
    each.label_outer()
plt.show()
