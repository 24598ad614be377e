"""Arguments of compiled functions: a program serves for those that a trace could not have told apart."""

import functools
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pytest

import maruyama as mr

X = np.array([[1.0, 2.0], [3.0, 4.0]])


class Net:
    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w * x

    def method(self, x):
        return self.w * x


class Metres(float):
    scale = 1.0


class Tagged(np.ndarray):
    scale = 1.0


class Rates(NamedTuple):
    theta: float
    mu: float


class Weighted(NamedTuple):
    theta: float

    def __add__(self, other):
        return self.theta * 10 + other


@dataclass(frozen=True)
class Frozen:
    theta: float
    hidden: list = field(default_factory=lambda: [1.0], compare=False)


class Constants:
    theta = 1.0


def tagged(scale):
    array = np.ones(2).view(Tagged)
    array.scale = scale
    return array


def metres(scale):
    number = Metres(1.0)
    number.scale = scale
    return number


def changing(make, change):
    """Two arguments: an object, and the same once it has been changed."""

    def arguments():
        one = make()
        yield one
        change(one)
        yield one

    return arguments


def of(*values):
    return lambda: iter(values)


def is_fortran(x, t, a):
    return x * (2.0 if a.flags.f_contiguous else 1.0)


# id: a function, and arguments one after the other
PAIRS = {
    "object-with-call": (lambda x, t, net: net(x), changing(lambda: Net(2.0), lambda net: setattr(net, "w", 7.0))),
    "bound-method": (lambda x, t, f: f(x), lambda: (setattr(net := Net(w), "w", w) or net.method for w in (2.0, 7.0))),
    "method-of-one-object": (
        lambda x, t, f: f(x), changing(lambda: Net(2.0).method, lambda f: setattr(f.__self__, "w", 7.0)),
    ),
    "partial": (
        lambda x, t, f: f(x),
        changing(lambda: functools.partial(np.multiply, np.ones(2)), lambda f: f.args[0].fill(3.0)),
    ),
    "subclass-of-float": (lambda x, t, p: x * p * p.scale, lambda: map(metres, (1.0, 5.0))),
    "subclass-of-array": (lambda x, t, p: x * p.scale, lambda: map(tagged, (1.0, 5.0))),
    "array-and-matrix": (lambda x, t, a: x @ np.asarray(a * a), of(X, X.view(np.matrix))),
    "masks": (
        lambda x, t, k: x * k.filled(0.0),
        lambda: (np.ma.array([1.0, 100.0], mask=mask) for mask in ([False, True], [True, False])),
    ),
    "named-tuples": (lambda x, t, p: x * (isinstance(p, Rates) + 1.0), of((1.0, 2.0), Rates(1.0, 2.0))),
    "named-tuple-with-methods": (lambda x, t, p: (p + 1.0) * x, lambda: iter([Weighted(2.0), Weighted(3.0)])),
    "fields-that-do-not-compare": (
        lambda x, t, p: p.hidden[0] * x, changing(lambda: Frozen(1.0), lambda p: p.hidden.__setitem__(0, 3.0)),
    ),
    "class": (lambda x, t, p: p.theta * x, changing(lambda: Constants, lambda p: setattr(p, "theta", p.theta + 1))),
    "function-and-its-closure": (
        lambda x, t, f: f(x),
        changing(lambda: (lambda w: lambda x: w[0] * x)([1.0]), lambda f: f.__closure__[0].cell_contents.append(0)
                 or f.__closure__[0].cell_contents.__setitem__(0, 2.0)),
    ),
    "functions-in-a-list": (lambda x, t, fs: fs[0](x), of([np.sin], [np.cos])),
    "1-and-1.0-and-True": (lambda x, t, n: x * (2.0 if type(n) is int else 1.0), of(1, 1.0, True)),
    "keys-1-and-True": (lambda x, t, d: x * (2.0 if type(next(iter(d))) is int else 1.0), of({1: 0}, {True: 0})),
    "float32-and-float": (lambda x, t, n: x * (2.0 if isinstance(n, np.float32) else 1.0), of(1.0, np.float32(1))),
    "number-and-0-d-array": (lambda x, t, n: x * (2.0 if isinstance(n, float) else 1.0), of(1.0, np.array(1.0))),
    "zeros-of-both-signs": (lambda x, t, n: x * np.copysign(1.0, n), of(0.0, -0.0)),
    "zeros-of-both-signs-of-numpy": (lambda x, t, n: x * np.copysign(1.0, n), of(np.float64(0), -np.float64(0))),
    "zeros-of-both-signs-in-arrays": (lambda x, t, n: x * np.copysign(1.0, n), of(np.zeros(2), -np.zeros(2))),
    "nan-and-0": (lambda x, t, n: x * (2.0 if n != n else 1.0), of(float("nan"), 0.0)),
    "strings": (lambda x, t, name: x * len(name), of("a", "ab", b"abc", np.str_("abcd"))),
    "kinds-of-strings": (lambda x, t, name: x * (2.0 if type(name) is str else 1.0), of("a", np.str_("a"), b"a")),
    "bytes-of-another-dtype": (
        lambda x, t, a: x * float(a[0]), of(np.array([1.0]), np.array([1.0]).view(np.int64), np.array([1.0], ">f8")),
    ),
    "byte-orders": (lambda x, t, a: x * (2.0 if a.dtype.isnative else 1.0), of(np.ones(1), np.ones(1, ">f8"))),
    "orders-in-memory": (is_fortran, of(X, np.asfortranarray(X))),
    "records": (lambda x, t, a: x * a["b"][0], of(*(np.array([(1.0, b)], [("a", "f8"), ("b", "f8")]) for b in (1, 2)))),
    "dates": (
        lambda x, t, a: x * float((a - np.datetime64("2020", "Y")).astype(int)[0]),
        of(np.array(["2021"], "M8[Y]"), np.array(["2022"], "M8[Y]"), np.array(["2021"], "M8[M]")),
    ),
    "lists-and-tuples": (lambda x, t, a: x * (2.0 if isinstance(a, list) else 1.0), of([1.0], (1.0,))),
    "sets": (lambda x, t, a: x * len(a), of({1}, {1, 2})),
    "orders-of-a-dict": (lambda x, t, a: x * next(iter(a.values())), of({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0})),
    "arrays-of-objects": (lambda x, t, a: x * a[0], of(np.array([1.0], object), np.array([2.0], object))),
    "dtypes": (lambda x, t, a: x * a.itemsize, of(np.dtype("f8"), np.dtype("f4"))),
    "slices": (lambda x, t, a: x[:, a] * np.ones(2), of(slice(0, 1), slice(1, 2))),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", PAIRS)
def test_each_argument_has_its_own_numbers(name):
    function, arguments = PAIRS[name]
    compiled = mr.compile(function)
    for argument in arguments():
        np.testing.assert_array_equal(compiled(X, 0.3, argument), function(X, 0.3, argument))


def test_programs_for_numbers_do_not_depend_on_how_numbers_are_printed():
    compiled = mr.compile(lambda x, t, n: x * n)
    with np.printoptions(precision=3, legacy="1.13"):
        for number in (np.float64(1.0), np.float64(1.0 + 1e-14)):
            np.testing.assert_array_equal(compiled(X, 0.0, number), X * number)


KEPT = {
    "number": 1.5,
    "array": np.arange(3.0),
    "date": np.array(["2020"], "M8[Y]"),
    "tuple": (1, [2.0, "a"], {"b": np.ones(2)}),
    "named-tuple": Rates(1.0, 2.0),
    "numpy-function": np.sum,
    "ufunc": np.sin,
    "builtin": abs,
    "dtype": np.float64,
    "rows": mr.per_path(np.ones((2, 1))),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_program_is_found_again_for(name):
    calls = []
    compiled = mr.compile(lambda x, t, a: calls.append(1) or x)
    for _ in range(3):
        compiled(X, 0.0, KEPT[name])
    assert len(calls) == 2
    assert len(compiled._programs) == 1


def test_what_must_be_read_again_takes_no_place_of_a_program():
    compiled = mr.compile(lambda x, t, a: x)
    compiled(X, 0.0, 1.0)
    for _ in range(40):
        compiled(X, 0.0, Net(1.0))
    assert len(compiled._programs) == 1


def test_arguments_without_end_are_read_again():
    endless = [1.0]
    endless.append(endless)
    np.testing.assert_array_equal(mr.compile(lambda x, t, a: a[0] * x)(X, 0.0, endless), X)


MASKED = np.ma.array([1.0, 100.0], mask=[False, True])
RULES = {
    "times": lambda x, t, k=MASKED: -k * x,
    "after": lambda x, t, k=MASKED: x * k,
    "matrix-product": lambda x, t, k=MASKED: (x @ k)[:, None] * x,
    "where": lambda x, t, k=MASKED: np.where(x > 0, k, x),
    "masked-number": lambda x, t, k=MASKED: x * k[1],
    "returned": lambda x, t, k=MASKED: k,
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("how", ["args", "default"])
def test_masked_entries_are_refused_as_of_a_python_function(name, how):
    args = (MASKED,) if how == "args" else ()
    with pytest.raises(ValueError, match=r"has masked entries: fill them first, e\.g\. with \.filled\(0\.0\)"):
        mr.euler(mr.compile(RULES[name]), X, steps=1, args=args)


def test_masked_arrays_without_masked_entries_are_arrays():
    k = np.ma.array([1.0, 2.0], mask=[False, False])
    np.testing.assert_array_equal(mr.compile(lambda x, t, k: x * k)(X, 0.0, k), X * [1.0, 2.0])


def test_matrices_are_refused():
    with pytest.raises(mr.TracingError, match=r"write np\.asarray\(M\), and @ for the product"):
        mr.compile(lambda x, t, m: x * m)(X, 0.0, X.view(np.matrix))
