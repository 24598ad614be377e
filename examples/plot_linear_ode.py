r"""
A linear ODE
============

For :math:`u_t(x) = -\theta x` the flow is known: :math:`\phi_t(x_0) = e^{-\theta t} x_0`. All trajectories fall to the
origin.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

ode = mr.processes.LinearODE(theta=2.0)
x0 = np.linspace(-2, 2, 9)[:, None]
run = ode.simulate(x0, steps=50, t=(0.0, 2.0), save="all")

# %%
# The Euler method multiplies by :math:`1 - \theta h` in each step, up to rounding. That is a known answer too, and the
# difference of the two is the error of the method.

h = 2.0 / 50
assert np.allclose(run.final, (1 - 2.0 * h) ** 50 * x0, rtol=1e-13)
assert np.abs(run.final - ode.flow(x0, 2.0)).max() < 2.0 * h * np.abs(x0).max()

figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
plotting.plot_paths(axes, run, alpha=1.0, linewidth=1.2)
t = np.linspace(0, 2, 200)
axes.plot(t, (np.exp(-2.0 * t) * x0).T, "k:", linewidth=1)
axes.set_title("Euler, 50 steps, and the exact flow (dotted)")
plt.show()
