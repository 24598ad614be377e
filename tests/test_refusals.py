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
}
MODELS = {}
PROCESSES = {}
COMMANDS = {}


def cases(*tables):
    return [pytest.param(*case, id=name) for table in tables for name, case in table.items()]


@pytest.mark.parametrize(("given", "error", "said"), cases(FIELDS, RUNS, TRACING, MODELS, PROCESSES, COMMANDS))
def test_a_refusal_names_the_way_out(given, error, said):
    with pytest.raises(error) as caught:
        given()
    assert said in str(caught.value) + " ".join(getattr(caught.value, "__notes__", []))
