"""Classifier-free guidance: (1 - w) u(x, t, null) + w u(x, t, y)."""

import numpy as np
import pytest

import maruyama as mr


def field(x, t, y):
    return np.sin(3 * y) - x * (1 + y * y) + t


def null_of(y):
    return 0.25 if np.ndim(y) == 0 else [0.25, 0.25]


def run(velocity, y, n=64):
    return mr.FlowModel(velocity, init=2).sample(n, steps=5, seed=7, y=y)


LABELS = {"one": 0.5, "rows": np.linspace(-1, 1, 128).reshape(64, 2)}
ROUTES = {"callback": field, "compiled": mr.compile(field)}


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("route", ROUTES)
def test_scale_1_is_the_conditional_field_bit_for_bit(route, label):
    y = LABELS[label]
    assert np.array_equal(run(mr.guided(ROUTES[route], 1.0, null=0.0), y), run(ROUTES[route], y))


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("route", ROUTES)
def test_scale_0_is_the_unconditional_field_bit_for_bit(route, label):
    y = LABELS[label]
    assert np.array_equal(
        run(mr.guided(ROUTES[route], 0.0, null=null_of(y)), y), run(ROUTES[route], 0 * np.asarray(y) + 0.25)
    )


def test_the_half_that_does_not_count_is_not_evaluated():
    asked = []

    def velocity(x, t, y):
        asked.append(y)
        return y + 0 * x

    for w, labels in ((0.0, [5.0]), (1.0, [2.0]), (0.5, [5.0, 2.0])):
        asked.clear()
        mr.FlowModel(mr.guided(velocity, w, null=5.0), init=1).flow([[0.0]], 1.0, steps=1, y=2.0)
        assert asked == labels


@pytest.mark.parametrize("route", ROUTES)
def test_it_is_this_formula_bit_for_bit(route):
    y, w = LABELS["rows"], 2.5

    def apart(x, t, y):
        rows = mr.per_path if route == "compiled" else np.asarray  # as a compiled function wants to be called
        return (1 - w) * ROUTES[route](x, t, rows(np.full_like(y, 0.25))) + w * ROUTES[route](x, t, rows(y))

    assert np.array_equal(run(mr.guided(ROUTES[route], w, null=null_of(y)), y), run(apart, y))


def test_it_is_compiled_where_the_field_is():
    assert isinstance(mr.guided(mr.compile(field), 2.0, null=0.0), mr.CompiledFunction)
    assert not isinstance(mr.guided(field, 2.0, null=0.0), mr.CompiledFunction)


@pytest.mark.parametrize("make", [lambda field: field, mr.compile])
def test_null_is_a_label_as_those_of_y_are(make):
    embedding = np.array([[1.0, 2.0], [3.0, 4.0], [0.5, 0.25]])
    guided = make(lambda x, t, y: y @ embedding + 0 * x)
    one_hot = np.eye(3)[[0, 1, 1, 0]]

    def sampled(null):
        return mr.FlowModel(mr.guided(guided, 3.0, null=null), 2).flow(np.zeros((4, 2)), steps=1, y=one_hot)

    np.testing.assert_allclose(sampled([0, 0, 1]), 3 * one_hot @ embedding - 2 * embedding[2])
    np.testing.assert_allclose(sampled(0), 3 * one_hot @ embedding)  # a row of zeros
    for null, shape in ((2, r"\(\)"), (1.0, r"\(\)"), ([0, 1], r"\(2,\)"), (one_hot, r"\(4, 3\)")):
        with pytest.raises(ValueError, match=rf"(?s)null=.*has shape {shape}, but each label of y has shape \(3,\)"):
            sampled(null)


@pytest.mark.parametrize("null", [2, [2], [[2]]])
def test_null_of_one_number_fits_labels_of_one_number(null):
    def sampled(y):
        return mr.FlowModel(mr.guided(lambda x, t, y: y + 0 * x.sum(), 3.0, null=null), 1).flow(
            [[0.0], [0.0]], steps=1, y=y
        )

    assert sampled([[1], [5]]).tolist() == [[-1.0], [11.0]]


def test_null_of_labels_that_are_numbers_is_one_number():
    guided = mr.guided(lambda x, t, y: y[:, None] + 0 * x, 3.0, null=[2, 3])
    with pytest.raises(ValueError, match=r"null=.*has shape \(2,\), but each label of y has shape \(\)"):
        mr.FlowModel(guided, 1).flow([[0.0], [0.0]], steps=1, y=[1, 5])


def test_null_may_be_a_number_in_a_table():
    table = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]])  # the last one stands for nobody
    guided = mr.guided(lambda x, t, y: table[y] + 0 * x, 3.0, null=2)
    y = np.array([0, 1, 1])
    x0 = mr.StandardNormal(2).sample(3, seed=7)
    np.testing.assert_allclose(mr.FlowModel(guided, 2).sample(3, steps=1, seed=7, y=y), x0 + 3 * table[y], rtol=1e-14)


def test_guidance_moves_a_mixture_to_the_mode_of_its_label():
    # p(x | y) = N(y, 1) along the straight path, p(x) = N(0, 2) for y ~ N(0, 1): u is affine in both cases
    def velocity(x, t, y):  # a row of y: the label, and 1 where there is one
        known = y[:, 1:] == 1
        mean, variance = np.where(known, y[:, :1], 0.0), np.where(known, 1.0, 2.0)
        now = variance * t**2 + (1 - t) ** 2
        return mean + (variance * t - (1 - t)) / now * (x - mean * t)

    y = np.tile([3.0, 1.0], (10_000, 1))
    means = [
        mr.FlowModel(mr.guided(velocity, w, null=[0.0, 0.0]), 1).sample(10_000, steps=200, seed=7, y=y).mean()
        for w in (0.0, 1.0, 2.0)
    ]
    assert abs(means[0]) < 4 * np.sqrt(2 / 10_000)
    assert abs(means[1] - 3.0) < 4 * np.sqrt(1 / 10_000)
    assert means[2] > 3.3


@pytest.mark.parametrize(("given", "scale", "error"), [(1.0, 1.0, TypeError), (field, np.nan, ValueError)])
def test_bad_arguments_are_refused(given, scale, error):
    with pytest.raises(error):
        mr.guided(given, scale, null=0.0)


def test_a_pointwise_field_is_given_its_own_paths_label():
    def one(x, t, y):
        return np.sin(3 * y) - x * (1 + y * y) + t

    y = np.linspace(-1, 1, 3)  # as many rows as dimensions: without its mark y would be a value for each dimension
    for w in (0.0, 1.0, 2.5):
        guided = mr.FlowModel(mr.guided(mr.pointwise(one), w, null=0.25), init=3).sample(3, steps=5, seed=7, y=y)
        rows = mr.FlowModel(mr.guided(field, w, null=0.25), init=3).sample(3, steps=5, seed=7, y=y[:, None])
        np.testing.assert_allclose(guided, rows, rtol=1e-14)


@pytest.mark.parametrize("scale", ["2", None, [1.0, 2.0], float("nan")])
def test_a_scale_that_is_no_number_is_refused(scale):
    with pytest.raises((TypeError, ValueError), match="scale must"):
        mr.guided(field, scale, null=0.0)
