"""Sample means beside what they should be, in the sample's own standard errors. Not a test file."""

import math

import numpy as np


def z_score(values, expected):
    """Of the mean of independent values."""
    values = np.asarray(values, np.float64)
    return (values.mean() - expected) / (values.std() / math.sqrt(len(values)))


def assert_moments(x, mean, variance):
    """Of each dimension of ``x: (paths, dim)``: its mean and variance, within 4 standard errors."""
    mean, variance = (np.broadcast_to(each, x.shape[1:]) for each in (mean, variance))
    for j in range(x.shape[1]):
        assert abs(z_score(x[:, j], mean[j])) < 4
        assert abs(z_score((x[:, j] - mean[j]) ** 2, variance[j])) < 4
