"""Laws of initial states: moments, and that a draw depends on seed and path number alone."""

import pickle

import numpy as np
import pytest

import maruyama as mr
from maruyama.distributions.draws import chooser, uniforms
from reference import key_of, philox

stats = pytest.importorskip("scipy.stats")

COVARIANCE = np.array([[1.0, 0.6, 0.0], [0.6, 0.5, 0.1], [0.0, 0.1, 2.0]])
LAWS = {
    "standard normal": mr.StandardNormal(3),
    "one variance": mr.Gaussian([1.0, 2.0, 3.0], 0.25),
    "variances": mr.Gaussian([1.0, 2.0, 3.0], [0.1, 0.0, 2.0]),
    "covariance matrix": mr.Gaussian([1.0, 2.0, 3.0], COVARIANCE),
    "singular": mr.Gaussian(np.zeros(3), np.ones((3, 3))),
    "box": mr.UniformBox([-1.0, 0.0, 5.0], [1.0, 0.5, 9.0]),
    "samples": mr.Samples(np.arange(15.0).reshape(5, 3) ** 2),
    "mixture": mr.Mixture(
        [mr.Gaussian([1.0, 2.0, 3.0], COVARIANCE), mr.UniformBox(np.zeros(3), 2.0), mr.Samples(np.eye(3))], [1, 2, 3]
    ),
}
every_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


@every_law
def test_laws_are_distributions(law):
    assert isinstance(law, mr.Distribution)
    assert law.dim == 3


@every_law
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_shards_of_a_law_are_rows_of_the_whole(law, dtype):
    whole = law.sample(100, seed=7, dtype=dtype)
    assert whole.dtype == dtype
    assert np.array_equal(law.sample(range(40, 60), seed=7, dtype=dtype), whole[40:60])
    assert np.array_equal(law.sample([99, 3], seed=7, dtype=dtype), whole[[99, 3]])


def test_initial_draws_are_not_the_noise_of_a_run():
    assert not np.isin(mr.StandardNormal(2).sample(50, seed=7), mr.noise(7, paths=50, steps=4, dim=2)).any()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_shards_of_uniforms_are_rows_of_the_whole(count):
    whole = uniforms(100, count, 7)
    assert whole.shape == (100, count)
    assert np.array_equal(uniforms(range(40, 60), count, 7), whole[40:60])
    assert np.array_equal(uniforms([2**64 - 1, 3], count, 7)[1], whole[3])


def test_uniforms_have_the_moments_of_a_uniform():
    u = uniforms(200_000, 3, 7)
    n = len(u)
    assert ((u > 0) & (u < 1)).all()
    assert (np.abs(u.mean(axis=0) - 1 / 2) < 4 * np.sqrt(1 / 12 / n)).all()
    assert (np.abs(u.var(axis=0) - 1 / 12) < 4 * np.sqrt(1 / 180 / n)).all()
    assert (np.abs(np.corrcoef(u.T)[np.triu_indices(3, 1)]) < 4 / np.sqrt(n)).all()


@every_law
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_draws_of_float64_and_float32_have_the_moments_of_the_law(law, dtype):
    n = 40_000
    x = law.sample(n, seed=7, dtype=dtype).astype(float)
    apart = x - law.mean
    assert (np.abs(apart.mean(axis=0)) <= 4 * np.sqrt(law.variance / n)).all()
    products = apart[:, :, None] * apart[:, None, :]
    # 1e-6: the rounding of float32, where the variance is 0
    assert (np.abs(products.mean(axis=0) - law.covariance) <= 4 * products.std(axis=0) / np.sqrt(n) + 1e-6).all()
    assert np.allclose(np.diag(law.covariance), law.variance, rtol=1e-12)


@every_law
def test_no_paths_give_no_rows(law):
    assert law.sample(0, seed=7).shape == (0, 3)
    assert law.sample([], seed=7, dtype=np.float32).dtype == np.float32


@every_law
def test_a_pickled_law_draws_the_same(law):
    law.sample(2, seed=7)
    again = pickle.loads(pickle.dumps(law))
    for dtype in (np.float64, np.float32):
        assert np.array_equal(again.sample(5, seed=7, dtype=dtype), law.sample(5, seed=7, dtype=dtype))


@every_law
def test_a_generator_is_asked_once_for_a_seed(law):
    x = law.sample(20, seed=np.random.default_rng(5))
    assert np.array_equal(x, law.sample(20, seed=int(np.random.default_rng(5).integers(2**64, dtype=np.uint64))))


def test_a_gaussian_matrix_and_its_variances_are_one_law():
    matrix, variances = mr.Gaussian([1.0, 2.0], np.diag([0.3, 4.0])), mr.Gaussian([1.0, 2.0], [0.3, 4.0])
    assert np.allclose(matrix.sample(10, seed=7), variances.sample(10, seed=7), rtol=1e-14)


def test_densities_are_those_of_scipy():
    x = np.random.default_rng(1).normal(size=(20, 3))
    centre = np.array([1.0, 2.0, 3.0])
    gaussian = stats.multivariate_normal(centre, COVARIANCE)
    wide = stats.multivariate_normal(np.zeros(3), 4 * np.eye(3))
    assert np.allclose(mr.Gaussian(centre, COVARIANCE).log_density(x), gaussian.logpdf(x), rtol=1e-12)
    assert np.allclose(mr.StandardNormal(3).log_density(x), stats.norm.logpdf(x).sum(axis=1), rtol=1e-12)
    mixture = mr.Mixture([mr.Gaussian(centre, COVARIANCE), mr.Gaussian(np.zeros(3), 4.0)], [1, 3])
    assert np.allclose(mixture.log_density(x), np.log(0.25 * gaussian.pdf(x) + 0.75 * wide.pdf(x)), rtol=1e-12)
    assert np.allclose(mr.UniformBox([0.0, 0.0], [2.0, 4.0]).log_density([[1, 1], [3, 1]]), [-np.log(8), -np.inf])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_uniform_box_is_uniform_and_keeps_its_bounds(dtype):
    x = mr.UniformBox([1.0, -3.0], [1.5, 7.0]).sample(50_000, seed=7, dtype=dtype)
    assert x.dtype == dtype
    for j, (low, width) in enumerate([(1.0, 0.5), (-3.0, 10.0)]):
        assert low <= x[:, j].min() <= x[:, j].max() <= low + width
        assert stats.kstest(x[:, j], "uniform", (low, width)).pvalue > 1e-6


def test_samples_draw_every_row_alike():
    law = mr.Samples(np.arange(7.0)[:, None])
    rows = law.rows(70_000, seed=7)
    assert stats.chisquare(np.bincount(rows, minlength=7)).pvalue > 1e-6
    assert np.array_equal(law.sample(70_000, seed=7), law.data[rows])


def test_the_largest_uniform_draws_the_last_row_of_any_data():
    largest = 1 - 2.0**-53
    sizes = np.concatenate(
        [np.arange(1, 10**6), 2 ** np.arange(53), 2 ** np.arange(1, 53) + 1, 2 ** np.arange(2, 53) - 1]
    )
    assert (np.floor(largest * sizes) == sizes - 1).all()


@pytest.mark.parametrize(
    ("given", "kept"), [(np.float32, np.float32), (np.float64, np.float64), (np.uint8, np.float64), (bool, np.float64)]
)
def test_samples_keep_float32_and_make_float64_of_the_rest(given, kept):
    data = np.ones((3, 2), given)
    law = mr.Samples(data)
    data[:] = 0
    assert law.data.dtype == kept
    assert law.data.min() == 1
    assert law.sample(2, seed=7).dtype == np.float64


def test_modes_of_a_mixture_have_their_weights():
    weights = np.array([1.0, 0.0, 2.0, 5.0, 0.0])
    law = mr.Mixture.of_gaussians(10 * np.arange(5.0)[:, None], 0.01, weights)
    n = 50_000
    seen = np.bincount(np.rint(law.sample(n, seed=7)[:, 0] / 10).astype(int), minlength=5)
    p = weights / weights.sum()
    assert (np.abs(seen / n - p) <= 4 * np.sqrt(p * (1 - p) / n)).all()
    assert np.array_equal(np.bincount(law.choices(n, seed=7), minlength=5), seen)


@pytest.mark.parametrize("law", [mr.UniformBox(0.0, 1.0), mr.Samples(np.linspace(0, 1, 1000)[:, None])])
def test_the_choice_of_a_mixture_says_nothing_of_the_draw(law):
    mixture = mr.Mixture([law, law])
    x, choice = mixture.sample(20_000, seed=7)[:, 0], mixture.choices(20_000, seed=7)
    assert stats.ks_2samp(x[choice == 0], x[choice == 1]).pvalue > 1e-6


def uniforms_of_block(block, paths):
    """Of the layout in docs/noise.md, by the slow reference."""
    counters = [[block % 2**32, block >> 32, path % 2**32, path >> 32] for path in paths]
    x = philox(counters, key_of(7, "initial")).astype(np.uint64)
    return ((x[:, ::2] + (x[:, 1::2] << np.uint64(32)) >> np.uint64(12)).astype(float) + 0.5) / 2**52


def test_uniforms_have_the_layout_that_is_promised():
    paths = [0, 3, 2**40 + 5]
    wanted = np.hstack([uniforms_of_block(2**63, paths), uniforms_of_block(2**63 + 1, paths)])
    assert np.array_equal(uniforms(paths, 3, 7), wanted[:, :3])
    assert np.array_equal(chooser(paths, 7), uniforms_of_block(2**64 - 1, paths)[:, 0])


def test_choosers_are_no_uniforms_of_the_same_path():
    assert not np.isin(chooser(1000, 7), uniforms(1000, 8, 7)).any()
    assert np.array_equal(chooser(range(40, 60), 7), chooser(100, 7)[40:60])


def test_nested_mixtures_are_flattened():
    a, b, c = (mr.Gaussian(float(k), 1.0) for k in range(3))
    law = mr.Mixture([mr.Mixture([a, b], [1, 3]), c], [1, 1])
    assert law.components == (a, b, c)
    assert law.weights.tolist() == [0.125, 0.375, 0.5]


class Ones:
    """A law of somebody else."""

    dim = 1

    def sample(self, paths, *, seed, dtype=np.float64):
        return np.ones((len(paths), 1), dtype)


def test_a_mixture_takes_any_distribution():
    law = mr.Mixture([Ones(), mr.Gaussian(-1.0, 0.0)])
    assert set(law.sample(100, seed=7)[:, 0]) == {1.0, -1.0}
    with pytest.raises(TypeError, match="has no mean"):
        _ = law.mean


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: mr.Gaussian([0.0, 1.0], np.eye(3)), r"covariance has shape \(3, 3\), but the mean has 2"),
        (lambda: mr.Gaussian([[0.0]], 1.0), r"mean has shape \(1, 1\)"),
        (lambda: mr.Gaussian([0.0, np.nan], 1.0), "mean must be finite, got nan"),
        (lambda: mr.Gaussian(0.0, -1.0), "must not be negative, got -1"),
        (lambda: mr.Gaussian([0, 0], [[1, 2], [0, 1]]), "must be symmetric"),
        (lambda: mr.Gaussian([0, 0], [[1, 2], [2, 1]]), "no negative eigenvalue, got -1"),
        (lambda: mr.Gaussian([0, 0], [1, 0]).log_density([[0, 0]]), "singular"),
        (lambda: mr.Gaussian([0, 0], 1.0).log_density([0, 0]), r"x has shape \(2,\), expected \(n, 2\)"),
        (lambda: mr.UniformBox([0.0, 1.0], [1.0, 1.0]), "low must be below high, got 1.0 and 1.0 in dimension 1"),
        (lambda: mr.UniformBox([0.0, 1.0], [1.0, 1.0, 1.0]), "low has 2 dimensions, but high has 3"),
        (lambda: mr.UniformBox(-1e308, 1e308), "high - low must be finite"),
        (lambda: mr.Samples([1.0, 2.0]), r"data\[:, None\]"),
        (lambda: mr.Samples(np.empty((0, 2))), "at least one row"),
        (lambda: mr.Samples([[np.inf]]), "data must be finite, got inf"),
        (lambda: mr.Mixture([]), "at least one component"),
        (lambda: mr.Mixture([mr.StandardNormal(1), mr.StandardNormal(2)]), r"the same dim, got \[1, 2\]"),
        (lambda: mr.Mixture([mr.StandardNormal(1)], [1, 2]), r"weights has shape \(2,\), but there are 1"),
        (lambda: mr.Mixture([mr.StandardNormal(1)] * 2, [1, -1]), "must not be negative"),
        (lambda: mr.Mixture([mr.StandardNormal(1)] * 2, [0, 0]), "positive finite sum"),
        (lambda: mr.Mixture.of_gaussians([0.0, 1.0], 1.0), "means has shape"),
        (lambda: mr.Mixture.of_gaussians([[0.0], [1.0]], [1.0, 1.0, 1.0]), "there are 2 means, but 3 covariances"),
        (
            lambda: mr.Mixture.of_gaussians(np.eye(2), [[2.0, 1.0], [1.0, 2.0]]),
            "may be one matrix for all, or variances",
        ),
    ],
)
def test_wrong_parameters_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: mr.Mixture([1.0]),
        lambda: mr.Mixture(mr.StandardNormal(1)),
        lambda: mr.Gaussian("a", 1.0),
        lambda: mr.Samples([["a"]]),
        lambda: mr.Samples([[1.0]]).sample(2, seed=7, dtype=int),
        lambda: mr.UniformBox(0.0, 1.0).sample(2.5, seed=7),
    ],
)
def test_wrong_types_are_refused(make):
    with pytest.raises(TypeError):
        make()


def test_a_component_that_gives_another_shape_is_named():
    class Odd:
        dim = 2

        def sample(self, paths, *, seed, dtype=np.float64):
            return np.zeros((7, 3))

    with pytest.raises(ValueError, match=r"Odd.sample gave shape \(7, 3\), expected \(paths, dim\) = \(3, 2\)"):
        mr.Mixture([Odd()]).sample(3, seed=7)
