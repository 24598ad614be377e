"""What the core is given is checked once, where it is made: each wrong size is refused with a sentence, none is run.

Each case runs in a process of its own: where a check is missing, that process may die.
"""

import subprocess
import sys

import pytest

SETUP = """
import numpy as np
from maruyama import _core

codes = lambda *values: np.array(values, np.int32)
ADD = ("add", codes(4, 5), [codes(0, 1), codes(2, 3)], None)

def program(**changed):
    text = dict(dtype="float64", dim=4, inputs=0, constants=np.zeros(0), slots=2, t_slots=0, t_instructions=[],
                instructions=[ADD], exports=codes(), outputs=[codes(4, 5, 4, 5)])
    return _core.Program(**{**text, **changed})

def compiled(rows=None, **changed):
    return _core.Compiled(program(**changed), 0, rows)

def integrate(drift, diffusion=None, paths=100, dim=4, dtype=np.float64, **changed):
    arguments = dict(
        out=np.zeros((1, paths, dim), dtype), x0=np.zeros((1, dim), dtype), drift=drift, diffusion=diffusion,
        terms=dim if diffusion else 0, general=False, features_apart=False, noisy=None, steps=3, steps_before=0,
        t0=0.0, t1=1.0, intervals=3, place=0,
        grid=None, saves=np.array([3]), first_path=0, path_numbers=None, key=(1, 2), threads=1, tile_rows=0,
        check_finite=False, progress=None,
    )
    _core.integrate(**{**arguments, **changed})

def callback(conform, arguments=None, tail=(4,)):
    return _core.Callback(lambda x, t, *rest: "what conform is asked about", conform, arguments, tail)

CONSTANT = _core.Constant(np.zeros(1))
X = np.zeros((100, 4))
WITH_INPUTS = dict(inputs=4, slots=2, instructions=[("add", codes(8, 9), [codes(4, 5), codes(6, 7)], None)],
                   outputs=[codes(8, 9, 8, 9)])
OF_A_FEATURE = dict(dim=1, inputs=1, slots=1, instructions=[("add", codes(2), [codes(0), codes(1)], None)],
                    outputs=[codes(2)])
"""

REFUSED = """
import re
try:
    {given}
except ValueError as error:
    assert re.search({said!r}, str(error)), error
else:
    raise SystemExit("it was accepted")
"""

PROGRAMS = {
    "slots of 2^55": ("program(slots=2**55).evaluate(X, 0.0)", "slots is 36028797018963968"),
    "slots of 2^62": ("program(slots=2**62).evaluate(X, 0.0)", "slots is"),
    "negative slots": ("program(slots=-1, instructions=[], outputs=[codes(0)])", "slots is -1"),
    "t slots of 2^55": (
        "program(t_slots=2**55, t_instructions=[('copy', codes(0), [codes(-1)], None)]).evaluate(X, 0.0)",
        "t_slots is",
    ),
    "negative t slots": ("program(t_slots=-5)", "t_slots is -5"),
    "negative dim": ("program(dim=-4, slots=10)", "dim is -4"),
    "dim of 2^62": ("program(dim=2**62)", "dim is"),
    "negative inputs": ("program(inputs=-2, slots=4).evaluate(X, 0.0, np.zeros(0))", "inputs is -2"),
    "inputs of 2^62": ("program(inputs=2**62)", "inputs is"),
    "sizes that are too many together": ("program(slots=2**31)", r"dim \+ inputs \+ slots is 2147483652"),
    "no outputs": ("program(outputs=[]).evaluate(X, 0.0)", "there are no outputs"),
    "inputs that are missing": ("program(**WITH_INPUTS).evaluate(X, 0.0)", "got 0, expected 400"),
    "inputs that are short": ("program(**WITH_INPUTS).evaluate(X, 0.0, np.zeros((99, 4)))", "got 396, expected 400"),
}
FIELDS = {
    "a program of another dim": (
        "integrate(compiled(), dim=2, paths=10**4)",
        "dimensions of a program.*got 4, expected 2",
    ),
    "a program of another width": ("integrate(compiled(outputs=[codes(4)]), paths=10**4)", "output.*got 1, expected 4"),
    "a program of another dtype": ("integrate(compiled(), dtype=np.float32)", "bytes of a value.*got 8, expected 4"),
    "inputs that are missing": ("integrate(compiled(**WITH_INPUTS))", "inputs.*got 0, expected 400"),
    "inputs that are short": (
        "integrate(compiled(np.zeros((1, 4)), **WITH_INPUTS), paths=10**6)",
        "inputs.*got 4, expected 4000000",
    ),
    "a diffusion of another dim": ("integrate(CONSTANT, compiled(), dim=2, paths=10**4)", "got 4, expected 2"),
    "features apart for a program of whole states": (
        "integrate(compiled(), features_apart=True)",
        "dimensions of a program's states: got 4, expected 1",
    ),
    "features apart with general noise": (
        "integrate(CONSTANT, _core.Constant(np.zeros(12)), general=True, terms=3, features_apart=True)",
        "features apart have no general noise",
    ),
    "the rows of paths for features apart": (
        "integrate(compiled(np.zeros((100, 1)), **OF_A_FEATURE), features_apart=True)",
        "inputs of a program.*got 100, expected 4",
    ),
    "a short list of noisy terms": (
        "integrate(CONSTANT, CONSTANT, noisy=np.ones(3, bool))",
        "noisy has not one value for each term",
    ),
    "a long constant": ("integrate(_core.Constant(np.zeros(5)))", "constant: got 5, expected 4"),
    "an empty constant": ("integrate(_core.Constant(np.zeros(0)))", "constant: got 0, expected 4"),
    "a short matrix": (
        "integrate(CONSTANT, _core.Constant(np.zeros(1)), general=True, terms=3)",
        "constant: got 1, expected 12",
    ),
    "a C function of another dtype": (
        "integrate(_core.CFunction(1, 0, 'float32', None))",
        "bytes of a value of a C function: got 4, expected 8",
    ),
    "a C function of no dtype": ("_core.CFunction(1, 0, 'int8', None)", "neither float64 nor float32"),
    "a C function as a matrix": (
        "integrate(CONSTANT, _core.CFunction(1, 0, 'float64', None), general=True, terms=3)",
        "C function writes.*got 4, expected 12",
    ),
    "a function of another width": ("integrate(callback(None, tail=(3,)))", "Python function.*got 3, expected 4"),
    "a function of a negative width": ("callback(None, tail=(-1, -4))", "a size of tail is negative"),
    "a result of another dtype": (
        "integrate(callback(lambda result, rows: np.zeros((rows, 4), np.float32)))",
        "what conform returned is not a C-contiguous",
    ),
    "a result of another size": (
        "integrate(callback(lambda result, rows: np.zeros((1, 4))))",
        r"what conform returned is not \(rows, width\)",
    ),
    "a result that is no array": ("integrate(callback(lambda result, rows: None))", "what conform returned is not"),
    "arguments that are no tuple": ("integrate(callback(None, lambda lo, hi: 5))", "arguments did not return a tuple"),
}
RUNS = {
    "tiles of 2^61 rows": ("integrate(compiled(), tile_rows=2**61)", "tile_rows is not a number from 0 to"),
    "tiles of 2^61 rows of no dimensions": (
        "integrate(CONSTANT, CONSTANT, dim=0, tile_rows=2**61)",
        "tile_rows is not a number from 0 to",
    ),
    "negative rows": ("integrate(CONSTANT, tile_rows=-1)", "tile_rows is not a number from 0 to"),
    "terms of 2^61": (
        "integrate(CONSTANT, _core.Constant(np.zeros(0)), general=True, terms=2**61, dim=0)",
        "terms is not a number from 0 to",
    ),
    "saves in descending order": (
        "integrate(CONSTANT, out=np.zeros((2, 100, 4)), saves=np.array([3, 1]))",
        "saves are not steps of the run in ascending order",
    ),
    "a save after the last step": ("integrate(CONSTANT, saves=np.array([4]))", "saves are not steps of the run"),
}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(*case, id=f"{kind}-{name}")
        for kind, cases in {"program": PROGRAMS, "field": FIELDS, "run": RUNS}.items()
        for name, case in cases.items()
    ],
)
def test_the_core_refuses_what_does_not_fit_with_a_sentence(given, said):
    code = SETUP + REFUSED.format(given=given, said=said)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, (ended.returncode, ended.stderr)


@pytest.mark.parametrize("given", ["program(slots=2**31 - 4)", "compiled(slots=2**31 - 4).__class__"])
def test_the_most_registers_that_codes_can_name_are_no_mistake(given):
    subprocess.run([sys.executable, "-c", f"{SETUP}\n{given}"], check=True)


def test_what_fits_runs():
    fits = """
integrate(compiled())
integrate(compiled(np.zeros((100, 4)), **WITH_INPUTS), compiled(np.zeros((100, 4)), **WITH_INPUTS))
integrate(compiled(np.zeros((4, 1)), **OF_A_FEATURE), CONSTANT, features_apart=True, noisy=np.arange(4) > 1)
integrate(callback(lambda result, rows: np.zeros((rows, 4))), _core.Constant(np.zeros(12)), general=True, terms=3)
integrate(compiled(dtype="float32"), CONSTANT, dtype=np.float32, tile_rows=2**10)
assert program().evaluate(X, 0.0)[0].shape == (100, 4)
"""
    subprocess.run([sys.executable, "-c", SETUP + fits], check=True)
