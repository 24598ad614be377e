"""torch as a peer, of the network alone: in inference mode, the whole batch at once and the best size of a block."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import torch
from torch import nn

from compiled_problems import LAYERS, TORCH, TORCH_BLOCKS, Array, Problem

BLOCKS = (1024, 2048, 4096, 8192)


def contestants(problem: Problem, threads: int) -> dict[str, tuple[Callable[[], Array], int]]:
    """Name, run and steps of each."""
    if problem.key != "network":
        return {}
    torch.set_num_threads(threads)
    model = network()
    runs = {size: lambda size=size: solve(model, problem, size) for size in (*BLOCKS, problem.paths)}
    best = min(BLOCKS, key=lambda size: min(seconds(runs[size]) for _ in range(2)))
    return {TORCH: (runs[problem.paths], problem.steps), f"{TORCH_BLOCKS} ({best})": (runs[best], problem.steps)}


def network() -> nn.Module:
    """The same weights in torch's own layers."""
    modules: list[nn.Module] = []
    for weights, bias in LAYERS:
        linear = nn.Linear(*weights.shape)
        linear.weight.data, linear.bias.data = torch.from_numpy(weights.T.copy()), torch.from_numpy(bias)
        modules += [linear, nn.SiLU(inplace=True)]
    return nn.Sequential(*modules[:-1]).eval()


@torch.inference_mode()
def solve(model: nn.Module, problem: Problem, block: int) -> Array:
    """All steps of one block, then of the next."""
    final = []
    for x in torch.from_numpy(problem.x0).split(block):
        h = torch.empty(len(x), 3)
        h[:, :2] = x
        for k in range(problem.steps):
            h[:, 2] = k * problem.dt
            h[:, :2] += problem.dt * model(h)
        final.append(h[:, :2])
    return torch.cat(final).numpy()


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = perf_counter()
    work()
    return perf_counter() - start
