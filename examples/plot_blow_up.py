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
    message = str(error)
print(message)
assert message.startswith("path 3 is no longer finite")  # of x0 = 0.8, the first to go

# %%
# ``nonfinite="propagate"`` lets the others go on: what is not finite stays in its own path.

run = mr.euler(velocity, x0, steps=1000, t=(0.0, 3.0), nonfinite="propagate", save="all")
finite = np.isfinite(run.final[:, 0])
assert finite.tolist() == [True, False, False, False, True]
exact = x0[finite] / (1 - 3.0 * x0[finite])
assert np.abs(run.final[finite] / exact - 1).max() < 0.02

plt.style.use("tableau-colorblind10")
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
with np.errstate(invalid="ignore"):
    lines = axes.plot(run.t, np.where(np.abs(run.x[:, :, 0]) < 20, run.x[:, :, 0], np.nan))
for start in (0.4, 0.5, 0.8):
    axes.axvline(1 / start, color="k", linestyle=":", linewidth=0.8)
axes.set(xlabel="t", ylabel="X", ylim=(-2, 12), xlim=(0, 3), title="dotted: where the exact solutions end")
axes.legend(lines, [f"$x_0$ = {start:g}" for start in x0[:, 0]], loc="upper left", frameon=False)
plt.show()
