"""Normals and uniforms for initial laws, addressed by path number under the key of initial draws.

They share nothing with the noise of a run: the key is another (``Keys.initial``). Normals of a path use the blocks
0, 1, ... of its counter as the noise does, uniforms those from 2^63 on, and the choice of a mixture the last one, so
that one path may have all of them, independently.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from maruyama import _core
from maruyama.arguments import float_dtype
from maruyama.path_numbers import PathNumbers, PathsArgument, path_numbers
from maruyama.seeding import Seed, keys_of, known_seed
from maruyama.sizes import allocate, check_counters
from maruyama.threads import threads_for

__all__ = ["chooser", "normals", "uniforms"]

_UNIFORM_BLOCKS = 2**63
_CHOICE_BLOCK = 2**64 - 1
_FEWER = "ask for fewer paths at a time, range(a, b)"


def normals(paths: PathsArgument, dim: int, seed: Seed, dtype: DTypeLike) -> NDArray[Any]:
    """Independent z ~ N(0, 1): ``(paths, dim)``."""
    numbers = path_numbers(paths)
    check_counters(1, dim)
    out = allocate((1, numbers.count, dim), float_dtype(dtype), "the initial draws", _FEWER)
    _core.fill_noise(
        out=out, first_path=numbers.first, path_numbers=numbers.listed(), key=keys_of(known_seed(seed)).initial,
        threads=threads_for(None, out.size),
    )  # fmt: skip
    drawn: NDArray[Any] = out[0]
    return drawn


def uniforms(paths: PathsArgument, count: int, seed: Seed) -> NDArray[np.float64]:
    """Independent u ~ U(0, 1), never 0 or 1: ``(paths, count)``, u = (w + 1/2) / 2^52 of 52 bits w of a word."""
    blocks = np.arange(_UNIFORM_BLOCKS, _UNIFORM_BLOCKS + (count + 1) // 2, dtype=np.uint64)
    u = _uniforms(path_numbers(paths), blocks, seed)
    return np.ascontiguousarray(u.reshape(len(u), 2 * blocks.size)[:, :count])


def chooser(paths: PathsArgument, seed: Seed) -> NDArray[np.float64]:
    """One u ~ U(0, 1) for each path, independent of all that the chosen law may draw: ``(paths,)``."""
    return _uniforms(path_numbers(paths), np.array([_CHOICE_BLOCK], np.uint64), seed)[:, 0, 0]


def _uniforms(numbers: PathNumbers, blocks: NDArray[np.uint64], seed: Seed) -> NDArray[np.float64]:
    """The two uniforms of each block of each path: ``(paths, blocks, 2)``."""
    low, path = np.uint64(0xFFFFFFFF), numbers.array()[:, None]
    counters = allocate((numbers.count, blocks.size, 4), np.dtype(np.uint32), "the initial draws", _FEWER)
    counters[..., 0], counters[..., 1] = blocks & low, blocks >> np.uint64(32)
    counters[..., 2], counters[..., 3] = path & low, path >> np.uint64(32)
    words = _core.philox(counters.reshape(-1, 4), keys_of(known_seed(seed)).initial).astype(np.uint64)
    pairs = words[:, 0::2] | words[:, 1::2] << np.uint64(32)
    u = ((pairs >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    return np.asarray(u.reshape(numbers.count, blocks.size, 2))
