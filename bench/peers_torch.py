"""torch as a peer, of the networks alone: in inference mode, the whole batch at once and the best size of a block."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import torch
from torch import nn

from compiled_problems import LAYERS, RESIDUAL, TORCH, TORCH_BLOCKS, Array, Problem

BLOCKS = (1024, 2048, 4096, 8192)


def contestants(problem: Problem, threads: int) -> dict[str, tuple[Callable[[], Array], int]]:
    """Name, run and steps of each."""
    if problem.key not in MODELS:
        return {}
    torch.set_num_threads(threads)
    model = MODELS[problem.key]()
    runs = {size: lambda size=size: solve(model, problem, size) for size in (*BLOCKS, problem.paths)}
    best = min(BLOCKS, key=lambda size: min(seconds(runs[size]) for _ in range(2)))
    return {TORCH: (runs[problem.paths], problem.steps), f"{TORCH_BLOCKS} ({best})": (runs[best], problem.steps)}


def linear(weights: Array, bias: Array) -> nn.Module:
    """One layer with these weights."""
    layer = nn.Linear(*weights.shape)
    layer.weight.data, layer.bias.data = torch.from_numpy(weights.T.copy()), torch.from_numpy(bias)
    return layer


def network() -> nn.Module:
    """The same weights in torch's own layers."""
    modules = [module for layer in LAYERS for module in (linear(*layer), nn.SiLU(inplace=True))]
    return nn.Sequential(*modules[:-1]).eval()


class Block(nn.Module):
    """What two layers make of a value is added to it."""

    def __init__(self, first: tuple[Array, Array], second: tuple[Array, Array]) -> None:
        super().__init__()
        self.layers = nn.Sequential(linear(*first), nn.SiLU(inplace=True), linear(*second))

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        """The value and what is added."""
        return h + self.layers(h)


def residual() -> nn.Module:
    """The residual network of the same weights."""
    first, *blocks, last = RESIDUAL
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    return nn.Sequential(linear(*first), *(Block(*pair) for pair in pairs), linear(*last)).eval()


MODELS = {"network": network, "residual": residual}


@torch.inference_mode()
def solve(model: nn.Module, problem: Problem, block: int) -> Array:
    """All steps of one block, then of the next."""
    final = []
    dim, inputs = problem.x0.shape[1], next(model.parameters()).shape[1]  # of x, and of t where the network wants it
    for x in torch.from_numpy(problem.x0).split(block):
        h = torch.empty(len(x), inputs)
        h[:, :dim] = x
        for k in range(problem.steps):
            h[:, dim:] = k * problem.dt
            h[:, :dim] += problem.dt * model(h)
        final.append(h[:, :dim])
    return torch.cat(final).numpy()


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = perf_counter()
    work()
    return perf_counter() - start
