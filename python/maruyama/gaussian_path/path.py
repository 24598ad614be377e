"""GaussianPath: p_t, the law of alpha_t z + beta_t eps, from noise to a target, and the fields that follow it."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from maruyama.distributions import Distribution, StandardNormal
from maruyama.distributions.draws import normals
from maruyama.gaussian_path import schedules
from maruyama.gaussian_path.posterior import posterior_of
from maruyama.gaussian_path.schedule import Schedule, checked
from maruyama.path_numbers import PathsArgument
from maruyama.seeding import Seed, child, known_seed
from maruyama.tracing import CompiledFunction, attribute

__all__ = ["GaussianPath"]


class GaussianPath:
    """The path p_t of x_t = alpha(t) z + beta(t) eps, z ~ target, eps ~ N(0, I), with exact fields.

    The ODE with `velocity` u_t carries p_0 to p_t for every t, and so does the SDE with drift u_t + sigma^2/2 times
    `score` and diffusion sigma.

    Parameters
    ----------
    alpha, beta : Schedule
        alpha from 0 to 1 and beta from 1 to 0, each to within 0.05; `straight`, `cosine` and `variance_preserving` have
        them.
    target : Gaussian, StandardNormal, Mixture of these, or Samples
        The law p_1 of data.

    Notes
    -----
    p_0 is N(0, I) exactly where alpha(0) = 0 and beta(0) = 1. Where that is only nearly so, as in a variance-preserving
    path, a run from `init` starts from another law than p_0, which is off by alpha(0) z: centre and scale the data, or
    start from ``path.sample(n, 0.0, seed=...)``, which is p_0 itself.

    At t = 1, where beta = 0, the fields exist if the target has a density. Those of `Samples`, or of a singular
    covariance, are 0/0 there. Euler's method does not ask at t = 1; a run backwards from t = 1 does.

    The fields are compiled; ``path.velocity.function`` is the function in NumPy, which computes in float64.

    References
    ----------
    Lipman, Chen, Ben-Hamu, Nickel and Le, "Flow matching for generative modeling", ICLR 2023, theorem 3.
    Albergo, Boffi and Vanden-Eijnden, "Stochastic interpolants", 2023.

    Examples
    --------
    >>> import maruyama as mr
    >>> path = mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))
    >>> float(mr.euler(path.velocity, [[-1.0]], steps=1000).final[0, 0].round(4))  # the exact map is 2 + x0/2
    1.5007
    """

    def __init__(self, alpha: Schedule, beta: Schedule, target: Distribution) -> None:
        self.alpha, self.beta = checked(alpha, "alpha", 0.0, 1.0), checked(beta, "beta", 1.0, 0.0)
        self.target = target
        self._posterior = posterior_of(target)

    @staticmethod
    def straight(target: Distribution) -> "GaussianPath":
        """The path of alpha = t, beta = 1 - t."""
        return GaussianPath(*schedules.straight(), target)

    @staticmethod
    def cosine(target: Distribution) -> "GaussianPath":
        """The path of alpha = sin(pi t / 2), beta = cos(pi t / 2)."""
        return GaussianPath(*schedules.cosine(), target)

    @staticmethod
    def variance_preserving(target: Distribution, beta_min: float = 0.1, beta_max: float = 20.0) -> "GaussianPath":
        """The path of alpha = exp(-B/2), beta = sqrt(1 - alpha^2).

        Here B = beta_min s + (beta_max - beta_min) s^2 / 2 and s = 1 - t: Song et al. 2021, equation 33.
        alpha(0) = exp(-(beta_min + beta_max) / 4) is not 0: 0.0066 with the usual numbers.
        """
        return GaussianPath(*schedules.variance_preserving(beta_min, beta_max), target)

    @property
    def dim(self) -> int:
        """Dimensions of a state."""
        return self.target.dim

    @property
    def init(self) -> StandardNormal:
        """N(0, I), which is p_0 where alpha(0) = 0 and beta(0) = 1."""
        return StandardNormal(self.dim)

    @cached_property
    def velocity(self) -> CompiledFunction:
        """The marginal velocity u_t(x) = alpha' E[z | x] - beta beta' score, a field of ``(x, t)``."""

        def velocity(x: Any, t: Any) -> Any:
            mean, score = self._at(x, t)
            return self.alpha.derivative(t) * mean - self.beta.half_square_rate(t) * score

        return attribute(self, "velocity", velocity)

    @cached_property
    def score(self) -> CompiledFunction:
        """The marginal score grad log p_t(x), a field of ``(x, t)``."""

        def score(x: Any, t: Any) -> Any:
            return self._at(x, t)[1]

        return attribute(self, "score", score)

    @cached_property
    def posterior_mean(self) -> CompiledFunction:
        """E[z | x_t = x], the denoiser, a function of ``(x, t)``."""

        def posterior_mean(x: Any, t: Any) -> Any:
            return self._at(x, t)[0]

        return attribute(self, "posterior_mean", posterior_mean)

    def conditional_velocity(self, x: Any, t: Any, z: Any) -> Any:
        """u_t(x|z) = alpha' z + beta'/beta (x - alpha z), which leads N(0, I) to z; z is ``(dim,)`` or like x."""
        return self.alpha.derivative(t) * z + self.beta.derivative(t) / self.beta(t) * (x - self.alpha(t) * z)

    def conditional_score(self, x: Any, t: Any, z: Any) -> Any:
        """The gradient of log N(x; alpha z, beta^2 I), -(x - alpha z) / beta^2; z is ``(dim,)`` or like x."""
        return -(x - self.alpha(t) * z) / self.beta(t) ** 2

    def sample(self, paths: PathsArgument, t: float, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """Exact draws of p_t: ``(paths, dim)``, row i a function of the seed, t and path number i alone.

        z and eps have seeds of their own, made of this one: they are independent of each other, and of the draws of
        `init` and `target` and the noise of a run with the same seed.
        """
        if not 0.0 <= t <= 1.0:
            raise ValueError(f"t must be between 0 and 1, got {t}")
        known = known_seed(seed)
        z = self.target.sample(paths, seed=child(known, 0), dtype=dtype)
        eps = normals(paths, self.dim, child(known, 1), dtype)
        return np.asarray(float(self.alpha(t)) * z + float(self.beta(t)) * eps)

    def _at(self, x: Any, t: Any) -> tuple[Any, Any]:
        if x.shape[1] != self.dim:
            raise ValueError(f"x has {x.shape[1]} dimensions, but the target of the path has {self.dim}")
        return self._posterior(x, self.alpha(t), self.beta(t))

    def __reduce__(self) -> tuple[Any, ...]:
        return GaussianPath, (self.alpha, self.beta, self.target)

    def __repr__(self) -> str:
        return f"GaussianPath(target={self.target!r})"
