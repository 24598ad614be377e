r"""
The price of an option
======================

The price of a call is the mean of its discounted payoff, and a Monte Carlo estimate of it has a standard error. Both
models here have exact prices to compare with.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

RATE, STRIKE = 0.05, 100.0


def call(prices):
    """Mean and standard error of the discounted payoff at t = 1."""
    payoff = np.exp(-RATE) * np.maximum(prices - STRIKE, 0.0)
    return payoff.mean(), payoff.std() / np.sqrt(len(payoff))


# %%
# Black and Scholes: the logarithm of the price is a Brownian motion with drift, for which the scheme is exact.

log_price = mr.processes.BrownianMotion(RATE - 0.2**2 / 2, 0.2)
prices = np.exp(log_price.simulate(np.log(100.0), paths=1_000_000, steps=1, seed=7).final[:, 0])
value, error = call(prices)
print(f"European call: {value:.3f} +- {error:.3f}, exact 10.451")
assert abs(value - 10.450583572186) < 4 * error

# %%
# Heston: the variance is random too, and never below 0 in the coefficients (full truncation). The scheme has a bias of
# -0.21 / steps, here a sixth of the standard error.

heston = mr.processes.Heston()
steps = 50
run = heston.simulate([100.0, 0.04], paths=250_000, steps=steps, seed=7)
value, error = call(run.final[:, 0])
print(f"Heston call: {value:.3f} +- {error:.3f}, exact 10.460")
assert abs(value - (10.459671664488 - 0.213 / steps)) < 4 * error

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
some = heston.simulate([100.0, 0.04], paths=range(2000), steps=steps, seed=7, save="all")  # the first of them again
plotting.plot_fan(axes[0], some)
axes[0].axhline(STRIKE, color="k", linestyle=":")
axes[0].set(ylabel="price", title=f"Heston call: {value:.2f} $\\pm$ {error:.2f}")
plotting.plot_paths(axes[1], some, dimension=1, most=20)
axes[1].set(ylabel="variance", title="20 of the paths")
plt.show()
