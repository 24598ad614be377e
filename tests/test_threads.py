"""How many threads: the argument, the environment, the affinity, the cgroup."""

import os

import numpy as np
import pytest

import maruyama as mr
from maruyama.threads import VARIABLE, available_threads, cpu_quota, threads_for

OPENMP_VARIABLE = "OMP_NUM_THREADS"


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv(OPENMP_VARIABLE, raising=False)


@pytest.mark.parametrize("threads", [1, 2, 3, np.int64(5), 64])
def test_results_do_not_depend_on_threads(threads):
    run = lambda n: mr.euler_maruyama(lambda x, t: -x, 1.0, [1.0], paths=30_001, steps=3, seed=7, threads=n)  # noqa: E731
    assert (run(threads).final == run(None).final).all()
    assert (mr.standard_normal(70_001, seed=7, threads=threads) == mr.standard_normal(70_001, seed=7)).all()


def test_more_threads_than_an_int_can_count_are_as_many_as_have_work(monkeypatch):
    assert mr.euler(1.0, [[0.0]], steps=1, threads=2**40).final.item() == 1.0
    monkeypatch.setenv(VARIABLE, str(2**40))
    assert mr.euler(1.0, [0.0], paths=2**15, steps=1).final.min() == 1.0


@pytest.mark.parametrize("threads", [0, -1])
def test_there_is_at_least_one_thread(threads):
    with pytest.raises(ValueError, match="threads must be at least 1"):
        mr.euler(1.0, [[0.0]], steps=1, threads=threads)


@pytest.mark.parametrize("threads", [1.0, True, "2"])
def test_threads_are_an_integer(threads):
    with pytest.raises(TypeError, match="threads must be an integer"):
        mr.standard_normal(3, seed=1, threads=threads)


def test_the_environment_is_read_at_each_call(monkeypatch):
    monkeypatch.setenv(VARIABLE, "3")
    assert available_threads() == mr.info().threads == 3
    monkeypatch.setenv(VARIABLE, "5")
    assert available_threads() == 5


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_an_environment_that_makes_no_sense_is_refused(monkeypatch, value):
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(ValueError, match="MARUYAMA_NUM_THREADS must be a whole number"):
        available_threads()


@pytest.fixture
def _four_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr("maruyama.threads.cpu_quota", lambda: 10**9)


@pytest.mark.parametrize(
    ("value", "threads"),
    [("1", 1), ("3", 3), (" 2 ", 2), ("2,4", 2), ("3, 1", 3), ("64", 4)]
    + [(bad, 4) for bad in ("", "0", "-1", "many", "1.5", ",2")],
)
@pytest.mark.usefixtures("_four_processors")
def test_openmps_variable_is_a_limit_and_ignored_where_it_makes_no_sense(monkeypatch, value, threads):
    monkeypatch.setenv(OPENMP_VARIABLE, value)
    assert available_threads() == mr.info().threads == threads


@pytest.mark.usefixtures("_four_processors")
def test_our_variable_comes_before_openmps(monkeypatch):
    monkeypatch.setenv(OPENMP_VARIABLE, "1")
    monkeypatch.setenv(VARIABLE, "3")
    assert available_threads() == 3
    assert "threads          3 (MARUYAMA_NUM_THREADS)" in str(mr.info())
    monkeypatch.delenv(VARIABLE)
    assert "threads          1 (OMP_NUM_THREADS)" in str(mr.info())
    monkeypatch.delenv(OPENMP_VARIABLE)
    assert "threads          4\n" in str(mr.info())


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_affinity_is_a_limit():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert available_threads() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_a_small_job_takes_one_thread(monkeypatch):
    monkeypatch.setenv(VARIABLE, "7")
    assert threads_for(None, 1000) == 1
    assert threads_for(None, 10**6) == 7
    assert threads_for(4, 1000) == 4


def system(root, cgroup, **files):
    """A system folder with a cgroup line and quota files."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(cgroup)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(("text", "quota"), [("200000 100000\n", 2), ("150000 100000", 2), ("5000 100000", 1)])
def test_cgroup_2_quota_is_rounded_up(tmp_path, text, quota):
    assert cpu_quota(system(tmp_path, "0::/\n", cpu_dot_max=text)) == quota


def test_cgroup_2_without_quota_is_no_limit(tmp_path):
    assert cpu_quota(system(tmp_path, "0::/\n", cpu_dot_max="max 100000")) > 10**6


def test_the_tightest_group_above_counts(tmp_path):
    files = {"a__b__cpu_dot_max": "max 100000", "a__cpu_dot_max": "300000 100000", "cpu_dot_max": "400000 100000"}
    assert cpu_quota(system(tmp_path, "0::/a/b\n", **files)) == 3


def test_cgroup_1_quota(tmp_path):
    files = {"cpu,cpuacct__a__cpu_dot_cfs_quota_us": "250000", "cpu,cpuacct__a__cpu_dot_cfs_period_us": "100000"}
    assert cpu_quota(system(tmp_path, "4:cpu,cpuacct:/a\n3:cpuset:/a\n", **files)) == 3


def test_cgroup_1_without_quota_is_no_limit(tmp_path):
    files = {"cpu__cpu_dot_cfs_quota_us": "-1", "cpu__cpu_dot_cfs_period_us": "100000"}
    assert cpu_quota(system(tmp_path, "1:cpu:/\n", **files)) > 10**6


def test_a_system_without_cgroups_is_no_limit(tmp_path):
    assert cpu_quota(tmp_path) > 10**6
