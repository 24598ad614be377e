"""The sources of normals that the noise benchmark compares: each fills an array, or makes a new one, on one thread."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

import maruyama as mr

Array = NDArray[np.floating]
Fill = Callable[[], object]  # gives, or leaves in the array it was made for, fresh normals
OURS, REFERENCE = "maruyama", "NumPy PCG64"


def ours(out: Array, threads: int = 1) -> Fill:
    """`mr.standard_normal` into out."""
    return lambda: mr.standard_normal(out.shape, seed=7, dtype=out.dtype, out=out, threads=threads)


def generator(bits: object, out: Array) -> Fill:
    """NumPy's Generator (ziggurat) on some bit generator."""
    rng = np.random.Generator(bits)
    return lambda: rng.standard_normal(out.shape, dtype=out.dtype, out=out)


def numpy_sources(out: Array) -> Iterator[tuple[str, Fill]]:
    """Yield NumPy's own."""
    yield REFERENCE, generator(np.random.PCG64(7), out)
    yield "NumPy SFC64", generator(np.random.SFC64(7), out)
    yield "NumPy Philox4x64", generator(np.random.Philox(7), out)


def randomgen_sources(out: Array) -> Iterator[tuple[str, Fill]]:
    """Yield some of randomgen's bit generators."""
    randomgen = importlib.import_module("randomgen")
    label = f"randomgen {version('randomgen')}"
    yield f"{label}, Romu", generator(randomgen.Romu(7), out)
    yield f"{label}, Philox4x32", generator(randomgen.Philox(7, number=4, width=32), out)


def mkl_sources(out: Array) -> Iterator[tuple[str, Fill]]:
    """Yield mkl_random's, which is float64 alone and makes a new array."""
    mkl_random = importlib.import_module("mkl_random")
    if out.dtype == np.float64:
        for name in "SFMT19937", "PHILOX4X32X10":
            state = mkl_random.MKLRandomState(7, brng=name)
            fill = lambda state=state: state.standard_normal(out.shape, method="ICDF")  # noqa: E731
            yield f"mkl_random {version('mkl_random')}, {name} ICDF (new array)", fill


def torch_sources(out: Array) -> Iterator[tuple[str, Fill]]:
    """Yield torch's normal_."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    yield f"torch {version('torch').partition('+')[0]}", torch.from_numpy(out).normal_


def jax_sources(out: Array) -> Iterator[tuple[str, Fill]]:
    """Yield JAX's, compiled beforehand; it makes a new array."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    draw = jax.jit(lambda key: jax.random.normal(key, out.shape, out.dtype))
    for name in "threefry2x32", "rbg":
        key = jax.random.key(7, impl=name)
        fill = lambda key=key: draw(key).block_until_ready()  # noqa: E731
        yield f"JAX {version('jax')}, {name} (new array)", fill


PEERS = [numpy_sources, randomgen_sources, mkl_sources, torch_sources, jax_sources]


def sources(out: Array, peers: bool = True) -> dict[str, Fill]:
    """Every source that is installed, ours first, or ours and NumPy's PCG64 alone."""
    found = {OURS: ours(out)}
    for peer in PEERS if peers else PEERS[:1]:
        try:
            found.update(peer(out))
        except ImportError:
            print(f"not installed: {peer.__name__.partition('_')[0]}")
    return found if peers else {name: found[name] for name in (OURS, REFERENCE)}
