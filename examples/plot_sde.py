r"""
From an ODE to an SDE
=====================

:math:`dX_t = u_t(X_t) dt + \sigma_t dW_t` adds noise to a trajectory. The Euler-Maruyama method takes n steps: for
k = 0, ..., n - 1 it draws :math:`z_k \sim N(0, I)` and sets :math:`X_{(k+1)h} = X_{kh} + h u_{kh}(X_{kh}) + \sqrt{h}
\sigma_{kh} z_k`.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting


@mr.compile
def drift(x, t):
    return np.stack([-x[:, 1], x[:, 0]], axis=1)  # round and round


x0, n, h = [1.0, 0.0], 200, 2 * np.pi / 200
runs = {
    sigma: mr.euler_maruyama(drift, sigma, x0, paths=20_000, steps=n, t=(0.0, 2 * np.pi), seed=7, save="all")
    for sigma in (0.0, 0.05, 0.3)
}

# %%
# A step multiplies the squared distance from the origin by :math:`1 + h^2` and adds :math:`2 \sigma^2 h` on average.

for sigma, run in runs.items():
    growth = 1 + h * h
    exact = growth**n + 2 * sigma**2 * h * (growth**n - 1) / (growth - 1)
    squares = (run.final**2).sum(axis=1)
    assert abs(squares.mean() - exact) < 4 * squares.std() / np.sqrt(len(squares)) + 1e-12

# %%
# The noise is a function of the seed: a loop in NumPy that is fed with it takes the very same path.

x = np.array([x0])
for k, z in enumerate(mr.noise(7, paths=1, steps=n, dim=2)):
    x = (x + h * drift(x, k * h)) + 0.3 * (np.sqrt(h) * z)
assert np.array_equal(x, runs[0.3].final[:1])

figure, axes = plt.subplots(1, 3, figsize=(11, 4), sharex=True, sharey=True, layout="constrained")
for each, (sigma, run) in zip(axes, runs.items(), strict=True):
    plotting.plot_vector_field(each, drift, 0.0, ((-2, 2), (-2, 2)), 12, paths=run, most=8)
    each.set_title(rf"$\sigma$ = {sigma:g}")
    each.label_outer()
plt.show()
