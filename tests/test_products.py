"""Products with constant matrices of any size."""

import numpy as np
import pytest

import maruyama as mr

SHAPES = [
    (300, 301, "float64"),
    (1100, 33, "float64"),
    (257, 600, "float32"),
    (1030, 70, "float32"),
    (7, 6000, "float64"),
]


@pytest.mark.parametrize(("terms", "count", "dtype"), SHAPES)
@pytest.mark.parametrize("paths", [1, 33, 200])
@pytest.mark.parametrize("biased", [False, True])
def test_the_columns_of_a_wide_product_have_the_bits_of_a_narrow_one(terms, count, dtype, paths, biased):
    """Each column of a product depends on its own weights alone, so a product of few columns has its bits."""
    rng = np.random.default_rng(7)
    weights, bias = rng.normal(size=(terms, count)), rng.normal(size=count)
    x = rng.normal(size=(paths, terms)).astype(dtype)

    def product(columns):
        w, b = weights[:, columns], bias[columns]
        return mr.compile(lambda x, t: x @ w + b if biased else x @ w)(x, 0.0)

    whole = product(slice(None))
    for first in range(0, count, 97):
        columns = slice(first, first + 5)
        assert whole[:, columns].tobytes() == product(columns).tobytes()
    np.testing.assert_allclose(whole, x.astype(float) @ weights + bias * biased, rtol=1e-3, atol=1e-3)
