"""What x_t = alpha z + beta eps says of z: the posterior mean E[z | x_t = x] and the score of p_t, in closed form.

A posterior is a function (x, alpha, beta) -> (mean, score), each ``(paths, dim)``, in NumPy that can be traced. Its two
results give the velocity, since u_t = alpha' E[z | x] + beta' E[eps | x] and E[eps | x] = -beta score. Nothing divides
by alpha, and by beta only where the law of z has no density.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from maruyama.distributions import Distribution, Gaussian, Mixture, Samples, StandardNormal

__all__ = ["Posterior", "posterior_of"]

Posterior: TypeAlias = Callable[[Any, Any, Any], tuple[Any, Any]]


def posterior_of(target: Distribution) -> Posterior:
    """The closed form of a target that has one."""
    if isinstance(target, Samples):
        return _of_points(target)
    parts = target.components if isinstance(target, Mixture) else (target,)
    gaussians = [_gaussian(part) for part in parts]
    if len(gaussians) == 1:
        return _of_gaussian(gaussians[0])
    assert isinstance(target, Mixture)
    return _of_gaussians([g for g, w in zip(gaussians, target.weights, strict=True) if w], target.weights)


def _gaussian(law: Distribution) -> Gaussian:
    if isinstance(law, StandardNormal):
        return Gaussian(law.mean, law.variance)
    if isinstance(law, Gaussian):
        return law
    raise TypeError(
        f"a GaussianPath has a closed form for a Gaussian, a Mixture of Gaussians and Samples, not for "
        f"{type(law).__name__}: mr.Samples(data) is the law of a data set, as of many draws of another law"
    )


def _of_gaussian(law: Gaussian) -> Posterior:
    """The score is -S^-1 (x - alpha m), S = alpha^2 C + beta^2 I, and the mean m - alpha C score."""
    axes, spectrum, centre = law.axes, law.spectrum, law.mean

    def posterior(x: Any, alpha: Any, beta: Any) -> tuple[Any, Any]:
        apart = x - alpha * centre
        along = apart if axes is None else apart @ axes
        score = -along * (1.0 / (alpha * alpha * spectrum + beta * beta))
        pull = -alpha * spectrum * score
        if axes is None:
            return centre + pull, score
        return centre + pull @ axes.T, score @ axes.T

    return posterior


def _of_gaussians(laws: Sequence[Gaussian], weights: Any) -> Posterior:
    """Those of the components, averaged by their responsibilities, the softmax of log w_k p_t,k(x)."""
    count, dim = len(laws), laws[0].dim
    means, spectra = np.array([law.mean for law in laws]), np.array([law.spectrum for law in laws])
    log_weights = np.log(weights[weights > 0])
    rotated = any(law.axes is not None for law in laws)
    axes = np.array([np.eye(dim) if law.axes is None else law.axes for law in laws])  # (component, dim, axis)
    centres = np.einsum("ki,kij->kj", means, axes) if rotated else means
    forth, back = axes.transpose(1, 0, 2).reshape(dim, -1), axes.transpose(0, 2, 1).reshape(-1, dim)

    def averaged(shares: Any, values: Any) -> Any:
        """Sum_k shares_k values_k, turned back to the dimensions of x."""
        scaled = shares[:, :, None] * values
        return scaled.reshape(len(scaled), count * dim) @ back if rotated else scaled.sum(axis=1)

    def posterior(x: Any, alpha: Any, beta: Any) -> tuple[Any, Any]:
        turned = (x @ forth).reshape(len(x), count, dim) if rotated else x[:, None, :]
        apart = turned - alpha * centres
        variances = alpha * alpha * spectra + beta * beta
        scores = -apart * (1.0 / variances)  # quotients of t alone are taken once a step
        squares = (apart * scores).sum(axis=2)
        shares = _softmax(log_weights - 0.5 * np.log(variances).sum(axis=1) + 0.5 * squares)
        mean = shares @ means - alpha * averaged(shares, spectra * scores)
        return mean, averaged(shares, scores)

    return posterior


def _of_points(law: Samples) -> Posterior:
    """The mean weighs every point z_i by the softmax of alpha/beta^2 x.z_i - alpha^2/(2 beta^2) |z_i|^2.

    That is -|x - alpha z_i|^2 / (2 beta^2) without what all points share, as one product with a constant matrix. Data
    and x are taken from their centre, which changes nothing but the rounding: what cancels is less.
    """
    centre = law.mean
    data = law.data - centre
    half_squares = 0.5 * (data * data).sum(axis=1)

    def posterior(x: Any, alpha: Any, beta: Any) -> tuple[Any, Any]:
        variance = beta * beta
        apart = x - alpha * centre
        weights = _exp_of((alpha / variance) * (apart @ data.T) - (alpha * alpha / variance) * half_squares)
        # divided after the product: dim quotients in place of one for each point
        pull = weights @ data / weights.sum(axis=1, keepdims=True)
        return centre + pull, (alpha * pull - apart) / variance

    return posterior


def _softmax(logits: Any) -> Any:
    weights = _exp_of(logits)
    return weights / weights.sum(axis=1, keepdims=True)


def _exp_of(logits: Any) -> Any:
    """Softmax but for its divisor; the largest is 1."""
    return np.exp(logits - logits.max(axis=1, keepdims=True))
