"""from_torch: a PyTorch module as a field. PyTorch is imported when this is called."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import whole_number
from maruyama.parameter_order import require_state_first
from maruyama.run import require_one_of
from maruyama.threads import available_threads

__all__ = ["from_torch"]


def from_torch(
    module: Callable[..., Any], *, time: Literal["column", "scalar"] = "column", threads: int | None = None
) -> Callable[..., NDArray[Any]]:
    """A field that calls a ``torch.nn.Module``, in inference mode and on the memory of the states.

    Parameters
    ----------
    module : torch.nn.Module, or a function of tensors
        ``module(x, t)``, or ``module(x, t, y)`` for conditional generation: ``x: (rows, dim)``, and the result is
        ``(rows, dim)``. A module is put into evaluation mode, by its ``eval()``, here and again where a call finds it
        in training; say ``train()`` when training goes on.
    time : "column" or "scalar"
        t as a tensor ``(rows, 1)``, which networks concatenate to x, or as one of no axes.
    threads : int, optional
        Of PyTorch, in calls of this field; by default what the process may use. The library calls from one thread at a
        time, so the two do not compete.

    Returns
    -------
    callable
        A field of ``(x, t)`` or ``(x, t, y)`` for the callback route.

    Raises
    ------
    TypeError, ValueError
        If ``module`` cannot be called, or its parameters are not on the CPU.
    RuntimeError
        In a run, if the module writes into ``x``.

    Notes
    -----
    The module is given its own dtype: a float32 module and float64 states meet by a copy of each block. Where both have
    one dtype nothing is copied. y and other arguments that are numbers or arrays arrive as tensors, those of
    floats in the dtype of x; of y it is the rows of the block where there is one for each sample.

    A field is called on blocks of states of 128 KiB, and the bits of a product may depend on the rows of a block.

    Examples
    --------
    >>> import maruyama as mr
    >>> import torch
    >>> network = torch.nn.Sequential(torch.nn.Linear(3, 64), torch.nn.SiLU(), torch.nn.Linear(64, 2))
    >>> velocity = mr.from_torch(lambda x, t: network(torch.cat([x, t], dim=1)))
    >>> mr.FlowModel(velocity, init=2).sample(1000, steps=20, dtype="float32").shape
    (1000, 2)
    """
    import torch

    require_one_of("time", time, ("column", "scalar"))
    if not callable(module):
        raise TypeError(f"from_torch needs a module or a function of tensors, got {type(module).__name__}")
    require_state_first(module, "the module of from_torch")
    count = None if threads is None else whole_number(threads, "threads", least=1)
    is_module = isinstance(module, torch.nn.Module)
    if is_module:
        _require_cpu(module)
        module.eval()  # type: ignore[attr-defined]

    def field(x: NDArray[Any], t: float, *args: Any) -> NDArray[Any]:
        if is_module and module.training:  # type: ignore[attr-defined]
            module.eval()  # type: ignore[attr-defined]
        states = _shared(np.require(x, requirements="C"), torch)
        dtype = _dtype_of(module) if is_module else None
        given = states if dtype is None else states.to(dtype)
        before = states._version
        with torch.inference_mode(), _threads(count, torch):
            times = torch.full((len(given), 1) if time == "column" else (), t, dtype=given.dtype)
            result = module(given, times, *(_tensor(each, given.dtype, torch) for each in args))
            values: NDArray[Any] = _values(result, torch)
        if states._version != before:
            raise RuntimeError(
                "the module wrote into x, which is the state itself: no in-place operations on its input"
            )
        return values

    return field


def _require_cpu(module: Any) -> None:
    if elsewhere := {str(each.device) for each in module.parameters() if each.device.type != "cpu"}:
        raise ValueError(f"the module's parameters are on {', '.join(sorted(elsewhere))}: say module.cpu() first")


def _dtype_of(module: Any) -> Any:
    """That of the module's parameters as they are now; None where it has none."""
    return next((each.dtype for each in module.parameters() if each.is_floating_point()), None)


def _shared(x: NDArray[Any], torch: Any) -> Any:
    """A tensor on the memory of x. PyTorch warns that it cannot keep x read-only; `field` looks for itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return torch.from_numpy(x)


def _tensor(value: Any, dtype: Any, torch: Any) -> Any:
    """A number or an array as a tensor, floats in the dtype of x; anything else as it is."""
    if not isinstance(value, np.ndarray | np.generic | int | float):
        return value
    tensor = torch.tensor(value)
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _values(result: Any, torch: Any) -> Any:
    """What the module returned as an array; NumPy has no bfloat16."""
    if isinstance(result, torch.Tensor):
        return (result.float() if result.dtype == torch.bfloat16 else result).numpy(force=True)
    if isinstance(result, np.ndarray | int | float):
        return result
    raise TypeError(f"the module returned {type(result).__name__}, expected one tensor")


@contextmanager
def _threads(count: int | None, torch: Any) -> Iterator[None]:
    """So many threads of PyTorch, which counts them for each thread that calls it; as before afterwards."""
    before, wanted = torch.get_num_threads(), count or available_threads()
    if before != wanted:
        torch.set_num_threads(wanted)
    try:
        yield
    finally:
        if before != wanted:
            torch.set_num_threads(before)
