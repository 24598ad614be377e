r"""
The error of Euler's method
===========================

One step :math:`X_{t+h} = X_t + h u_t(X_t)` leaves an error of order :math:`h^2`, and :math:`n = 1/h` of them an error
of order h: ten times the steps, a tenth of the error.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr

# %%
# The flow from N(0, 1) to N(2, 1/4) along the straight path maps :math:`x_0` to :math:`2 + x_0 / 2`.

path = mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))
steps = np.array([10, 20, 50, 100, 200, 500, 1000, 2000, 5000])
errors = np.array([abs(mr.euler(path.velocity, [[-1.0]], steps=n).final[0, 0] - 1.5) for n in steps])

# %%
# Values that are printed elsewhere, and the order: the slope of the errors is -1.

assert np.allclose(errors[[0, 3, 6]], [0.0692174, 0.00735452, 0.00074033], atol=6e-8)
slope = np.polyfit(np.log(steps[3:]), np.log(errors[3:]), 1)[0]
assert abs(slope + 1) < 0.02

figure, axes = plt.subplots(figsize=(5.5, 4), layout="constrained")
axes.loglog(steps, errors, "o-", label="Euler")
axes.loglog(steps, errors[-1] * steps[-1] / steps, "k:", label="order 1")
axes.set(xlabel="steps", ylabel="error at t = 1")
axes.legend(frameon=False)
plt.show()
