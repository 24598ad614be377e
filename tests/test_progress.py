"""Progress, the result's own words, and info()."""

import numpy as np
import pytest

import maruyama as mr


def test_a_function_hears_of_path_steps():
    calls = []
    mr.euler(lambda x, t: -x, [1.0], paths=200_000, steps=20, progress=lambda done, total: calls.append((done, total)))
    dones = [done for done, _ in calls]
    assert {total for _, total in calls} <= {200_000 * 20}
    assert dones == sorted(dones)
    assert all(0 <= done <= 200_000 * 20 for done in dones)


def test_true_draws_a_bar_that_ends_full(capsys):
    mr.euler(lambda x, t: -x, [1.0], paths=1000, steps=20, progress=True)
    assert "100%" in capsys.readouterr().err


def test_false_is_silent(capsys):
    mr.euler(1.0, [1.0], paths=10, steps=2, progress=False)
    assert capsys.readouterr() == ("", "")


def test_what_a_progress_function_raises_ends_the_run():
    def stop(done, total):
        raise KeyError("enough")

    def slow(x, t):
        return sum(np.sin(x) for _ in range(100)) + np.pi

    with pytest.raises(KeyError, match="enough"):
        mr.euler(slow, [1.0], paths=50_000, steps=200, progress=stop)


@pytest.mark.parametrize("progress", [None, 1, "bar"])
def test_progress_is_a_bool_or_a_function(progress):
    with pytest.raises(TypeError, match="progress must be True, False or a function"):
        mr.euler(1.0, [1.0], paths=1, steps=1, progress=progress)


class Writes:
    """A console that fails in some way."""

    def __init__(self, error):
        self.error = error

    def write(self, text):
        raise self.error

    flush = write


@pytest.mark.parametrize(
    "console",
    [None, object(), Writes(OSError(28, "No space left on device")), Writes(ValueError("I/O operation on closed file")),
     Writes(UnicodeEncodeError("ascii", "█", 0, 1, "ordinal not in range(128)"))],
    ids=["none", "no file", "full", "closed", "of another alphabet"],
)  # fmt: skip
def test_a_run_goes_on_where_its_bar_cannot_be_drawn(monkeypatch, console):
    monkeypatch.setattr("sys.stderr", console)
    run = mr.euler(lambda x, t: -x, [1.0], paths=200_000, steps=50, progress=True)
    assert (run.final == run.final[0]).all()


def test_an_exception_of_a_field_arrives_where_the_bar_cannot_be_drawn(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    with pytest.raises(ZeroDivisionError):
        mr.euler(lambda x, t: 1 / 0, [1.0], paths=10, steps=5, progress=True)
