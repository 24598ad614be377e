"""Targets and paths for the tests of Gaussian paths, and p_t written as a law in itself."""

import numpy as np

import maruyama as mr

COVARIANCES = np.array([[[0.5, 0.2], [0.2, 0.3]], [[0.1, 0.0], [0.0, 0.4]], [[0.2, -0.1], [-0.1, 0.2]]])
MEANS = np.array([[1.0, 0.0], [-2.0, 1.0], [0.5, 2.5]])
POINTS = np.array([[1.0, 0.3], [-0.7, 1.1], [0.2, -1.4], [1.6, 1.2], [-1.1, -0.8]])

TARGETS = {
    "standard normal": mr.StandardNormal(2),
    "variances": mr.Gaussian([1.0, -2.0], [0.5, 0.1]),
    "covariance": mr.Gaussian([1.0, -2.0], COVARIANCES[0]),
    "mixture": mr.Mixture.of_gaussians(MEANS, 0.2, [1, 2, 3]),
    "mixture of covariances": mr.Mixture.of_gaussians(MEANS, COVARIANCES, [1, 2, 3]),
    "mixture with a standard normal": mr.Mixture([mr.StandardNormal(2), mr.Gaussian(MEANS[1], COVARIANCES[0])]),
    "samples": mr.Samples(POINTS),
}
MAKERS = {
    "straight": mr.GaussianPath.straight,
    "cosine": mr.GaussianPath.cosine,
    "variance preserving": mr.GaussianPath.variance_preserving,
}
PATHS = {f"{name}, {target}": make(TARGETS[target]) for target in TARGETS for name, make in MAKERS.items()}


def law_at(path, t):
    """p_t as a mixture of N(alpha m_k, alpha^2 C_k + beta^2 I)."""
    alpha, beta, target = path.alpha(t), path.beta(t), path.target
    if isinstance(target, mr.Samples):
        return mr.Mixture.of_gaussians(alpha * target.data, beta**2)
    parts = target.components if isinstance(target, mr.Mixture) else (target,)
    noise = beta**2 * np.eye(path.dim)
    spread = [alpha**2 * part.covariance + noise for part in parts]
    return mr.Mixture.of_gaussians([alpha * part.mean for part in parts], spread, getattr(target, "weights", None))
