"""out=: the result is written in place, into memory that fits exactly."""

import numpy as np
import pytest

import maruyama as mr

X0 = np.arange(6.0).reshape(3, 2)


def run(out=None, save="all", x0=X0, **options):
    return mr.euler_maruyama(lambda x, t: -x, 0.5, x0, steps=4, seed=7, save=save, out=out, **options)


def test_out_holds_the_result():
    out = np.empty((5, 3, 2))
    assert run(out).x is out
    assert (out == run().x).all()


def test_out_of_the_final_state_may_leave_the_saves_out():
    out = np.empty((3, 2))
    result = run(out, save="final")
    assert result.x.shape == (1, 3, 2)
    assert np.shares_memory(result.x, out)
    assert (out == run().final).all()


def test_out_may_be_a_memmap(tmp_path):
    out = np.memmap(tmp_path / "x.bin", np.float64, "w+", shape=(5, 3, 2))
    result = run(out)
    assert result.x is out
    assert (np.fromfile(tmp_path / "x.bin").reshape(out.shape) == run().x).all()


def test_out_may_be_x0():
    x = X0.copy()
    run(x, save="final", x0=x)
    assert (x == run().final).all()


def test_out_may_overlap_x0():
    rows = 50_000
    memory = np.zeros((5 * rows, 2))
    x0 = memory[5 * rows // 2 : 7 * rows // 2]  # its later rows lie where earlier paths are saved
    x0[:] = np.arange(2.0 * rows).reshape(rows, 2)
    expected = run(x0=x0.copy()).x
    assert (run(memory.reshape(5, rows, 2), x0=x0, threads=1).x == expected).all()


@pytest.mark.parametrize("mark", [lambda array: array, mr.per_path])
def test_out_may_overlap_the_arguments(mark):
    memory = np.ones((4, 3, 2))
    memory[1] = X0 / 7
    field = lambda x, t, a: a * x  # noqa: E731
    expected = mr.euler(field, X0, steps=3, save="all", args=(memory[1].copy(),)).x
    assert (mr.euler(field, X0, steps=3, save="all", args=(mark(memory[1]),), out=memory).x == expected).all()


@pytest.mark.parametrize("shape", [(5, 3), (4, 3, 2), (3, 2), (5, 6)])
def test_a_wrong_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"out must be .* float64 array of shape \(5, 3, 2\), got"):
        run(np.empty(shape))


@pytest.mark.parametrize("dtype", [np.float32, np.int64, ">f8"])
def test_a_wrong_dtype_is_refused(dtype):
    with pytest.raises(ValueError, match=r"out must be .* float64"):
        run(np.empty((5, 3, 2), dtype))


def test_out_must_be_contiguous():
    with pytest.raises(ValueError, match="not C-contiguous"):
        run(np.empty((5, 2, 3)).swapaxes(1, 2))


def test_out_must_be_writeable():
    out = np.empty((5, 3, 2))
    out.flags.writeable = False
    with pytest.raises(ValueError, match="not writeable"):
        run(out)


def test_out_must_be_aligned():
    out = np.empty(5 * 3 * 2 * 8 + 1, np.uint8)[1:].view(np.float64).reshape(5, 3, 2)
    with pytest.raises(ValueError, match="not aligned"):
        run(out)


@pytest.mark.parametrize("out", [[[0.0]], np.ma.zeros((5, 3, 2)), "x"])
def test_out_must_be_an_array(out):
    with pytest.raises(TypeError, match="out must be"):
        run(out)


def test_normals_are_filled_in_place():
    out = np.empty((2, 3), np.float32)
    assert mr.standard_normal((2, 3), seed=1, dtype=np.float32, out=out) is out
    assert (out == mr.standard_normal((2, 3), seed=1, dtype=np.float32)).all()


def test_out_of_normals_must_match():
    with pytest.raises(ValueError, match=r"shape \(3,\), got float64 of shape \(2,\)"):
        mr.standard_normal(3, seed=1, out=np.empty(2))
