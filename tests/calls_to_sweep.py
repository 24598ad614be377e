"""Calls of everything that traces, by all its parameters, and what becomes of each beside NumPy's own result.

A call is text of x and t, so that a fault can be tried by hand. What is called is read from the tracer's own tables: a
new rule is swept without a line here, and a parameter that has no values below is given those of ``ANY``.
"""

import inspect
import itertools
import re
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import special

import maruyama as mr
from maruyama.tracing import rules, signatures
from maruyama.tracing.array import Traced
from maruyama.tracing.compiled import CompiledFunction
from maruyama.tracing.entered import _ENTRIES

__all__ = ["DTYPES", "Fault", "Tally", "calls", "names", "swept"]

DTYPES = ("float64", "float32")
T = 0.375  # exact in float32
ULPS = 8  # of the result; of 16 where it is a sum, which may be small
ROWS = 31  # as many as the tracer pretends: shapes are the same

COLUMNS = "[x[:, 0], x[:, 1]]"
ARRAYS = [
    "x",
    "x > 0",
    "x[:, 0]",
    "t",
    COLUMNS,
    "[x[:, 0] > 0, x[:, 1] > 0]",
    "x.reshape(len(x), 2, 2)",
    "x.T",
    "[t, 1.0]",
    "np.array([x[:, 0], x[:, 1]])",
    "np.asarray(x > 0)",
    "x[:, :1]",
    "(x[:, 0], 2.0 * x[:, 1], x[:, 2])",
    "t > 0.25",
]
SECOND = [
    "y",
    "x < 1",
    "y[:, 0]",
    "t",
    "2.5",
    "np.arange(-1.0, 3.0).astype(x.dtype)",
    "np.eye(4, 3, dtype=x.dtype)",
    "y.reshape(len(x), 2, 2)",
    "-1",
    "[0.5, 1.0, 2.0, t]",
    "True",
    "np.ones((len(x), 1), x.dtype)",
    "x[:, :1]",
    "0.5",
]
LISTS = [
    "[x, y]",
    "[x > 0, x < 1]",
    "[x[:, :1], y]",
    "[x[:, 0], y[:, 1]]",
    "(x, np.ones((len(x), 2), x.dtype))",
    "x",
    "[x, x > 0]",
    "[x[:, 0] > 0, y[:, 1]]",
    "np.array([x, y])",
    "[t, 1.0]",
    "[[t, 1.0], [2.0, t]]",
]
KNOTS = [
    "[0.0, 1.0, 2.0]",
    "[-1.0, 0.0, 0.0, 1.0]",
    "[0.5]",
    "[-np.inf, 0.0, 1.0]",
    "[-1.0, 1.0, np.inf]",
    "[2.0, 1.0, 0.0]",
    "[]",
    "[0.0, t, 1.0]",
    "x[:, 0]",
    "[0.0, 1.0, 1.0, 2.0]",
    "[[0.0, 1.0]]",
    "np.arange(4)",
]
HEIGHTS = [
    "[1.0, 0.5, 2.0]",
    "[1.0, 0.0, 2.0, 4.0]",
    "[3.0]",
    "[1.0, np.inf, np.inf]",
    "[-np.inf, 0.1, np.inf]",
    "[0.0, np.nan, 1.0]",
    "[1.0, 2.0]",
    "[t, 1.0, 2.0]",
    "[1.0, 2.0, np.inf, 4.0]",
    "[1.0, 5.0, 5.0, np.inf]",
]
EINSUMS = [
    "'ni->n', x",
    "'ni->ni', x",
    "'ni->nii', x",
    "'ni->in', x",
    "'ni,ni->n', x, y",
    "'ni,nj->n', x, y",
    "'ni,j->n', x, [0.0, 1.0]",
    "'ni,ij->nj', x, np.eye(4, 3, dtype=x.dtype)",
    "'ni,ij->nk', x, np.eye(4, dtype=x.dtype)",
    "'ni,ij', x, np.eye(4, dtype=x.dtype)",
    "'ni,ni', x, y",
    "'...i,...i', x, y",
    "'ni,ij->nj', x, np.eye(3, dtype=x.dtype)",
    "'nii->n', x.reshape(len(x), 2, 2)",
    "'nij,njk->nik', x.reshape(len(x), 2, 2), y.reshape(len(x), 2, 2)",
    "x, [0, 1], [0]",
    "'ni->', x",
    "'ni->n', x > 0",
    "'ni,ni->n', x > 0, x < 1",
    "'n?->n', x",
    "'ni->n', x, y",
    "'ni,i->ni', x, [1.0, 0.0, 2.0, 3.0]",
    "'nij->n', x.reshape(len(x), 2, 2)",
    "'i,i->', [t, 1.0], [2.0, 3.0]",
    "'ij->ji', x",
    "'n i -> n', x",
]
AXES = ["None", "0", "1", "-1", "2", "5", "(1,)", "(0, 1)", "(1, 1)", "()", "[1]", "1.0"]
ANY = ["None", "0", "1", "2", "-1", "True", "0.5", "'C'", "(0, 1)", "x", "t", "x > 0", "np.ones(4, x.dtype)"]
FLAGS = ["True", "False", "1"]
VALUES: dict[str, list[str]] = {
    "axis": AXES,
    "keepdims": FLAGS,
    "subok": FLAGS,
    "copy": ["True", "False", "None"],
    "optimize": ["True", "'greedy'"],
    "dtype": [
        "None",
        "x.dtype",
        "float",
        "int",
        "bool",
        "np.float32",
        "np.float64",
        "np.int8",
        "np.float16",
        "complex",
        "object",
    ],
    "out": ["None", "np.zeros(x.shape, x.dtype)", "np.zeros(len(x), x.dtype)"],
    "where": ["True", "x > 0", "np.array([True, False, True, True])", "False"],
    "initial": ["0", "1.5", "True", "None", "-np.inf", "t", "x", "2"],
    "order": ["'C'", "'F'", "'A'", "'K'", "2", "None", "'Z'"],
    "casting": ["'same_kind'", "'unsafe'", "'no'", "'safe'"],
    "mode": ["'raise'", "'wrap'", "'clip'"],
    "decimals": ["0", "2", "-1", "1.0", "t"],
    "ddof": ["0", "1", "0.5", "9", "t"],
    "correction": ["0", "1", "0.5"],
    "mean": ["x.mean(axis=1, keepdims=True)", "0.0", "x.mean(axis=1)"],
    "n": ["0", "1", "2", "-1", "9"],
    "prepend": ["0", "x[:, :1]", "t", "None"],
    "append": ["0", "x[:, :1]", "t"],
    "left": ["7.0", "None", "np.nan", "t"],
    "right": ["7.0", "None", "t"],
    "period": ["None", "1.0"],
    "nan": ["1.0", "np.inf", "t"],
    "posinf": ["1.0", "None"],
    "neginf": ["1.0", "np.nan"],
    "ord": ["None", "1", "2", "0", "3", "np.inf", "-np.inf", "'fro'", "'nuc'", "-1"],
    "shape": ["(-1, 2, 2)", "(len(x), 4)", "(len(x), 2, 2)", "-1", "(4, len(x))", "(2, 2)", "(len(x), 3)", "len(x)"],
    "axes": ["(0, 1)", "(1, 0)", "None", "0", "1", "2", "([1], [0])", "([1, 1], [0, 0])", "(0, 2, 1)", "([-1], [-1])"],
    "axis1": ["0", "1", "-1", "2"],
    "axis2": ["0", "1", "-1", "2"],
    "axisa": ["-1", "1"],
    "axisb": ["-1", "1"],
    "axisc": ["-1", "1"],
    "source": ["0", "1", "[0, 1]"],
    "destination": ["-1", "0", "[1, 0]"],
    "start": ["0", "1", "2"],
    "shift": ["1", "-1", "(1, 2)", "t"],
    "k": ["0", "1", "-1", "3"],
    "offset": ["0", "1", "-1"],
    "repeats": ["2", "[1, 0, 2, 1]", "x"],
    "reps": ["2", "(1, 2)", "(2, 1, 1)"],
    "indices": ["0", "[0, 2]", "[[0, 1]]", "-1", "9", "x[:, 0] > 0", "[True, False, True, True]"],
    "obj": ["0", "[0, 2]", "slice(0, 2)", "x[:, 0] > 0"],
    "indices_or_sections": ["2", "[1]", "3", "t"],
    "a_min": ["-1", "None", "x[:, :1]", "t", "np.nan"],
    "a_max": ["1", "None", "y", "t"],
    "min": ["-1", "None"],
    "max": ["1", "None"],
    "default": ["0", "-1.5", "t", "x[:, :1]", "np.nan"],
    "device": ["None", "'cpu'"],
    "like": ["None"],
    "b": SECOND,
    "fill_value": ["t", "x[:, :1]", "2.5", "True", "np.nan", "x"],
    "values": SECOND,
    "x2": SECOND,
    "B": SECOND,
    "p": ["[1.0, 2.0, 3.0]", "[]", "[2.0]", "[t, 1.0]", "x"],
    "xp": KNOTS,
    "fp": HEIGHTS,
    "condition": ["x > 0", "x", "True", "[True, False, True, True]", "t > 0.25", "x[:, :1] > 0", "np.asarray(x > 0)"],
    "condlist": ["[x > 1, x > 0]", "[x > 0]", "[x]", "[]", "[x > 0, True, x < 1]"],
    "choicelist": ["[x, y]", "[2.5, t]", "[x]", "[x, y, x]", "[]", "[x[:, :1], y]"],
    "arrays": LISTS,
    "tup": LISTS,
    "newshape": ["(-1, 2, 2)", "(len(x), 4)"],
    "signature": ["None", "'dd->d'"],
    "correct": FLAGS,
    "deg": FLAGS,
    "edge_order": ["1", "2"],
    "return_sign": FLAGS,
}
SPREAD = {
    "operands": EINSUMS,
    "args": ["x, y", "x[:, :1], y", "x > 0, x", "t, x"],
    "arys": ["x", "x, x", "t, x[:, 0]", "x > 0, x"],
    "arrays_and_dtypes": ["x", "x, 1", "x > 0", "x, complex", "x > 0, np.int8"],
    "varargs": ["", "0.5", "1, 2.0"],
    "axes": ["", "1, 0", "(1, 0)", "0, 2, 1"],
    "shape": ["-1, 2, 2", "(len(x), 2, 2)", "len(x), 4", "4, len(x)", "-1"],
}
# Shapes, indexing, attributes and operators, which are no functions with parameters.
OTHERS = """
x.T
x.mT
x.real
x.shape
x.ndim
x.size
len(x)
x.dtype == float
x[:, 1]
x[..., ::-1]
x[:, [2, 0]]
x[0]
x[:, None]
x + y
x - y
x * y
x / y
x // y
x % y
divmod(x, y)
x ** y
x ** 2
x ** 0.5
x ** 3
x ** 4
x ** -1
2 ** x
-x
+x
abs(x)
x < y
x <= y
x > y
x >= y
x == y
x != y
(x > 0) & (x < 1)
(x > 0)
(x < 1) ^ (x > 0)
~(x > 0)
x & 1
(x > 0) << 1
1 << x
(x > 0) + (x < 1)
(x > 0) * (x < 1)
(x > 0) - (x < 1)
-(x > 0)
(x > 0) / (x < 1)
(x > 0) ** 2
(x > 0) + 1
True + (x > 0)
(t > 0.1) + (t < 0.5)
(t > 0.1) - (t < 0.5)
-(t > 0.1)
(t > 0.1) * (t < 0.5) + (t > 0.2)
(t > 0.1) + True
+(t > 0.1) + (t < 1)
abs(t > 0) + (t < 1)
(t > 0.1) + (x > 0)
(t > np.float64(0.1)) + (t < 0.5)
np.add(t > 0.1, t < 0.5)
~(t > 0.1)
x * ((t > 0.1) & (t < 0.5))
np.logical_not(t > 0.1)
sum([x[:, 0] > 0, x[:, 1] > 0])
np.sum([x[:, 0] > 0])
np.sum([x[:, 0] > 0], axis=0) + (x[:, 1] > 0)
np.prod([x[:, 0] > 0, x[:, 1] > 0], axis=0) + (x[:, 1] > 0)
np.asarray(x > 0) + np.asarray(x < 1)
np.asarray(x > 0).sum(axis=1)
np.asarray(x > 0).cumsum(axis=1)
np.asarray(x > 0).mean(axis=1)
np.add.reduce([x[:, 0] > 0, x[:, 1] > 0])
np.mean([x[:, 0] > 0, x[:, 1] > 0], axis=0)
np.cumsum([x[:, 0] > 0, x[:, 1] > 0], axis=0)
np.var([x[:, 0] > 0, x[:, 1] > 0], axis=0)
np.ones_like(np.asarray(x > 0)) + np.asarray(x > 0)
np.sum([t > 0.1, t < 0.5])
np.array([t > 0.1, t < 0.5]).sum() * x
np.array([t > 0.1]) + np.array([t < 0.5])
np.diff([x[:, 0] > 0, x[:, 1] > 0], axis=0)
x * (len(x) % 2)
x * (len(x) % 7)
np.nan_to_num(np.sqrt(x))
np.nan_to_num(np.array([np.sqrt(x[:, 0])]))
np.nan_to_num([np.sqrt(x[:, 0])], nan=2.0)
np.full_like(np.asarray(x > 0), 2.5)
np.full_like(np.asarray(x > 0), t)
np.logical_or(np.asarray(x > 0), x)
np.logical_and([x > 0, x < 1], True)
np.where(np.asarray(x > 0), x, y)
np.add([x[:, 0] > 0], x[:, 1] > 0)
np.transpose([x[:, 0] > 0, x[:, 1] > 0])
np.full((len(x), 2), t)
np.full((len(x), 1), t, order="F")
np.full((len(x), 1), t, int)
np.full((2,), t > 0.2)
np.trapezoid([x[:, 0] > 0, x[:, 1] > 0, x[:, 2] > 0], axis=0)
(x > 0) & (x < 1) | (x > 2)
(x > 0) ^ (x < 1)
""".strip().splitlines()


# Exceptions that say that arguments do not fit; NumPy raises another of them here and there.
_OF_ARGUMENTS = (TypeError, ValueError, IndexError, AttributeError)
_IS_OLD = np.__version__.startswith("1.")
_UNDEFINED = ("np.empty_like",)  # values that are not defined
_SMALL_DIFFERENCES = (
    "np.logaddexp",
    "np.logaddexp2",
    "special.kl_div",
    "special.rel_entr",
    "special.gammaln",
    "special.psi",
)  # of larger numbers
_OF_FINITE = (
    "np.linalg.det",
    "np.linalg.inv",
    "np.linalg.solve",
    "np.einsum",
    "special.i0",
    "special.i1",
)  # the order of operations decides
_SIGNLESS = (
    "special.i1e",
    "special.erfinv",
    "special.i1",
    "special.gammaln",
    "np.fmin",
    "np.fmax",
    "np.minimum",
    "np.maximum",
)  # -0 and 0 are equal: NumPy gives either


class Tally(NamedTuple):
    """What became of the calls."""

    calls: int
    same: int
    refused: int
    raised: int  # by NumPy and by the tracer alike
    faults: "list[Fault]"


class Fault(NamedTuple):
    """A call whose numbers are not NumPy's, or that ends in an error which says nothing."""

    call: str
    dtype: str
    what: str


class _Callee(NamedTuple):
    name: str  # as text that can be called
    parameters: list[inspect.Parameter]
    is_sum: bool  # or another combination of several values, whose errors are relative to the largest of them


def states(dtype: str) -> np.ndarray:
    """Rows of ordinary numbers and of numbers that are not."""
    odd = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 1e-3, 1.5]
    rng = np.random.default_rng(5)
    x = rng.normal(size=(ROWS, 4)).round(3)
    x[10:25] = rng.permuted(np.resize(odd, 60)).reshape(15, 4)
    x[25:29] = [[0.0] * 4, [-0.0] * 4, [1.0] * 4, [2.0, 2.0, -1.0, -1.0]]
    return x.astype(dtype)


def callees() -> list[_Callee]:
    """All that has a rule."""
    found = [_of_function(_spelled(function), signatures.signature_of(function)) for function in rules.FUNCTIONS]
    found += [_of_function(_entered(*place), signatures.signature_of(_at(*place))) for place in _ENTRIES]
    for name in rules.UFUNCS:
        found += [_of_ufunc(each) for each in rules.ufuncs_of(name)]
    for name, method in rules.UFUNC_METHODS:
        found.append(_of_function(f"np.{name}.{method}", signatures.ufunc_method(method)))
    for name in signatures.ARRAY_METHODS:
        if hasattr(np.ndarray, name):
            found.append(_of_function(f"np.ndarray.{name}", signatures.array_method(name)))
    return list({each.name: each for each in found}.values())


def names() -> list[str]:
    """Of all that is called."""
    return [each.name for each in callees()]


def _spelled(function: Any) -> str:
    module = function.__module__.replace("numpy", "np").replace("scipy.special", "special")
    return f"{module}.{function.__name__}"


def _entered(module: str, name: str) -> str:
    return f"{'np' if module == 'numpy' else 'special'}.{name}"


def _at(module: str, name: str) -> Any:
    return getattr(np if module == "numpy" else special, name)


def _of_function(name: str, signature: inspect.Signature) -> _Callee:
    return _Callee(name, list(signature.parameters.values()), True)


def _of_ufunc(ufunc: np.ufunc) -> _Callee:
    kind = inspect.Parameter.POSITIONAL_ONLY
    operands = [inspect.Parameter(f"x{place}", kind) for place in range(1, 1 + ufunc.nin)]
    others = [each for each in signatures.ufunc(ufunc).parameters.values() if each.name != "operands"]
    module = "np" if getattr(np, ufunc.__name__, None) is ufunc else "special"
    return _Callee(f"{module}.{ufunc.__name__}", operands + others, ufunc.signature is not None)


def calls(callee: _Callee) -> Iterator[str]:
    """The texts of its calls."""
    first = list(_with_required(callee))
    for place, arguments in enumerate(first):
        yield _text(callee, arguments)
        for options in _options(callee, arguments, place):
            yield _text(callee, arguments + options)


def _text(callee: _Callee, arguments: list[str]) -> str:
    if callee.name.startswith("np.ndarray."):  # of t they would be methods of Python's floats
        arguments = [arguments[0].replace("t >", "np.sin(t) >"), *arguments[1:]]
        arguments[0] = {"t": "np.sin(t)", "[t, 1.0]": "np.array([t, 1.0])"}.get(arguments[0], arguments[0])
        return f"({arguments[0]}).{callee.name[11:]}({', '.join(arguments[1:])})"
    return f"{callee.name}({', '.join(arguments)})"


def _with_required(callee: _Callee) -> Iterator[list[str]]:
    """What must be given: each value of each with the first of the others."""
    required = [each for each in callee.parameters if each.default is each.empty and each.kind is not each.KEYWORD_ONLY]
    pools = [_values(each, place) for place, each in enumerate(required)]
    seen = set()
    for place, pool in enumerate(pools):
        others = [each[:2] for each in pools[:place]] + [pool] + [each[:3] for each in pools[place + 1 :]]
        for chosen in itertools.product(*others):
            if chosen not in seen:
                seen.add(chosen)
                yield [each for each in chosen if each]


def _values(parameter: inspect.Parameter, place: int) -> list[str]:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return SPREAD.get(parameter.name, ["x"])
    if parameter.name in VALUES:
        return VALUES[parameter.name]
    return ARRAYS if place == 0 else SECOND


def _options(callee: _Callee, arguments: list[str], place: int) -> Iterator[list[str]]:
    """Each value of each other parameter, by name and by position; with axis=1, too."""
    yield ["no_such_argument=1"]
    others = [each for each in callee.parameters if each.default is not each.empty]
    has_axis = any(each.name == "axis" for each in others)
    between: list[str] | None = []  # what stands before an argument by position
    for each in others:
        values = VALUES.get(each.name, ANY)
        if each.name == "where" and callee.name.startswith("special."):
            values = ["True"]  # with a mask and conditions, SciPy 1.17 writes beyond its buffers
        for value in values if place < 2 else values[place % 4 :: 4] if place < 10 else []:
            yield [f"{each.name}={value}"]
            if has_axis and each.name != "axis":
                yield ["axis=1", f"{each.name}={value}"]
            if between is not None and each.kind is each.POSITIONAL_OR_KEYWORD:
                yield [*between, value]
        between = _and_default(between, each)


def _and_default(between: list[str] | None, parameter: inspect.Parameter) -> list[str] | None:
    if between is None or parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
        return None
    if parameter.name == "axis":
        return [*between, "1"]
    text = "False" if parameter.name == "keepdims" else repr(parameter.default)
    return None if "<no value>" in text else [*between, text]


def swept(chosen: Iterator[tuple[_Callee, str]] | None = None, dtypes: tuple[str, ...] = DTYPES) -> Tally:
    """Try calls, by default all of them."""
    counts = dict.fromkeys(("same", "refused", "raised"), 0)
    faults: list[Fault] = []
    count = 0
    for callee, text in chosen or every_call():
        for dtype in dtypes:
            count += 1
            what = became(text, dtype, callee.is_sum)
            if what in counts:
                counts[what] += 1
            else:
                faults.append(Fault(text, dtype, what))
    return Tally(count, counts["same"], counts["refused"], counts["raised"], faults)


def every_call() -> Iterator[tuple[_Callee, str]]:
    """What is called, with each text."""
    for callee in callees():
        for text in dict.fromkeys(calls(callee)):
            if not _is_of_objects_alone(text):
                yield callee, text
    for text in OTHERS:
        yield _Callee(text, [], True), text


def became(text: str, dtype: str, is_sum: bool) -> str:
    """same, refused, raised, or what is wrong."""
    x = states(dtype)
    code = compile(text, "<call>", "eval")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        expected, error = _tried(lambda: _called(code, x, T))
        warnings.simplefilter("error", RuntimeWarning)
        given, own_error = _tried(lambda: _by_program(code, x))
    if own_error is not None:
        return _of_errors(own_error, error)
    if isinstance(error, np.linalg.LinAlgError):
        return "raised"  # for a singular matrix; the others have their numbers here
    if error is not None and _IS_OLD:
        return "raised"  # what NumPy 2 accepts is accepted
    if error is not None:
        return f"numbers where NumPy raises {type(error).__name__}: {str(error)[:80]}"
    return _difference(text, given, _parts(expected), is_sum, dtype) or "same"


def _is_of_objects_alone(text: str) -> bool:
    """Whether NumPy makes an array of objects of a list, and gives a result or an error without asking them.

    Nor has its float64 the method dot.
    """
    is_list = any(f"({start}" in text for start in ("[", "np.array(["))
    untouched = ".reduce(" in text and any(each in text for each in ("()", "initial", "False, "))
    of_bools = text.startswith(("np.round([x[:, 0] >", "np.around([x[:, 0] >", "np.fix([x[:, 0] >"))
    without_values = text.startswith(("np.zeros_like([", "np.array_split([x[:, 0] >"))
    untouched = untouched or (
        text.count("()") > text.count(".any()") + text.count(".all()") and (".any(" in text or ".all(" in text)
    )
    of_bools = of_bools or (
        text.startswith(("np.spacing(", "np.nextafter(")) and re.search(r">|\bt\b", text)
    )  # float16 in NumPy
    no_method = text.startswith("(np.sin(t)") and ".dot(" in text
    return (is_list and untouched) or of_bools or without_values or no_method


def _tried(function: Any) -> tuple[Any, Exception | None]:
    try:
        return function(), None
    except Exception as error:
        return None, error


def _called(code: Any, x: Any, t: Any) -> Any:
    return eval(code, {"np": np, "special": special}, {"x": x, "y": _second(x), "t": t})


def _second(x: Any) -> Any:
    return x[:, [2, 3, 1, 0]] * 0.75


def _of_errors(own: Exception, error: Exception | None) -> str:
    if isinstance(own, mr.TracingError) or "object arrays are not supported" in str(own):
        return "refused"
    if isinstance(own, _OF_ARGUMENTS) and isinstance(error, _OF_ARGUMENTS):
        return "raised"
    return f"{type(own).__name__}: {str(own)[:120]} (NumPy: {type(error).__name__ if error else 'a result'})"


def _by_program(code: Any, x: np.ndarray) -> list[tuple[Any, bool]]:
    """The results of the core, each with whether it would be an array of bools."""
    found: list[list[Any]] = []

    def field(x: Any, t: Any) -> Any:
        tracer = x.tracer
        parts = _parts(_called(code, x, t))
        found.append([_noted(tracer, each) for each in parts])
        ids = [each.ids.reshape(-1) for each in found[-1] if isinstance(each, Traced)]
        return Traced(tracer, np.concatenate([tracer.graph.leaves[:1], *ids])[None], 0)

    values = CompiledFunction(field)(x, T)[:, 1:]
    results, place = [], 0
    for each in found[0]:
        if not isinstance(each, Traced):
            results.append((each, np.asarray(each).dtype == bool))
            continue
        own = values[:, place : place + each.ids.size]
        results.append((_arranged(own, each), each.is_bool))
        place += each.ids.size
    return results


def _parts(result: Any) -> list[Any]:
    """A list of results as the list, of a function with several, and any other as the only one."""
    kinds = Traced | np.ndarray | np.generic | float | int
    several = isinstance(result, list | tuple) and all(isinstance(each, kinds) for each in result)
    return list(result) if several else [result]


def _noted(tracer: Any, part: Any) -> Any:
    if isinstance(part, np.ndarray) and part.dtype == object:
        part = tracer.lifted(part)
    if isinstance(part, Traced) and part.row is not None:
        raise mr.TracingError("one path alone")
    return part


def _arranged(values: np.ndarray, like: Traced) -> np.ndarray:
    if like.axis is None:
        return values[0].reshape(like.ids.shape)
    others = [length for axis, length in enumerate(like.ids.shape) if axis != like.axis]
    order = np.moveaxis(np.arange(like.ids.size).reshape(like.ids.shape), like.axis, 0).reshape(-1)
    return np.moveaxis(values[:, order].reshape(len(values), *others), 0, like.axis)


def _difference(text: str, given: list[tuple[Any, bool]], expected: list[Any], is_sum: bool, dtype: str) -> str:
    """What is wrong with the results, in a word."""
    if len(given) != len(expected):
        return f"{len(given)} results for {len(expected)}"
    for (own, is_bool), other in zip(given, expected, strict=True):
        if text.startswith(_UNDEFINED):
            continue
        if not isinstance(own, np.ndarray):
            if not np.all(own == other) or type(own) is not type(other):
                return f"{own!r} for {other!r}"
            continue
        if np.shape(own) != np.shape(other):
            return f"shape {np.shape(own)} for {np.shape(other)}"
        if own.dtype.kind not in "biuf" and own.dtype == np.asarray(other).dtype and np.array_equal(own, other):
            continue
        if np.asarray(other).dtype.kind not in "biuf":
            return f"numbers for {np.asarray(other).dtype}"
        if is_bool != (np.asarray(other).dtype == bool):
            return f"{'bools' if is_bool else 'numbers'} for {np.asarray(other).dtype}"
        is_sum = is_sum or text.startswith(_SMALL_DIFFERENCES)
        wrong = _wrong(np.asarray(own, float), np.asarray(other), is_sum, dtype)
        if text.startswith(_OF_FINITE) or (_IS_OLD and "logsumexp" in text):
            wrong &= np.isfinite(own)
        if text.startswith(_SIGNLESS):
            wrong &= own != other
        if wrong.any():
            return f"{np.asarray(own)[wrong][:3]} for {np.asarray(other)[wrong][:3]}"
    return ""


def _wrong(own: np.ndarray, other: np.ndarray, is_sum: bool, dtype: str) -> np.ndarray:
    kinds = [dtype, *([other.dtype] if other.dtype.kind == "f" else [])]
    whole = other.dtype.kind in "iu"
    eps = max(float(np.finfo(each).eps) for each in kinds)
    other = other.astype(float)
    with np.errstate(all="ignore"):
        scale = np.maximum(abs(other), 16.0 if is_sum else np.finfo(dtype).tiny / eps)
        near = abs(own - other) <= ULPS * eps * scale
    same = (own == other) | (np.isnan(own) & np.isnan(other))
    same |= ~np.isfinite(own) & whole  # a count divided by zero is infinite, and NumPy's whole number 0
    signs = (own != 0) | (other != 0) | (np.signbit(own) == np.signbit(other)) | is_sum | whole
    return ~((same | near) & signs)
