r"""
Trajectories, vector fields and flows
=====================================

A vector field :math:`u_t(x)` says where to go from x at time t. A trajectory follows it, :math:`\frac{d}{dt} X_t =
u_t(X_t)`, :math:`X_0 = x_0`; the flow :math:`\phi_t(x_0) = X_t` does so for all :math:`x_0` at once.
"""

import matplotlib.pyplot as plt
import numpy as np

import maruyama as mr
from maruyama import plotting

# %%
# A rotation that slows down: :math:`u_t(x) = 3 (1 - t) J x`. Its flow turns by the angle :math:`3 (t - t^2 / 2)`.


@mr.compile
def velocity(x, t):
    return 3.0 * (1 - t) * np.stack([-x[:, 1], x[:, 0]], axis=1)


x0 = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 2.5]])
run = mr.euler(velocity, x0, steps=2000, save="all")

# %%
# In the complex plane a step of the Euler method multiplies by :math:`1 + 3i (1 - t_k) h`, which is known to rounding;
# the flow it follows up to an error of order h.

h = 1 / 2000
turn = np.prod(1 + 3j * (1 - h * np.arange(2000)) * h)
assert np.allclose(run.final @ [1, 1j], turn * (x0 @ [1, 1j]), rtol=1e-12)


def phi(x, t):
    angle = 3.0 * (t - t * t / 2)
    cosine, sine = np.cos(angle), np.sin(angle)
    return x @ np.array([[cosine, sine], [-sine, cosine]])


model = mr.FlowModel(velocity, init=2)
assert np.abs(model.flow(x0, 0.5, steps=2000) - phi(x0, 0.5)).max() < 5e-3
assert np.abs(run.final - phi(x0, 1.0)).max() < 5e-3

# %%
# A flow can be undone: the trajectories never meet.

assert np.abs(model.inverse(run.final, steps=2000) - x0).max() < 1e-2

figure, axes = plt.subplots(1, 2, figsize=(9, 4.5), sharey=True, layout="constrained")
for each, t in zip(axes, (0.25, 0.75), strict=True):
    so_far = mr.euler(velocity, x0, steps=500, t=(0.0, t), save="all")
    plotting.plot_vector_field(each, velocity, t, dt=0.06, paths=so_far)
    each.label_outer()
plt.show()
