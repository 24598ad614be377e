"""scikit-learn's handwritten digits, 1797 images of 8 x 8, generated from noise by their exact flow."""

import numpy as np
import pytest

import maruyama as mr

datasets = pytest.importorskip("sklearn.datasets")
stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_noise_becomes_digits_of_every_kind(dtype):
    digits = datasets.load_digits()
    data, n = digits.data / 8 - 1, 400  # grey levels 0...16 between -1 and 1
    path = mr.GaussianPath.straight(mr.Samples(data))
    run = mr.euler(path.velocity, path.init.sample(n, seed=7, dtype=dtype), steps=30)
    assert run.route == "compiled"
    squares = (run.final**2).sum(axis=1)[:, None] - 2 * run.final @ data.T + (data**2).sum(axis=1)
    nearest = squares.argmin(axis=1)
    assert np.abs(run.final - data[nearest]).max() < 1e-3  # the posterior at t = 29/30 knows the digit
    labels = np.bincount(digits.target[nearest], minlength=10)
    assert stats.chisquare(labels, n * np.bincount(digits.target) / len(data)).pvalue > 1e-6
    assert len(set(nearest)) > 300  # of 400 draws of 1797: 359 different ones are expected, with a deviation of 6
