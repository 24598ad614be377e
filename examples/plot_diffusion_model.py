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

target = mr.Mixture.of_gaussians([[-1.5, 0.0], [1.5, 0.0], [0.0, 1.5]], 0.04)
path = mr.GaussianPath.straight(target)

# %%
# The flow, two diffusions with the score, and one without.

n, options = 20_000, {"steps": 1000, "seed": 7}
samples = {
    "flow": mr.FlowModel(path.velocity, 2).sample(n, **options),
    r"$\sigma$ = 1": mr.with_noise(path.velocity, path.score, 1.0, 2).sample(n, **options),
    r"$\sigma_t$ = 2 (1 - t)": mr.with_noise(path.velocity, path.score, lambda t: 2 * (1 - t), 2).sample(n, **options),
    r"$\sigma$ = 1, no score": mr.DiffusionModel(path.velocity, 1.0, 2).sample(n, **options),
}

# %%
# Mean square distance to the target's mean: the trace of its covariance. Euler's bias at 1000 steps is below 0.5 %.

exact = np.trace(target.covariance)
for name, x in samples.items():
    squares = ((x - target.mean) ** 2).sum(axis=1)
    is_right = abs(squares.mean() - exact) < 4 * squares.std() / np.sqrt(n) + 0.005 * exact
    print(f"{name}: {squares.mean():.3f}, exact {exact:.3f}")
    assert is_right == ("no score" not in name), name

figure, axes = plt.subplots(1, 4, figsize=(13, 3.3), sharex=True, sharey=True, layout="constrained")
for each, (name, x) in zip(axes, samples.items(), strict=True):
    plotting.plot_samples(each, x, target.sample(5000, seed=1))
    each.set_title(name)
    each.label_outer()
plt.show()
