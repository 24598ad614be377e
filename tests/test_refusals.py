"""What is refused, and the way out that the sentence names: a table of (given, said)."""

import numpy as np
import pytest

import maruyama as mr

# id: (what is given, the error, what its sentence says, word by word)
FIELDS = {
    "diagonal-diffusion-of-the-wrong-shape": (
        lambda: mr.euler_maruyama(0.0, np.ones((3, 3)), np.zeros((5, 2)), steps=1),
        ValueError,
        "diffusion has shape (3, 3), expected (2,) or a number",
    ),
}
RUNS = {
    "span-without-steps": (
        lambda: mr.euler(0.0, [[1.0]], t=(0.0, 1.0)),
        ValueError,
        "say steps=..., or give all the grid points as an array",
    ),
}
TRACING = {
    "if-of-a-traced-value": (
        lambda: mr.compile(lambda x, t: x if (x > 0).all(axis=1) else -x)([[1.0]], 0.0),
        mr.TracingError,
        "np.where",
    ),
    "cross-along-the-paths": (
        lambda: mr.compile(lambda x, t: np.cross(x, x, axis=0))([[1.0, 2.0, 3.0]], 0.0),
        mr.TracingError,
        "say axis=1, or axis=-1",
    ),
    "gradient-without-axis": (
        lambda: mr.compile(lambda x, t: np.gradient(x)[1])([[1.0, 2.0, 3.0]], 0.0),
        mr.TracingError,
        "say axis=1 or axis=-1",
    ),
    "gradient-with-traced-spacing": (
        lambda: mr.compile(lambda x, t: np.gradient(x, t, axis=1))([[1.0, 2.0, 3.0]], 0.0),
        mr.TracingError,
        "divide the result by it, with spacing 1",
    ),
    "trace-over-the-paths": (
        lambda: mr.compile(lambda x, t: np.trace(x.reshape(-1, 2, 2)))([[1.0, 2.0, 3.0, 4.0]], 0.0),
        mr.TracingError,
        "say axis1=1, axis2=2",
    ),
    "triangle-with-the-paths": (
        lambda: mr.compile(lambda x, t: np.tril(x))([[1.0, 2.0]], 0.0),
        mr.TracingError,
        "np.tril along axis -2 of shape (paths, 2) mixes the paths",
    ),
    "inverse-of-a-large-matrix": (
        lambda: mr.compile(lambda x, t: np.linalg.inv(x.reshape(-1, 5, 5))[:, 0])(np.ones((1, 25)), 0.0),
        mr.TracingError,
        "hand the function over without mr.compile",
    ),
    "solve-with-a-vector-for-each-path": (
        lambda: mr.compile(lambda x, t: np.linalg.solve(np.eye(2)[None, None], x))([[1.0, 2.0]], 0.0),
        ValueError,
        "vectors, one for each path, are b[..., None]",
    ),
}
MODELS = {}
PROCESSES = {
    "parameter-that-depends-on-time": (
        lambda: mr.processes.Heston(xi=lambda t: 0.3 + t),
        TypeError,
        "xi must be a number, got a function: the parameters of a named process do not change. Write a drift and a "
        "diffusion of (x, t) of your own",
    ),
}
COMMANDS = {}


def cases(*tables):
    return [pytest.param(*case, id=name) for table in tables for name, case in table.items()]


@pytest.mark.parametrize(("given", "error", "said"), cases(FIELDS, RUNS, TRACING, MODELS, PROCESSES, COMMANDS))
def test_a_refusal_names_the_way_out(given, error, said):
    with pytest.raises(error) as caught:
        given()
    assert said in str(caught.value) + " ".join(getattr(caught.value, "__notes__", []))
