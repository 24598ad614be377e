r"""
Existence and uniqueness, and what happens without
==================================================

If u is Lipschitz in x, the ODE has one solution for all times (Picard and Lindelöf). :math:`u(x) = x^2` is not:
:math:`X_t = x_0 / (1 - x_0 t)` leaves every bound at :math:`t = 1 / x_0`. The library says so, and which path it was.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr


@mr.compile
def velocity(x, t):
    return x * x


x0 = np.array([[0.25], [0.4], [0.5], [0.8], [-1.0]])

# %%
# A state that is no longer finite ends the run: the error names the path, the step, the time, and how to see it again.

try:
    mr.euler(velocity, x0, steps=1000, t=(0.0, 3.0))
except mr.NonFiniteError as error:
    lost = error
print(lost)

# %%
# A plain loop agrees: the path from 0.8 is the first to go, after as many steps.

h, states = 3.0 / 1000, [x0]
with np.errstate(over="ignore"):
    for _ in range(1000):
        states.append(states[-1] + h * (states[-1] * states[-1]))
finite = np.isfinite(states)[:, :, 0]
step = finite.all(axis=1).argmin()
assert (lost.path, lost.step, lost.t) == (finite[step].argmin(), step, step * 3.0 / 1000)

# %%
# ``nonfinite="propagate"`` lets the others go on: what is not finite stays in its own path. The bits are the loop's.

run = mr.euler(velocity, x0, steps=1000, t=(0.0, 3.0), nonfinite="propagate", save="all")
assert finite[-1].tolist() == [True, False, False, False, True]
assert np.array_equal(run.x, states)

# %%
# Where a solution exists, Euler's method is late by :math:`h X_T^2 \log(X_T / x_0)`, and by terms of order
# :math:`h^2`.

exact = x0[finite[-1]] / (1 - 3.0 * x0[finite[-1]])
late = h * exact**2 * np.log(exact / x0[finite[-1]])
assert np.abs(exact - run.final[finite[-1]] - late).max() < 5 * h * h

plt.style.use("tableau-colorblind10")
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
with np.errstate(invalid="ignore"):
    lines = axes.plot(run.t, np.where(np.abs(run.x[:, :, 0]) < 20, run.x[:, :, 0], np.nan))
for start in (0.4, 0.5, 0.8):
    axes.axvline(1 / start, color="k", linestyle=":", linewidth=0.8)
axes.set(xlabel="t", ylabel="X", ylim=(-2, 12), xlim=(0, 3), title="dotted: where the exact solutions end")
axes.legend(lines, [f"$x_0$ = {start:g}" for start in x0[:, 0]], loc="upper left", frameon=False)
plt.show()
