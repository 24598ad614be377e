"""The noise that tests/golden.json pins: ``python tests/golden.py`` prints its hashes on the level in use.

Needs NumPy and the package alone, so that it runs wherever the package does. Not a test file itself.
"""

import hashlib
import json

import numpy as np

import maruyama as mr
from maruyama import _core

SEEDS = [0, 7, 2**32, 2**64 - 1, 10**30, *(np.random.SeedSequence(7, spawn_key=key) for key in ((0,), (1,), (2, 3)))]
PATHS = [range(70), range(37, 38), range(2**32 - 20, 2**32 + 20), range(2**64 - 33, 2**64), range(5, 500, 7)]
PATHS += [np.array([3, 2**63, 0, 2**64 - 1, 3, 2**32], np.uint64)]
DIMS = (1, 2, 3, 5, 33, 100)
DTYPES = (np.float64, np.float32)
SHAPES = (1, 1001, (40, 50, 33))


def sha256(array):
    return hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()


def text(value):
    if isinstance(value, np.random.SeedSequence):
        return f"SeedSequence({value.entropy}, spawn_key={value.spawn_key})"
    return str(value.tolist() if isinstance(value, np.ndarray) else value)


def hashes():
    """SHA-256 of the little-endian bytes of each array."""
    found = {}
    for dtype in DTYPES:
        name = np.dtype(dtype).name
        for seed, paths in [(seed, PATHS[0]) for seed in SEEDS] + [(7, paths) for paths in PATHS[1:]]:
            for dim in DIMS:
                z = mr.noise(seed, paths=paths, steps=7, dim=dim, dtype=dtype)
                found[f"noise({text(seed)}, paths={text(paths)}, steps=7, dim={dim}) {name}"] = sha256(z)
        for seed in SEEDS:
            for shape in SHAPES:
                found[f"standard_normal({shape}, seed={text(seed)}) {name}"] = sha256(
                    mr.standard_normal(shape, seed=seed, dtype=dtype)
                )
            w = mr.brownian(45, steps=13, dim=3, t=(0.0, 0.7), seed=seed, dtype=dtype, save="all")
            found[f"brownian(45, steps=13, dim=3, t=(0.0, 0.7), seed={text(seed)}, save='all') {name}"] = sha256(w.x)
    return found


if __name__ == "__main__":
    print(json.dumps({"stream_version": _core.STREAM_VERSION, "level": _core.level(), "hashes": hashes()}))
