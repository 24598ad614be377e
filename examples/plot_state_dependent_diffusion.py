r"""
Can sigma depend on X?
======================

It can: :math:`dX_t = u_t(X_t) dt + \sigma_t(X_t) dW_t`, in the sense of Ito, where :math:`\sigma` is taken at the start
of each step. Geometric Brownian motion shakes in proportion to its size, and stays positive.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

n, steps = 100_000, 100
gbm = mr.processes.GeometricBrownianMotion(mu=0.1, sigma=0.5)
run = mr.euler_maruyama(
    mr.compile(lambda x, t: 0.1 * x), mr.compile(lambda x, t: 0.5 * x), [1.0], paths=n, steps=steps, seed=7, save=5
)

# %%
# Its moments are those of the scheme: :math:`E X_n = (1 + \mu h)^n`, and likewise for the square.

x = run.final[:, 0]
assert abs(x.mean() - gbm.scheme_mean(1.0, 1.0, steps)) < 4 * x.std() / np.sqrt(n)
assert abs((x * x).mean() - gbm.scheme_second_moment(1.0, 1.0, steps)) < 4 * (x * x).std() / np.sqrt(n)

# %%
# Path by path it is close to the exact solution on the same Brownian motion, up to an error of order :math:`\sqrt h`.

w = mr.brownian(n, steps=steps, seed=7, save="final").final[:, 0]
squares = (x - gbm.solution(1.0, 1.0, w)) ** 2
assert abs(squares.mean() - gbm.strong_error(1.0, 1.0, steps)) < 4 * squares.std() / np.sqrt(n)

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
plotting.plot_fan(axes[0], run)
grid = np.linspace(0.05, 4, 300)
axes[1].hist(x, bins=150, range=(0, 4), density=True, color="#0072b2", alpha=0.5)
axes[1].plot(grid, gbm.density(grid, 1.0, 1.0), "k:")
axes[1].set(xlabel="X at t = 1", ylabel="density", title="dotted: the lognormal density")
plt.show()
