"""The memory limit of a container: what is beyond it is refused, where Linux would grant it and end the process."""

import numpy as np
import pytest

import maruyama as mr
import maruyama.sizes
from maruyama.memory_limits import Room, memory_room
from maruyama.sizes import allocate

GIB = 2**30


def system(root, cgroup, files, meminfo=""):
    """A system folder with a cgroup line, and files by their paths below /sys/fs/cgroup."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(cgroup)
    (root / "proc/meminfo").write_text(meminfo)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def left(*given, **options):
    room = memory_room(system(*given, **options))
    return room and room.bytes


def test_a_limit_of_version_2_counts_without_what_is_held(tmp_path):
    files = {"memory.max": f"{GIB}\n", "memory.stat": "anon 1000\nfile 5000000\nshmem 24\n"}
    assert left(tmp_path, "0::/\n", files) == GIB - 1024


def test_the_limit_that_slows_a_process_down_counts_too(tmp_path):
    assert left(tmp_path, "0::/\n", {"memory.max": "max", "memory.high": f"{GIB}"}) == GIB


def test_the_tightest_group_above_counts(tmp_path):
    files = {"a/b/memory.max": "max", "a/memory.max": f"{GIB}", "memory.max": f"{2 * GIB}"}
    assert left(tmp_path, "0::/a/b\n", files) == GIB


def test_a_limit_of_version_1_counts(tmp_path):
    files = {"memory/a/memory.limit_in_bytes": f"{GIB}", "memory/a/memory.stat": "rss 7\ntotal_rss 24\ntotal_shmem 0\n"}
    assert left(tmp_path, "4:memory:/a\n3:cpuset:/a\n", files) == GIB - 24


def test_without_a_limit_the_machine_is_one(tmp_path):
    info = "MemTotal:        1000 kB\nSwapTotal:        24 kB\n"
    assert left(tmp_path, "0::/\n", {"memory.max": "max"}, meminfo=info) == 1024 * 1024


def test_a_system_that_says_nothing_has_no_limit(tmp_path):
    assert memory_room(tmp_path) is None
    assert left(tmp_path / "more", "0::/\n", {"memory.max": "max"}) is None


@pytest.mark.parametrize(("swap", "more"), [("max", 1024), ("0", 0), ("512", 512)])
def test_what_may_be_swapped_is_room(tmp_path, swap, more):
    files = {"memory.max": f"{GIB}", "memory.swap.max": swap}
    assert left(tmp_path, "0::/\n", files, meminfo="SwapFree: 1 kB\n") == GIB + more


def test_a_group_that_holds_more_than_its_limit_leaves_nothing(tmp_path):
    assert left(tmp_path, "0::/\n", {"memory.max": "10", "memory.stat": "anon 20"}) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: mr.euler(lambda x, t: pytest.fail("was called"), [1.0], paths=10**6, steps=20, save="all"),
        lambda: mr.noise(1, paths=10**6, steps=20, dim=1),
        lambda: mr.standard_normal(2 * 10**7, seed=1),
        lambda: mr.brownian(10**6, steps=20, seed=1),
    ],
)
def test_a_result_beyond_the_limit_is_refused_with_both_numbers(monkeypatch, call):
    monkeypatch.setattr(maruyama.sizes, "memory_room", lambda: Room(100 * 2**20, "the memory limit of this container"))
    words = r"needs 1\.[67]e8 bytes .*; .* \(the memory limit of this container leaves 1\.0e8 bytes \(100\.0 MiB\)\)"
    with pytest.raises(MemoryError, match=words):
        call()


def test_what_fits_is_allocated(monkeypatch):
    monkeypatch.setattr(maruyama.sizes, "memory_room", lambda: Room(100 * 2**20, "the memory limit of this container"))
    assert allocate((90 * 2**20,), np.dtype("u1"), "x", "").nbytes == 90 * 2**20
