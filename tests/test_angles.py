"""Sines and cosines of the same angles: one operation, and the bits of the two."""

import numpy as np
import pytest

import maruyama as mr
from maruyama import _core

RNG = np.random.default_rng(20261126)
SIZES = np.repeat([1e-300, 1e-9, 1e-3, 1.0, 10.0, 1e3, 1e5, 1e9, 1e300], 400)
CORNERS = [
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    np.nan,
    5e-324,
    2.0**15,
    np.nextafter(2.0**15, 99),
    256.0,
    257.0,
    np.pi / 2,
    np.pi,
]


def angles(dtype):
    with np.errstate(all="ignore"):
        x = np.concatenate([RNG.normal(size=len(SIZES)) * SIZES, CORNERS, -np.array(CORNERS)])
        return x[: len(x) // 4 * 4].reshape(-1, 4).astype(dtype)


def one_by_one(function, x):
    return mr.compile(lambda x, t: function(x))(x, 0.0)


def names(field):
    return [line.split(" = ")[1].split("(")[0] for line in str(field).splitlines() if " = " in line]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_both_have_the_bits_of_each(dtype):
    x = angles(dtype)
    field = mr.compile(lambda x, t: np.concatenate([np.cos(x), np.sin(x)], axis=1))
    got = field(x, 0.0)
    assert names(field) == ["sincos"]
    wanted = np.concatenate([one_by_one(np.cos, x), one_by_one(np.sin, x)], axis=1)
    assert got.tobytes() == wanted.tobytes()


def test_angles_of_which_one_alone_is_wanted_stay_alone():
    field = mr.compile(
        lambda x, t: np.stack([np.sin(x[:, 0]), np.cos(x[:, 1]), np.sin(x[:, 2]) * np.cos(x[:, 2])], axis=1)
    )
    x = angles(np.float64)[:32]
    got = field(x, 0.0)
    assert sorted(names(field)) == ["cos", "multiply", "sin", "sincos"]
    assert (got[:, 0] == one_by_one(np.sin, x[:, :1])[:, 0]).all()
    assert (got[:, 1] == one_by_one(np.cos, x[:, 1:2])[:, 0]).all()


def test_many_angles_are_done_some_at_a_time():
    x = RNG.normal(size=(40, 100))
    field = mr.compile(lambda x, t: np.sin(x).sum(axis=1, keepdims=True) * np.cos(x) - np.cos(x + t) * np.sin(t + x))
    wanted = one_by_one(np.sin, x).sum(axis=1, keepdims=True) * one_by_one(np.cos, x)
    wanted = wanted - one_by_one(np.cos, x + 0.5) * one_by_one(np.sin, x + 0.5)
    np.testing.assert_allclose(field(x, 0.5), wanted, rtol=1e-12, atol=1e-12)
    assert names(field).count("sincos") == 2 * 7  # of at most 16 angles
    assert not {"sin", "cos"} & set(names(field))


def test_a_drift_and_a_diffusion_share_their_angles():
    drift, diffusion = mr.compile(lambda x, t: np.sin(x)), mr.compile(lambda x, t: np.cos(x))
    x0 = RNG.normal(size=(300, 3))
    run = mr.euler_maruyama(drift, diffusion, x0, steps=5, seed=1)
    apart = mr.euler_maruyama(
        lambda x, t: one_by_one(np.sin, x), lambda x, t: one_by_one(np.cos, x), x0, steps=5, seed=1
    )
    assert run.final.tobytes() == apart.final.tobytes()
    text = drift.compiled(
        3, np.dtype(float), (), name="drift", tail=(3,), diffusion=diffusion, diffusion_tail=(3,)
    ).trace
    assert [instruction.operation for instruction in text.text.instructions] == ["sincos"]


def test_pairs_of_angles_in_blocks():
    """More values than are kept near: the program is made in blocks, and no angle is done twice."""
    x = RNG.normal(size=(16, 24))

    def f(x, t):
        differences = x[:, None, :] - x[:, :, None]
        return (np.sin(differences) + 0.1 * np.cos(differences)).mean(axis=2)

    field = mr.compile(f)
    np.testing.assert_allclose(field(x, 0.0), f(x, 0.0), rtol=1e-12, atol=1e-13)
    made = [each for each in field._latest.trace.text.instructions if each.operation == "sincos"]
    assert sum(len(each.operands[0]) for each in made) == 24 * 24
    assert not {"sin", "cos"} & set(names(field))


@pytest.mark.parametrize(
    ("out", "operands", "said"),
    [
        ([1], [[0]], "twice as long"),
        ([1, 2], [[-1]], "uniform or empty"),
        ([1, 2], [[0], [0]], "one operand"),
        ([1, 9], [[0]], "no register"),
    ],
)
def test_the_core_refuses_pairs_that_do_not_fit(out, operands, said):
    def codes(numbers):
        return np.array(numbers, np.int32)

    instruction = ("sincos", codes(out), [codes(each) for each in operands], None)
    with pytest.raises(ValueError, match=said):
        _core.Program("float64", 1, 0, np.empty(0), 2, 0, [], [instruction], codes([]), [codes([1])])
