"""The threads of a run: whose code runs where, what they raise, what they inherit, and what is reported."""

import contextlib
import contextvars
import os
import threading
import time
import traceback

import numpy as np
import pytest

import maruyama as mr

PATHS = 200_000  # a dozen blocks
HERE = threading.get_ident


def decay(x, t):
    return -x


def works():
    return (mr.euler(decay, [1.0], paths=PATHS, steps=2, threads=2).final == 0.25).all()


class EnoughError(Exception):
    """What was waited for has happened."""


def call_on_a_worker(then):
    """Run until ``then`` was called on another thread than the caller's, however long that takes to come."""

    def field(x, t):
        if HERE() != caller:
            then()
            came.append(HERE())
        elif came:
            raise EnoughError
        else:
            time.sleep(0.001)  # without Python's lock
        return -x

    caller, came = HERE(), []
    with contextlib.suppress(EnoughError):
        mr.euler(field, [1.0], paths=PATHS, steps=10**9, threads=2)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_nested_calls_run_inline(threads):
    places = []

    def inner(x, t):
        inside.append(HERE())
        return -x

    def drift(x, t):
        inside.clear()
        noise = mr.euler_maruyama(inner, 1.0, x, seed=1, steps=2, threads=4).final
        places.append((HERE(), set(inside)))
        return 0.0 * mr.standard_normal(x.shape, seed=2, threads=4) + 0.0 * noise - x

    inside = []
    run = mr.euler(drift, [0.0], paths=PATHS, steps=3, threads=threads)
    assert np.isfinite(run.final).all()
    assert all(inner_places == {outer} for outer, inner_places in places)


def test_one_call_at_a_time():
    inside, most = [], []

    def drift(x, t):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.0005)
        inside.pop()
        return -x

    mr.euler_maruyama(drift, drift, [1.0], paths=PATHS, steps=5, threads=4, seed=1)
    assert max(most) == 1


def test_an_exception_of_a_worker_keeps_its_traceback():
    def the_users_own_function():
        raise LookupError("of the user")

    with pytest.raises(LookupError, match="of the user") as caught:
        call_on_a_worker(the_users_own_function)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-2:] == ["field", "the_users_own_function"]
    assert "call_on_a_worker" in names
    assert works()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_one_exception_reaches_the_caller_and_the_others_stop(threads):
    raised, calls = [], []

    def drift(x, t):
        calls.append(t)
        if len(calls) < 20:
            return -x
        raised.append(ValueError(f"number {len(raised)}"))
        raise raised[-1]

    with pytest.raises(ValueError, match="number") as caught:
        mr.euler(drift, [1.0], paths=PATHS, steps=1000, threads=threads)
    assert caught.value in raised
    assert caught.value.__context__ is None
    assert len(raised) <= threads
    assert len(calls) < 20 + threads
    assert works()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError, StopIteration, GeneratorExit])
def test_any_exception_of_a_worker_is_passed_on(error):
    def fail():
        raise error("from a field")

    with pytest.raises(error, match="from a field"):
        call_on_a_worker(fail)
    assert works()


def test_an_exception_inside_a_nested_run_is_passed_on():
    def drift(x, t):
        return mr.euler(lambda x, t: 1 / 0, x, steps=1, threads=2).final

    with pytest.raises(ZeroDivisionError):
        mr.euler(drift, [1.0], paths=PATHS, steps=5, threads=2)
    assert works()


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="errstate was of a thread before NumPy 2")
def test_errstate_holds_in_all_threads():
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        call_on_a_worker(lambda: np.ones(3) / np.zeros(3))
    with np.errstate(divide="ignore"):
        call_on_a_worker(lambda: np.ones(3) / np.zeros(3))


def test_context_variables_hold_in_all_threads_and_changes_stay_there():
    variable = contextvars.ContextVar("variable", default="default")
    variable.set("of the caller")
    seen = set()

    def look():
        seen.add(variable.get())
        variable.set("of a worker")

    call_on_a_worker(look)
    assert "default" not in seen
    assert "of the caller" in seen
    assert variable.get() == "of the caller"


def test_two_python_threads_may_run_at_once():
    def sample(seed):
        return mr.euler_maruyama(decay, 1.0, [1.0], paths=PATHS, steps=10, seed=seed, threads=2).final

    def keep(seed):
        start.wait()
        for _ in range(3):
            results[seed].append(sample(seed))

    seeds = range(4)
    alone = [sample(seed) for seed in seeds]
    results, start = [[] for _ in seeds], threading.Barrier(len(seeds))
    threads = [threading.Thread(target=keep, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(
        len(found) == 3 and all((x == one).all() for x in found) for found, one in zip(results, alone, strict=True)
    )


def test_one_field_may_serve_two_runs_at_once():
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(mr.euler(decay, [1.0], paths=PATHS, steps=4, threads=2).final))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    assert all((final == 0.75**4).all() for final in results)


@pytest.mark.parametrize("paths", [0, 1, 3])
@pytest.mark.parametrize("field", [decay, -1.0])
def test_more_threads_than_paths(paths, field):
    run = mr.euler_maruyama(field, 0.5, [1.0, 2.0], paths=paths, steps=20, seed=1, threads=64)
    one = mr.euler_maruyama(field, 0.5, [1.0, 2.0], paths=paths, steps=20, seed=1, threads=1)
    assert run.final.shape == (paths, 2)
    assert (run.final == one.final).all()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("field", [decay, -1.0])
def test_progress_is_told_on_the_calling_thread_from_below_to_the_total(field, threads):
    told = []
    paths, steps = PATHS, 400
    mr.euler_maruyama(
        field, 1.0, [1.0], paths=paths, steps=steps, seed=1, threads=threads,
        progress=lambda done, total: told.append((done, total, HERE())),
    )  # fmt: skip
    done, totals, places = map(list, zip(*told, strict=True))
    assert set(places) == {HERE()}
    assert set(totals) == {paths * steps}
    assert done == sorted(done)
    assert done[-1] == paths * steps
    assert len(done) > 2
    assert done[0] < done[-1]


def test_a_run_too_short_to_be_asked_reports_its_end():
    told = []
    mr.euler(1.0, [[0.0], [0.0]], steps=5, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (10, 10)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("field", [decay, -1.0])
def test_an_exception_in_progress_stops_the_run(field, threads):
    told = []

    def progress(done, total):
        told.append(done / total)
        raise InterruptedError("by progress")

    with pytest.raises(InterruptedError, match="by progress"):
        mr.euler_maruyama(field, 1.0, [1.0], paths=PATHS, steps=10**6, seed=1, threads=threads, progress=progress)
    assert len(told) == 1
    assert told[0] < 0.5
    assert works()


def test_progress_that_raised_is_not_called_again_while_the_run_ends():
    told = []

    def field(x, t):
        if HERE() != caller and told:
            time.sleep(0.1)  # the caller gives back what it has, and waits: longer than from one call to the next
        return -x

    def progress(done, total):
        told.append(done)
        raise EnoughError

    caller = HERE()
    with pytest.raises(EnoughError):
        mr.euler(field, [1.0], paths=PATHS, steps=10**9, threads=2, progress=progress)
    assert len(told) == 1


def test_a_failed_run_does_not_report_its_end():
    told = []
    with pytest.raises(ZeroDivisionError):
        mr.euler(lambda x, t: 1 / 0, [[0.0]], steps=5, progress=lambda done, total: told.append(done))
    assert 5 not in told


def places_of(run, **options):
    """The threads on which a run calls what is Python's: both functions, an argument's rows, a result, progress."""
    places = []

    class Result:
        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, copy=None):
            places.append(HERE())
            return self.values

    def field(x, t, *args):
        places.append(HERE())
        return Result(-x)

    run(field, steps=40, progress=lambda done, total: places.append(HERE()), **options)
    return set(places)


ROWS = mr.per_path(np.ones((PATHS, 1)))
RUNS = {
    "ode": lambda f, **options: mr.euler(f, [1.0], paths=PATHS, **options),
    "sde": lambda f, **options: mr.euler_maruyama(f, f, [1.0], paths=PATHS, seed=1, **options),
    "per_path": lambda f, **options: mr.euler(f, [1.0], paths=PATHS, args=(ROWS,), **options),
    "pointwise": lambda f, **options: mr.euler_maruyama(0.0, mr.pointwise(f), [1.0], paths=2_000, seed=1, **options),
    "beside a compiled one": lambda f, **options: mr.euler_maruyama(
        mr.compile(lambda x, t: -x), f, [1.0], paths=PATHS, seed=1, **options
    ),
    "model": lambda f, **options: mr.FlowModel(f, init=mr.StandardNormal(1)).sample(PATHS, seed=1, **options),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_with_one_thread_all_of_python_is_called_on_the_callers(run):
    assert places_of(run, threads=1) == {HERE()}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
@pytest.mark.skipif(len(getattr(os, "sched_getaffinity", lambda _: ())(0)) < 2, reason="one processor only")
def test_every_thread_may_be_where_the_caller_may():
    # a woken thread starts away from its caller's processor, and must be let free again
    places = []
    call_on_a_worker(lambda: places.append(os.sched_getaffinity(0)))
    assert places
    assert all(place == os.sched_getaffinity(0) for place in places)


def test_threads_that_wait_for_the_next_run_go_to_sleep():
    assert mr.standard_normal(100_000, seed=1, threads=5).shape == (100_000,)
    time.sleep(0.1)  # many times as long as they wait awake
    start = time.process_time()
    time.sleep(0.2)
    assert time.process_time() - start < 0.1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux has affinity")
def test_threads_go_where_the_caller_may_be_and_nowhere_else():
    seen = []

    def note():
        seen.append(os.sched_getaffinity(0))
        raise KeyError

    allowed = os.sched_getaffinity(0)
    try:
        for mine in (allowed, {min(allowed)}, allowed):
            os.sched_setaffinity(0, mine)
            with pytest.raises(KeyError):
                call_on_a_worker(note)
            assert seen.pop() == mine
    finally:
        os.sched_setaffinity(0, allowed)
