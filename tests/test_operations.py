"""Every operation of compiled fields, on ordinary and on hostile arguments, against NumPy; on every level."""

import hashlib
import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from maruyama import _core

OPERATIONS = _core.operations()
DTYPES = [np.float64, np.float32]
# Several roundings in one operation. The exponential in the last three is that of the table.
MERGED = {
    "multiply_add": lambda a, b, c: a * b + c,
    "multiply_subtract": lambda a, b, c: a * b - c,
    "subtract_multiple": lambda a, b, c: c - a * b,
    "add_multiply": lambda a, b, c: (a + b) * c,
    "subtract_multiply": lambda a, b, c: (a - b) * c,
    "subtract_multiply_add": lambda a, b, c, d: (a - b) * c + d,
    "subtract_multiply_subtract": lambda a, b, c, d: (a - b) * c - d,
    "add_products": lambda a, b, c, d: a * b + c * d,
    "subtract_products": lambda a, b, c, d: a * b - c * d,
    "exp_negative": lambda a: _core.apply("exp", -a),
    "one_plus_exp_negative": lambda a: _core.apply("exp", -a) + 1,
    "divide_by_one_plus_exp_negative": lambda a, b: b / (_core.apply("exp", -a) + 1),
}
# Those that are one rounded operation, or a choice: NumPy's own bits.
EXACT = [
    "copy",
    "negative",
    "absolute",
    "sign",
    "signbit",
    "floor",
    "ceil",
    "trunc",
    "rint",
    "sqrt",
    "square",
    "reciprocal",
    "logical_not",
    "isfinite",
    "isnan",
    "isinf",
    "add",
    "subtract",
    "multiply",
    "divide",
    "minimum",
    "maximum",
    "fmin",
    "fmax",
    "copysign",
    "spacing",
    "nextafter",
    "heaviside",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "equal",
    "not_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
    "fmod",
    "mod",
    "floor_divide",
]
SPECIAL = ["ndtr", "log_ndtr", "erfcx", "ndtri", "erfinv", "gammaln", "i0e", "i1e"]  # in test_special.py
FUNCTIONS = [name for name in OPERATIONS if name not in [*EXACT, *MERGED, *SPECIAL, "where"]]
EDGES = [0.0, 1e-300, 5e-324, 1e-40, 1e-20, 1e-8, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, np.pi, 10.0, 88.8, 104.0, 710.0, 746.0,
         1e5, 1e16, 1e22, 1e300, np.inf, np.nan]  # fmt: skip


def arguments(name, dtype):
    """Edges in all combinations, then numbers of all sizes, as many arrays as the operation has operands."""
    rng = np.random.default_rng(5)
    with np.errstate(over="ignore"):
        edges = np.array([*EDGES, *[-edge for edge in EDGES]]).astype(dtype)
    count = OPERATIONS[name]
    some = edges[:: (1, 1, 1, 5, 9)[count]]
    corners = np.array(list(itertools.product(some, repeat=count)), dtype).reshape(-1, count)
    size = 20_000
    ordinary = rng.normal(size=(size, count)) * np.exp2(rng.integers(-12, 7, (size, count)))
    return np.concatenate([corners, ordinary.astype(dtype)]).T.copy()


# What NumPy does not have. SciPy's erfc is off by hundreds of units far out, and its expit ends before the subnormals.
REFERENCES = {
    "copy": lambda a: a,
    "erf": np.vectorize(math.erf, otypes=[float]),
    "erfc": np.vectorize(math.erfc, otypes=[float]),
    "expit": lambda a: 1 / (1 + np.exp(-a)),
    "log_expit": lambda a: np.where(a < 0, a - np.log1p(np.exp(a)), -np.log1p(np.exp(-a))),
}


def numpy_of(name, operands):
    """What NumPy says, in the precision of the operands."""
    return REFERENCES.get(name, getattr(np, name, None))(*operands)


def wider(name, operands):
    """The same with some bits more, where there are any to be had."""
    wide = np.longdouble if operands[0].dtype == np.float64 and not name.startswith("erf") else np.float64
    return numpy_of(name, [each.astype(wide) for each in operands])


def same_bits(a, b):
    """Equal, the sign of zero included; one NaN is as good as another."""
    return np.array_equal(a, b, equal_nan=True) and np.array_equal(np.signbit(a[a == 0]), np.signbit(b[b == 0]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
@np.errstate(all="ignore")
def test_has_the_bits_of_numpy(name, dtype):
    operands = arguments(name, dtype)
    wanted = numpy_of(name, operands).astype(dtype)
    got = _core.apply(name, *operands)
    if name in ("minimum", "maximum", "fmin", "fmax"):  # of two zeros NumPy takes either
        wanted, got = wanted + 0, got + 0
    assert same_bits(got, wanted)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["where", *MERGED])
@np.errstate(all="ignore")
def test_where_and_several_in_one_have_the_bits_of_each(name, dtype):
    wanted = MERGED | {"where": lambda a, b, c: np.where(a != 0, b, c)}
    operands = arguments(name, dtype)
    assert same_bits(_core.apply(name, *operands), wanted[name](*operands))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
@np.errstate(all="ignore")
def test_is_within_two_ulp(name, dtype):
    operands = arguments(name, dtype)
    exact = wider(name, operands)
    rounded = exact.astype(dtype)
    got = _core.apply(name, *operands)
    regular = np.isfinite(rounded) & (rounded != 0) & np.isfinite(got)
    size = np.abs(rounded)
    if name.startswith("logaddexp"):  # where it cancels, in units of the larger operand, as NumPy's own
        largest = np.abs(operands).max(axis=0)
        size = np.where(np.isfinite(largest), np.maximum(size, largest), size)
    error = np.abs(got[regular] - exact[regular]) / np.spacing(size[regular])
    limit = 3 if name.startswith("erf") else 2  # the C library's own error is among it
    worst = error.argmax()
    assert error[worst] <= limit, [operand[regular][worst] for operand in operands]
    last = np.finfo(dtype).max  # the next number would be infinite: either is within an ulp
    edge = np.isfinite(got) != np.isfinite(rounded)
    assert (np.maximum(np.abs(got[edge]), np.abs(rounded[edge])) >= last).all()
    odd = ~regular & ~edge
    tiny = np.abs(got[odd]) <= 2 * np.finfo(dtype).smallest_subnormal
    assert (np.isclose(got[odd], rounded[odd], rtol=0, atol=0, equal_nan=True) | tiny).all()


def in_part_uniform(operands):
    """The operands with some of them one value: arrays of one, and the same written out; not all of them."""
    numbers = range(len(operands))
    for uniform in itertools.chain.from_iterable(itertools.combinations(numbers, n) for n in range(1, len(operands))):
        for value in (-0.75, 3.0, 0.0):
            one = operands[0].dtype.type([value])
            yield (
                [one if i in uniform else operands[i] for i in numbers],
                [np.repeat(one, len(operands[i])) if i in uniform else operands[i] for i in numbers],
            )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name, operands in OPERATIONS.items() if operands > 1])
def test_an_operand_that_is_one_value_is_as_good_as_that_value_everywhere(name, dtype):
    for short, written_out in in_part_uniform(arguments(name, dtype)):
        assert same_bits(_core.apply(name, *short), _core.apply(name, *written_out))


@np.errstate(all="ignore")
def digests():
    """A hash of each operation's results in both dtypes, NaNs made one; of a part also with operands of one value."""
    hashes = {}
    for name, dtype in itertools.product(OPERATIONS, DTYPES):
        operands = arguments(name, dtype)
        several = [operands, *(short for short, _ in in_part_uniform([each[:1000] for each in operands]))]
        values = np.concatenate([_core.apply(name, *each) for each in several])
        values[np.isnan(values)] = np.nan
        hashes[f"{name} {dtype.__name__}"] = hashlib.sha256(values.tobytes()).hexdigest()
    return hashes


@pytest.mark.parametrize("level", _core.levels())
def test_every_level_gives_the_same_bits(level):
    script = "import test_operations as t; print(t._core.level()); print(t.digests())"
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {
        **os.environ,
        "MARUYAMA_ISA": level,
        "PYTHONPATH": path,
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    used, found = done.stdout.splitlines()
    assert used == level
    assert found == repr(digests())
