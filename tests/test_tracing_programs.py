"""Programs: cheaper forms that keep the bits, common values, hoisting, and registers."""

import numpy as np
import pytest

from fields_to_trace import CLOSE, EXACT
from maruyama.tracing.compiled import compile
from maruyama.tracing.graph import LANE, Graph
from maruyama.tracing.lower import program_text, sections
from maruyama.tracing.peephole import simplified
from maruyama.tracing.text import ProgramText, listing
from maruyama.tracing.trace import Request, Wanted, trace
from program_reference import evaluate

FLOAT64 = np.dtype(np.float64)
HOSTILE = np.array([0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 1.7e308, -1.7e308, np.inf, -np.inf, np.nan, 3.0, 0.1])


def program(field, dim=1, tail=None):
    return trace([Wanted(field, "the field", tail)], Request(dim, FLOAT64, ())).text


def operations(field, dim=1):
    return [instruction.operation for instruction in program(field, dim).instructions]


CHEAPER = {
    "x + (-y)": (lambda x, t: x[:, :1] + -x[:, 1:], ["subtract"]),
    "-x + y": (lambda x, t: -x[:, :1] + x[:, 1:], ["subtract"]),
    "x - (-y)": (lambda x, t: x[:, :1] - -x[:, 1:], ["add"]),
    "(-x)(-y)": (lambda x, t: -x[:, :1] * -x[:, 1:], ["multiply"]),
    "-x c": (lambda x, t: -x[:, :1] * 3.0, ["multiply"]),
    "-x / c": (lambda x, t: -x[:, :1] / 3.0, ["divide"]),
    "-x y + z": (lambda x, t: -x[:, :1] * x[:, 1:] + t, ["subtract_multiple"]),
    "-(-x)": (lambda x, t: np.negative(-x[:, :1]) + t, ["add"]),
    "-1 x": (lambda x, t: -1 * x[:, :1], ["negative"]),
    "1 x": (lambda x, t: 1 * x[:, :1] + t, ["add"]),
    "x - 0": (lambda x, t: x[:, :1] - 0 + t, ["add"]),
    "x + 0, which turns -0 to 0": (lambda x, t: x[:, :1] + 0, ["add"]),
    "0 x, which may be nan": (lambda x, t: x[:, :1] * 0, ["multiply"]),
    "x x": (lambda x, t: x[:, :1] * x[:, :1], ["square"]),
    "x**2": (lambda x, t: x[:, :1] ** 2, ["square"]),
    "x**0.5": (lambda x, t: x[:, :1] ** 0.5, ["sqrt"]),
    "x**-1": (lambda x, t: x[:, :1] ** -1, ["reciprocal"]),
    "1 / x": (lambda x, t: 1 / x[:, :1], ["reciprocal"]),
    "x / 2**k": (lambda x, t: x[:, :1] / 1024, ["multiply"]),
    "x / 2**-1022, whose reciprocal is large": (lambda x, t: x[:, :1] / 2.0**-1022, ["multiply"]),
    "x / 2**1023, whose reciprocal is subnormal": (lambda x, t: x[:, :1] / 2.0**1023, ["divide"]),
    "x / 3": (lambda x, t: x[:, :1] / 3, ["divide"]),
    "abs(-x)": (lambda x, t: abs(-x[:, :1]), ["absolute"]),
    "where of a constant": (lambda x, t: np.where(np.ones_like(x[:, :1]) > 0, x[:, :1] + 1, x[:, 1:]), ["add"]),
}


@pytest.mark.parametrize("name", CHEAPER)
def test_cheaper_forms_keep_the_bits(name):
    field, expected = CHEAPER[name]
    assert operations(field, dim=2) == expected
    x = np.stack(np.meshgrid(HOSTILE, HOSTILE), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        wanted = field(x, 0.5)
    values = evaluate(program(field, dim=2), x, 0.5)[0]
    np.testing.assert_array_equal(values, wanted)
    numbers = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(values)[numbers], np.signbit(wanted)[numbers])


MERGED = {
    "multiply_add": lambda x, y: x * y + 3,
    "multiply_subtract": lambda x, y: x * y - 3,
    "subtract_multiple": lambda x, y: 3 - x * y,
    "add_multiply": lambda x, y: (x + y) * 3,
    "subtract_multiply": lambda x, y: 3 * (x - y),
    "subtract_multiply_add": lambda x, y: y + 3 * (x - y),
    "subtract_multiply_subtract": lambda x, y: 3 * (x - y) - x,
    "add_products": lambda x, y: x * 2 + y * 3,
    "subtract_products": lambda x, y: x * 2 - y * 3,
}


@pytest.mark.parametrize("name", MERGED)
def test_several_operations_in_one_keep_the_bits_of_each(name):
    def field(x, t):
        return MERGED[name](x[:, :1], x[:, 1:])

    assert operations(field, dim=2) == [name]
    x = np.stack(np.meshgrid(HOSTILE, HOSTILE), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(compile(field)(x, 0.0), field(x, 0.0))


@pytest.mark.parametrize("silu", [lambda h: h / (1 + np.exp(-h)), lambda h: h / (np.exp(-h) + 1.0)])
def test_silu_is_one_operation_of_its_four_roundings(silu):
    assert operations(lambda x, t: silu(x)) == ["divide_by_one_plus_exp_negative"]
    x = HOSTILE[:, None]
    with np.errstate(all="ignore"):
        apart = x / (1 + compile(lambda x, t: np.exp(-x))(x, 0.0))
        np.testing.assert_array_equal(compile(lambda x, t: silu(x))(x, 0.0), apart)


def test_one_plus_an_exponential_needs_the_one():
    assert operations(lambda x, t: x / (2 + np.exp(-x))) == ["exp_negative", "add", "divide"]


BIAS = np.arange(5.0)


@pytest.mark.parametrize("bias", [lambda t: BIAS, lambda t: np.sin(t * BIAS), lambda t: t])
def test_what_is_added_to_a_product_is_added_at_its_end(bias):
    weights = np.random.default_rng(1).normal(size=(3, 5))
    field = lambda x, t: x @ weights + bias(t)  # noqa: E731
    assert operations(field, dim=3) == ["matmul"]
    x = np.random.default_rng(2).normal(size=(100, 3))
    apart = compile(lambda x, t: x @ weights)(x, 0.25) + bias(0.25)
    np.testing.assert_allclose(compile(field)(x, 0.25), apart, rtol=1e-15, atol=1e-15)


def test_a_bias_is_not_added_to_a_product_that_somebody_else_reads_or_for_some_values_only():
    weights = np.random.default_rng(1).normal(size=(3, 5))
    for field in (
        lambda x, t: np.concatenate([x @ weights, x @ weights + 1], axis=1),
        lambda x, t: np.concatenate([(x @ weights)[:, :3] + 1, (x @ weights)[:, 3:]], axis=1),
        lambda x, t: x @ weights + x[:, :1],
    ):
        assert operations(field, dim=3) == ["matmul", "add"]
        x = np.random.default_rng(2).normal(size=(100, 3))
        np.testing.assert_allclose(compile(field)(x, 0.25), field(x, 0.25), rtol=1e-13)


def test_a_product_that_somebody_else_reads_is_computed_once_and_kept():
    assert operations(lambda x, t: (x * 3 + 1) / (x * 3)) == ["multiply", "add", "divide"]
    assert operations(lambda x, t: np.concatenate([x * 3, x * 3 + 1], axis=1)) == ["multiply", "add"]


def test_equal_operations_are_done_once():
    assert operations(lambda x, t: np.sin(x) * np.sin(x) + np.sin(1 * x)) == ["sin", "multiply_add"]


def test_the_order_of_the_operands_of_a_sum_does_not_matter():
    assert operations(lambda x, t: (x[:, :1] + x[:, 1:]) * (x[:, 1:] + x[:, :1]), dim=2) == ["add", "square"]


def test_equal_elements_of_an_array_are_computed_once():
    (sine,) = (each for each in program(lambda x, t: np.sin(x - x.T[:1].T) + x, 3).instructions if each[0] == "sin")
    assert len(sine.out) == 3
    assert len(program(lambda x, t: np.sin(np.tile(x, (1, 5))), 3).instructions[0].out) == 3


def test_what_nobody_needs_is_left_out():
    assert operations(lambda x, t: (np.exp(x), np.sin(x))[1]) == ["sin"]
    assert len(program(lambda x, t: np.sin(x)[:, :2], 5).instructions[0].out) == 2


def test_unused_columns_of_a_product_are_left_out():
    text = program(lambda x, t: (x @ np.ones((5, 7)))[:, 2:4], 5)
    assert [each.weights.shape for each in text.instructions] == [(5, 2)]


def test_constants_are_folded():
    text = program(lambda x, t: x * (np.ones_like(x) * 3 + 4) * np.exp(0.0))
    assert [each.operation for each in text.instructions] == ["multiply"]
    assert text.constants == [7.0]


def test_uniform_operands_stand_apart_from_those_of_the_paths():
    text = program(lambda x, t: np.concatenate([x, np.ones_like(x) * t], axis=1) * x)
    for instruction in text.instructions:
        for codes in instruction.operands:
            assert (codes < 0).all() or (codes >= 0).all()


def test_few_uniform_factors_of_a_product_are_copied_to_the_paths():
    text = program(CLOSE["time input"], 4)
    assert [each.operation for each in text.instructions] == ["copy", "matmul"]


def test_a_chain_of_operations_runs_in_place():
    assert program(lambda x, t: np.exp(np.sin(x) * 2) + 1, 5).slots == 5


def test_outputs_lie_side_by_side():
    for field in (EXACT["lorenz"], lambda x, t: np.stack([x[:, 1], x[:, 0] * x[:, 1], 0 * x[:, 2] + t], axis=1)):
        output = program(field, 4).outputs[0]
        np.testing.assert_array_equal(output, np.arange(output[0], output[0] + len(output)))
        assert output[0] >= 4


def test_a_repeated_output_is_a_copy():
    text = program(lambda x, t: np.stack([x[:, 0] * 2, x[:, 0] * 2], axis=1))
    assert [each.operation for each in text.instructions] == ["multiply", "copy"]


def test_an_output_that_is_the_same_for_all_paths_needs_no_registers():
    text = program(lambda x, t: t * np.ones(3), 3, tail=(3,))
    assert text.slots == 0
    assert not text.instructions
    np.testing.assert_array_equal(text.outputs[0], [-1, -1, -1])


def test_large_fields_run_in_blocks():
    def all_pairs(x, t):
        return np.sin(x[:, None, :] - x[:, :, None]).sum(axis=-1)

    assert program(all_pairs, 64).slots <= 64 + 2 * 64
    assert program(lambda x, t: np.tanh(x) - 0.5 * (x - 1), 3072).slots <= 3072 + 128
    x = np.random.default_rng(1).normal(size=(2, 64))
    np.testing.assert_allclose(evaluate(program(all_pairs, 64), x, 0.0)[0], all_pairs(x, 0.0), rtol=1e-12, atol=1e-12)


def test_a_network_is_not_parted():
    weights = np.ones((200, 200))
    steps = operations(lambda x, t: np.tanh(np.tanh(x @ weights) @ weights) @ weights[:, :3], 200)
    assert steps == ["matmul", "tanh", "matmul", "tanh", "matmul"]


def random_graph(rng, features=6):
    """A graph with groups of many sizes, folds and products."""
    graph = Graph(FLOAT64, features, simplified)
    known = [graph.leaves, np.array([0]), graph.constants(rng.normal(size=3))]
    for _ in range(25):
        pool = np.concatenate(known)
        size = int(rng.integers(1, 8))
        a, b = rng.choice(pool, (2, size))
        kind = rng.choice(["add", "multiply", "minimum", "negative", "sum", "matmul"])
        if kind == "negative":
            known.append(graph.apply(kind, a))
        elif kind == "sum":
            known.append(graph.fold(kind, rng.choice(pool, (size, 3))))
        elif kind == "matmul":
            known.append(graph.product(a, rng.normal(size=(size, 4))))
        else:
            known.append(graph.apply(kind, a, b))
    return graph, np.concatenate(known)


def plain_values(graph, x, t):
    """Every value of a graph for each path, without registers."""
    values = np.full((graph.count, len(x)), np.nan)
    ids = np.arange(graph.count)
    constant = graph.rates(ids) == 0
    values[constant] = graph.values(ids[constant])[:, None]
    values[0], values[graph.leaves] = t, x.T
    for group in graph.groups:
        operands = [values[operand] for operand in group.operands]
        if group.weights is not None:
            result = np.zeros((group.size, len(x)))
            for k, factor in enumerate(operands[0]):
                result = factor * group.weights[k][:, None] + result
        elif group.operation == "sum":
            result = operands[0][:, 0]
            for k in range(1, operands[0].shape[1]):
                result = result + operands[0][:, k]
        else:
            result = {"copy": np.positive}.get(group.operation, getattr(np, group.operation, None))(*operands)
        values[group.out] = result
    return values


@pytest.mark.parametrize("seed", range(40))
def test_registers_never_lose_a_value(seed):
    rng = np.random.default_rng(seed)
    graph, known = random_graph(rng)
    x = rng.normal(size=(3, 6))
    with np.errstate(all="ignore"):
        expected = plain_values(graph, x, 0.7)
    outputs = [rng.choice(known, int(rng.integers(0, 9))) for _ in range(2)]
    text = program_text(sections(graph, outputs), 4, 2)
    for output, values in zip(outputs, evaluate(text, x[:, :4], 0.7, x[:, 4:]), strict=True):
        np.testing.assert_array_equal(values, expected[output].T)
    assert text.slots <= sum((graph.rates(group.out) == LANE).sum() for group in graph.groups) + sum(map(len, outputs))


def test_an_instruction_writes_only_what_its_later_positions_do_not_read():
    for field in (*EXACT.values(), *CLOSE.values()):
        for each in program(field, 4).instructions:
            registers = [set(codes.tolist()) for codes in each.operands]
            for position, register in enumerate(each.out.tolist()):
                if each.weights is not None or len(each.operands[0]) != len(each.out):
                    assert all(register not in codes for codes in registers)
                else:
                    readers = [p for codes in each.operands for p, code in enumerate(codes) if code == register]
                    assert set(readers) <= {position}


def test_a_program_reads_well():
    field = lambda x, t: np.stack([np.sin(t) * x[:, 0], x[:, 1] - 2.5, x[:, 1] * 0.5, x.sum(axis=1)], axis=1)  # noqa: E731
    assert listing(program(field, 3)).splitlines() == [
        "once a step:",
        "  s0 = sin(t)",
        "for each path:",
        "  r0 = multiply(x0, s0)",
        "  r1 = subtract(x1, 2.5)",
        "  r2 = multiply(x1, 0.5)",
        "  r3 = sum(x0...x2)",
        "result: r0...r3",
    ]


@pytest.mark.parametrize(
    ("codes", "text"),
    [([0, 1, 2], "x0...x2"), ([2, 1], "[x2, x1]"), ([0, 0, 0], "x0"), ([3, 4, 0, 0], "[r0...r1, x0]"), ([-1, -1], "t")],
)
def test_neighbours_and_repeats_are_named_together(codes, text):
    empty = ProgramText("float64", 3, 0, np.empty(0), 9, 0, [], [], np.empty(0, np.int32), [np.array(codes)])
    assert listing(empty) == f"result: {text}"
