r"""
Handwritten digits, exactly and by a network
============================================

The data set is real: 1797 handwritten digits of 8 x 8 pixels, which come with scikit-learn. Its empirical law has an
exact flow, whose samples are the digits themselves. A small network that was trained for seconds makes new ones.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

import maruyama as mr
from maruyama import plotting

digits = load_digits()
data = ((digits.data - 8.0) / 4.0).astype(np.float32)  # (1797, 64), between -2 and 2
dim, n = data.shape[1], 500

# %%
# The exact marginal velocity of the straight path, a softmax over all digits, compiled.

path = mr.GaussianPath.straight(mr.Samples(data))
exact = mr.FlowModel(path.velocity, init=dim).sample(n, steps=50, seed=7, dtype="float32")


def nearest(x):
    """Distance to the nearest digit, and which one that is."""
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ data.T + (data**2).sum(axis=1)
    return np.sqrt(np.maximum(squares.min(axis=1), 0)), squares.argmin(axis=1)


distance, which = nearest(exact)
assert distance.max() < 0.01
shares = np.bincount(digits.target[which], minlength=10) / n
truth = np.bincount(digits.target, minlength=10) / len(data)
assert (np.abs(shares - truth) < 4 * np.sqrt(truth * (1 - truth) / n)).all()

# %%
# A network for the velocity, in NumPy: two hidden layers with SiLU.

WIDTH, TRAINING, BATCH = 192, 1500, 128
rng = np.random.default_rng(0)
sizes = (dim + 3, WIDTH, WIDTH, dim)
parameters = [
    part.astype(np.float32) for a, b in pairwise(sizes) for part in (rng.normal(0, a**-0.5, (a, b)), np.zeros(b))
]


def features(t):
    """Time as the network sees it."""
    return np.concatenate([t, np.cos(np.pi * t), np.sin(np.pi * t)], axis=1)


def forward(h, kept=None):
    """The network; what the gradient needs is kept where somebody asks for it."""
    for layer in range(3):
        weights, bias = parameters[2 * layer : 2 * layer + 2]
        pre = h @ weights + bias
        gate = 1 / (1 + np.exp(-pre)) if layer < 2 else 1
        if kept is not None:
            kept.append((h, pre, gate))
        h = pre * gate
    return h


def gradient(h, wanted):
    """Of the mean square error."""
    kept, result = [], []
    delta = 2 * (forward(h, kept) - wanted) / wanted.size
    for layer in (2, 1, 0):
        h, pre, gate = kept[layer]
        delta = delta * gate * (1 + pre * (1 - gate))
        result = [h.T @ delta, delta.sum(axis=0), *result]
        delta = delta @ parameters[2 * layer].T
    return result


# %%
# It is trained by conditional flow matching: at :math:`x_t = t z + (1 - t) \epsilon` it shall give the conditional
# velocity :math:`u_t(x_t | z)`, and the loss is the mean square error. The products are too small to share between
# threads.

moments = [(np.zeros_like(each), np.zeros_like(each)) for each in parameters]
with threadpool_limits(1):
    for step in range(1, TRAINING + 1):  # Adam, with a rate that falls to 0
        z = data[rng.integers(len(data), size=BATCH)]
        noise, t = rng.standard_normal(z.shape, np.float32), rng.random((BATCH, 1), np.float32)
        x_t = t * z + (1 - t) * noise
        slopes = gradient(np.concatenate([x_t, features(t)], axis=1), path.conditional_velocity(x_t, t, z))
        rate = 2e-3 * (1 + np.cos(np.pi * step / TRAINING)) / 2
        for each, slope, (first, second) in zip(parameters, slopes, moments, strict=True):
            first += 0.1 * (slope - first)
            second += 0.01 * (slope * slope - second)
            each -= rate * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)

# %%
# The trained network is a field in plain NumPy. Compiled, it runs in every thread, without the interpreter.


def velocity(x, t):
    return forward(np.concatenate([x, features(np.full_like(x[:, :1], t))], axis=1))


network = mr.FlowModel(mr.compile(velocity), init=dim)
run = network.trajectories(n, steps=50, seed=7, dtype="float32", save="final")
assert run.route == "compiled"

# %%
# Its Euler run is that of a plain loop, to the rounding of float32: in each of 50 steps a unit in the last place of
# values between 4 and 8.

ROUNDING = 50 * np.spacing(np.float32(4))

x = network.init.sample(n, seed=7, dtype="float32")
for k in range(50):
    x = x + np.float32(1 / 50) * velocity(x, k / 50)
assert np.abs(run.final - x).max() < ROUNDING

# %%
# Where PyTorch is there, the same network in its own loop agrees as well.

try:
    import torch
except ImportError:
    print("PyTorch is not installed: its loop is left out")
else:
    weights = [torch.from_numpy(each) for each in parameters]
    with torch.inference_mode():
        y = torch.from_numpy(network.init.sample(n, seed=7, dtype="float32"))
        for k in range(50):
            t = np.full((1, 1), k / 50)
            h = torch.cat([y, torch.tensor(features(t), dtype=torch.float32).expand(n, 3)], dim=1)
            for layer in range(3):
                h = h @ weights[2 * layer] + weights[2 * layer + 1]
                h = torch.nn.functional.silu(h) if layer < 2 else h
            y = y + 1 / 50 * h
    assert np.abs(run.final - y.numpy()).max() < ROUNDING

# %%
# Its samples against the exact ones: nearly the same mean and spread of each pixel, but new digits.

apart = np.abs(run.final.mean(axis=0) - exact.mean(axis=0))
assert apart.mean() < 0.1
assert np.abs(run.final.std(axis=0) - exact.std(axis=0)).mean() < 0.15
distance, which = nearest(run.final)
noise_distance, _ = nearest(network.init.sample(n, seed=7, dtype="float32"))
print(f"distance to the nearest digit: network {distance.mean():.2f}, noise {noise_distance.mean():.2f}, exact 0.00")
assert 0.1 < distance.mean() < 0.6 * noise_distance.mean()

figure, axes = plt.subplots(1, 3, figsize=(12, 2.9), layout="constrained")
figure.get_layout_engine().set(wspace=0.1)
titles = ("exact flow of the data set", "network", "the digits nearest to the network's")
for each, images, title in zip(axes, (exact, run.final.clip(-2, 2), data[which]), titles, strict=True):
    plotting.plot_images(each, images[:60], (8, 8), columns=10)
    each.set_title(title)
plt.show()
