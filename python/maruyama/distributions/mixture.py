"""Mixture: a law chosen at random among several, for each path."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import float_dtype, real_array, shown
from maruyama.distributions.distribution import Distribution
from maruyama.distributions.draws import chooser
from maruyama.distributions.gaussian import Gaussian
from maruyama.distributions.parameters import finite_array, points
from maruyama.path_numbers import PathsArgument, path_numbers
from maruyama.seeding import Seed, known_seed
from maruyama.sizes import allocate

__all__ = ["Mixture"]


class Mixture:
    """The law sum_k w_k p_k.

    Parameters
    ----------
    components : sequence of Distribution
        Laws on one R^dim. A mixture among them is replaced by its own components.
    weights : array_like, shape (components,), optional
        Not negative; they are divided by their sum. Without them all components are alike.

    Attributes
    ----------
    components : tuple of Distribution
        The laws p_k.
    weights : ndarray, shape (components,)
        Their probabilities w_k.

    Examples
    --------
    >>> import numpy as np
    >>> import maruyama as mr
    >>> law = mr.Mixture([mr.Gaussian(-2.0, 0.1), mr.UniformBox(1.0, 3.0)], weights=[1, 3])
    >>> x = law.sample(100_000, seed=7)
    >>> round(float((x > 0).mean()), 2)
    0.75
    >>> law.mean.tolist()
    [1.0]
    """

    def __init__(self, components: Iterable[Distribution], weights: ArrayLike | None = None) -> None:
        if not isinstance(components, Iterable):
            raise TypeError(f"components must be a sequence of laws, got {type(components).__name__}")
        given = tuple(components)
        _check_components(given)
        shares = _probabilities(weights, len(given))
        self.components: tuple[Distribution, ...] = tuple(part for each in given for part in _parts(each))
        self.weights = np.concatenate([w * _shares(each) for w, each in zip(shares, given, strict=True)])
        self.weights.flags.writeable = False

    @staticmethod
    def of_gaussians(means: ArrayLike, covariances: ArrayLike, weights: ArrayLike | None = None) -> "Mixture":
        """The mixture of N(means[k], covariances[k]).

        Parameters
        ----------
        means : array_like, shape (components, dim)
            One row for each component.
        covariances : float, or array_like of shape (components,), (components, dim) or (components, dim, dim)
            A number for all of them, or what `Gaussian` takes for each. One matrix for all is
            ``np.broadcast_to(C, (components, dim, dim))``.
        weights : array_like, shape (components,), optional
            As of `Mixture`.

        Examples
        --------
        >>> import maruyama as mr
        >>> mr.Mixture.of_gaussians([[-1.0, 0.0], [1.0, 0.0]], 0.01).variance.round(2).tolist()
        [1.01, 0.01]
        """
        rows, each = real_array(means, "means"), real_array(covariances, "covariances")
        if rows.ndim != 2:
            raise ValueError(f"means has shape {rows.shape}, expected (components, dim)")
        if each.ndim and len(each) != len(rows):
            raise ValueError(f"there are {len(rows)} means, but {len(each)} covariances")
        if each.ndim == 2 and each.shape[0] == each.shape[1] and (each == each.T).all() and np.triu(each, 1).any():
            raise ValueError(
                f"covariances of shape {each.shape} may be one matrix for all, or variances of each of {len(rows)} "
                "components: for one matrix say np.broadcast_to(C, (components, dim, dim)), for variances give "
                "matrices, [np.diag(v) for v in variances]"
            )
        spread = each if each.ndim else np.full(len(rows), each)
        return Mixture([Gaussian(mean, own) for mean, own in zip(rows, spread, strict=True)], weights)

    @property
    def dim(self) -> int:
        """Dimensions of a state."""
        return self.components[0].dim

    @property
    def mean(self) -> NDArray[np.float64]:
        """Of the mixture, where its components know theirs: ``(dim,)``."""
        return np.asarray(self.weights @ self._of_each("mean"))

    @property
    def covariance(self) -> NDArray[np.float64]:
        """That within the components and that of their means: ``(dim, dim)``."""
        apart = self._of_each("mean") - self.mean
        between: NDArray[np.float64] = (self.weights * apart.T) @ apart
        return np.asarray(np.tensordot(self.weights, self._of_each("covariance"), axes=1) + between)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Of each dimension: ``(dim,)``."""
        return np.asarray(self.weights @ (self._of_each("variance") + (self._of_each("mean") - self.mean) ** 2))

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """The log of sum_k w_k p_k(x) at each row of ``x: (n, dim)``, where the components know theirs: ``(n,)``."""
        where = points(x, self.dim)
        used = [(w, part) for w, part in zip(self.weights, self.components, strict=True) if w > 0]
        logs = np.array([np.log(w) + _known(part, "log_density")(where) for w, part in used])
        with np.errstate(invalid="ignore"):  # of -inf and -inf, where all densities are 0
            return np.asarray(np.logaddexp.reduce(logs, axis=0))

    def choices(self, paths: PathsArgument, *, seed: Seed) -> NDArray[np.int64]:
        """Which component each path draws from in `sample`: ``(paths,)``."""
        ends = np.cumsum(self.weights)[:-1]
        last = int(np.flatnonzero(self.weights)[-1])  # the sum may round to less than 1
        return np.minimum(np.searchsorted(ends, chooser(paths, seed), side="right"), last)

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One draw for each path: ``(paths, dim)``, row i a function of the seed and of path number i alone.

        The choice has a uniform of its own; the rest is what the chosen component gives that path.
        """
        numbers, seed = path_numbers(paths).array(), known_seed(seed)
        out = allocate((len(numbers), self.dim), float_dtype(dtype), "the initial draws", "ask for fewer at a time")
        chosen = self.choices(numbers, seed=seed)
        for k in np.unique(chosen):
            own = chosen == k
            part, wanted = self.components[k], (int(own.sum()), self.dim)
            drawn = part.sample(numbers[own], seed=seed, dtype=dtype)
            if np.shape(drawn) != wanted:
                raise ValueError(
                    f"{type(part).__name__}.sample gave shape {np.shape(drawn)}, expected (paths, dim) = {wanted}"
                )
            out[own] = drawn
        return out

    def _of_each(self, name: str) -> NDArray[np.float64]:
        return np.array([_known(part, name) for part in self.components])

    def __repr__(self) -> str:
        kinds = sorted({type(part).__name__ for part in self.components})
        return f"Mixture({len(self.components)} of {', '.join(kinds)} in {self.dim} dimensions)"


def _check_components(given: tuple[Distribution, ...]) -> None:
    if not given:
        raise ValueError("a mixture needs at least one component")
    for place, each in enumerate(given):
        if isinstance(each, type) or not isinstance(each, Distribution):
            raise TypeError(f"component {place} must be a Distribution (dim and sample), got {type(each).__name__}")
    if len(dims := {each.dim for each in given}) > 1:
        raise ValueError(f"components must have the same dim, got {sorted(dims)}")


def _probabilities(weights: ArrayLike | None, count: int) -> NDArray[np.float64]:
    if weights is None:
        return np.full(count, 1 / count)
    given = finite_array(weights, "weights")
    if given.shape != (count,):
        raise ValueError(f"weights has shape {given.shape}, but there are {count} components")
    if (given < 0).any() or not 0 < given.sum() < np.inf:
        raise ValueError(f"weights must not be negative and must have a positive finite sum, got {given.tolist()}")
    return np.asarray(given / given.sum())


def _parts(law: Distribution) -> tuple[Distribution, ...]:
    return law.components if isinstance(law, Mixture) else (law,)


def _shares(law: Distribution) -> NDArray[np.float64]:
    return law.weights if isinstance(law, Mixture) else np.ones(1)


def _known(law: Distribution, name: str) -> Any:
    try:
        return getattr(law, name)
    except AttributeError:
        raise TypeError(f"the component {shown(law)} has no {name}, so the mixture has none") from None
