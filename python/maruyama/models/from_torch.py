"""from_torch: a PyTorch module as a field. PyTorch is imported when this is called."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock
from types import CellType, FunctionType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import shown, whole_number
from maruyama.current_run import current_run, read_at_start
from maruyama.decorated import Decorated
from maruyama.models.network_time import (
    TimeShape,
    clock_note,
    require_time_shape,
    shape_note,
    shape_of_time,
    time_is_far_from_zero,
    time_needs_float64,
)
from maruyama.parameter_order import require_state_first
from maruyama.threads import available_threads

__all__ = ["from_torch"]


def from_torch(
    module: Callable[..., Any], *, time: TimeShape = "column", threads: int | None = None
) -> Callable[..., NDArray[Any]]:
    """A field that calls a ``torch.nn.Module``, in inference mode and on the memory of the states.

    Parameters
    ----------
    module : torch.nn.Module, or a function of tensors
        ``module(x, t)``, or ``module(x, t, y)`` for conditional generation: ``x: (rows, dim)``, and the result is
        ``(rows, dim)``. While a module is called, all its parts are in evaluation mode; afterwards they are as they
        were. So are modules that a function closes over or names; one that it reaches in another way is called in the
        mode in which it is.
    time : "column", "batch" or "scalar"
        t as a tensor ``(rows, 1)``, which networks concatenate to x; as ``(rows,)``; or as one of no axes.
    threads : int, optional
        Of PyTorch, in calls of this field. By default what ``torch.get_num_threads()`` says on the thread that starts
        the run, and at most what the process may use. The library calls from one thread at a time, so the two do not
        compete.

    Returns
    -------
    callable
        A field of ``(x, t)`` or ``(x, t, y)`` for the callback route.

    Raises
    ------
    TypeError, ValueError
        If ``module`` cannot be called or has the parameters (t, x), or if its parameters are not on the CPU.
    RuntimeError
        In a run, if the module writes into ``x``.

    Notes
    -----
    The module is given its own dtype: a float32 module and float64 states meet by a copy of each block. Where both have
    one dtype nothing is copied. y and other arguments that are numbers or arrays arrive as tensors, those of
    floats in the dtype of x; of y it is the rows of the block where there is one for each sample.

    t has the dtype of x, but for a float32 x where float32 cannot hold the times of the run: where it cannot tell the
    grid points apart, or keeps fewer than four digits of the time since t0, as at t = 1.7e9. There t is float64. A
    module that cannot take both dtypes is then given float32 where four digits are left, and refused elsewhere: shift
    the time.

    Inference mode, the threads, and the autocast of the thread that starts the run hold in every thread of the run.
    Settings of PyTorch that a thread has beside these, such as a default device, hold on that thread alone: make them
    in a function around the module.

    What a module makes in a call and keeps, as a table of frequencies, is a tensor of inference mode, with which it
    cannot be trained afterwards: make it beforehand.

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

    require_time_shape(time)
    if not callable(module):
        raise TypeError(f"from_torch needs a module or a function of tensors, got {type(module).__name__}")
    if isinstance(module, Decorated):
        raise TypeError("the module of from_torch is a field of NumPy already: give it to the run as it is")
    require_state_first(module, "the module of from_torch")
    count = None if threads is None else whole_number(threads, "threads", least=1)
    is_module = isinstance(module, torch.nn.Module)
    if is_module:
        _require_cpu(module)

    read_at_start("torch", lambda: _settings_of_thread(torch))
    mixes_dtypes = True

    def field(x: NDArray[Any], t: float, *args: Any) -> NDArray[Any]:
        states = _shared(np.require(x, requirements="C"), torch)
        dtype = _dtype_of(module) if is_module else None
        given = states if dtype is None else states.to(dtype)
        before = states._version
        with _evaluation(_modules_of(module, torch)), torch.inference_mode(), _settings(count, torch):
            values: NDArray[Any] = _values(
                result_of(given, t, [_tensor(each, given.dtype, torch) for each in args]), torch
            )
        if time == "column" and len(x) > 1 and np.shape(values)[:2] == (len(x), len(x)) and np.ndim(values) == 3:
            raise ValueError(
                f"the module returned shape {values.shape} for x of shape {x.shape}: it may want t as (rows,), "
                "from_torch(module, time='batch')"
            )
        if states._version != before:
            raise RuntimeError(
                "the module wrote into x, which is the state itself: no in-place operations on its input"
            )
        return values

    def result_of(given: Any, t: float, args: list[Any]) -> Any:
        nonlocal mixes_dtypes
        is_coarse = given.dtype == torch.float32 and time_needs_float64(t)
        must_be_float64 = is_coarse and time_is_far_from_zero(t)
        if is_coarse and (mixes_dtypes or must_be_float64):
            try:
                return module(given, time_for(given, t, torch.float64), *args)
            except RuntimeError as error:
                if must_be_float64 or not _is_of_dtypes(error):
                    _explain(error, [clock_note(t)] * _is_of_dtypes(error) + [shape_note(error, time)])
                    raise
                mixes_dtypes = False
        try:
            return module(given, time_for(given, t, given.dtype), *args)
        except (RuntimeError, IndexError, TypeError, ValueError) as error:
            is_of_states = _is_of_dtypes(error) and not is_module and given.dtype == torch.float64
            is_of_gradients = "does not require grad" in shown(error, str)
            _explain(
                error, [_SAY_DTYPE] * is_of_states + [_SAY_GRADIENTS] * is_of_gradients + [shape_note(error, time)]
            )
            raise

    def time_for(given: Any, t: float, dtype: Any) -> Any:
        return torch.full(shape_of_time(time, len(given)), t, dtype=dtype)

    return field


_SAY_DTYPE = (
    "The states are float64, and of a function it is not known that its weights are float32: say dtype='float32' in "
    "the run, or give from_torch the module itself, which is then given its own dtype."
)

_SAY_GRADIENTS = (
    "A field is called in inference mode, which keeps no gradients: take them inside `with "
    "torch.inference_mode(False), torch.enable_grad():`."
)


def _is_of_dtypes(error: Exception) -> bool:
    return any(each in shown(error, str) for each in ("same dtype", "should be the same", "expected scalar type"))


def _explain(error: Exception, notes: list[str]) -> None:
    for note in filter(None, notes):
        error.add_note(note)


@dataclass
class _Mode:
    """That of a part of a module which is being called."""

    calls: int = 0
    was_training: bool = False


_lock = Lock()
_modes: dict[int, _Mode] = {}  # by the id of the part


@contextmanager
def _evaluation(modules: Sequence[Any]) -> Iterator[None]:
    """All parts of modules in evaluation mode; each as before when the last call that it is a part of has ended.

    It is not ``eval()`` that is called, for this may do more, such as merging weights, which rounds them.
    """
    parts = list({id(part): part for module in modules for part in module.modules()}.values())
    with _lock:
        for part in parts:
            mode = _modes.setdefault(id(part), _Mode())
            mode.calls += 1
            if part.training:
                part.training, mode.was_training = False, True
    try:
        yield
    finally:
        with _lock:
            for part in parts:
                mode = _modes[id(part)]
                mode.calls -= 1
                if not mode.calls:
                    part.training = part.training or mode.was_training
                    del _modes[id(part)]


def _modules_of(function: Any, torch: Any) -> list[Any]:
    """The module itself; of a function those that it closes over, is bound to, has for defaults, or names."""
    if isinstance(function, torch.nn.Module):
        return [function]
    found = [*getattr(function, "args", ()), *getattr(function, "keywords", {}).values()]  # of a partial
    function = getattr(function, "func", function)
    found.append(getattr(function, "__self__", None))
    function = getattr(function, "__func__", function)
    if isinstance(function, FunctionType):
        variables = function.__globals__
        found += [cell.cell_contents for cell in function.__closure__ or () if cell != _NO_CELL]
        found += [variables[name] for name in function.__code__.co_names if name in variables]
        found += function.__defaults__ or ()
    return [each for each in found if isinstance(each, torch.nn.Module)]


_NO_CELL = CellType()


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
    """A number or an array as a tensor, floats in the dtype of x, whole numbers in 64 bits; else as it is."""
    if not isinstance(value, np.ndarray | np.generic | int | float):
        return value
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "iu":
        value = value.astype(np.int64)  # an index in PyTorch; one of uint8 would be read as a mask
    tensor = torch.tensor(value)
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _values(result: Any, torch: Any) -> Any:
    """What the module returned as an array; NumPy has no bfloat16."""
    if isinstance(result, torch.Tensor):
        return (result.float() if result.dtype == torch.bfloat16 else result).numpy(force=True)
    if isinstance(result, np.ndarray | int | float):
        return result
    raise TypeError(f"the module returned {type(result).__name__}, expected one tensor")


class _Settings(NamedTuple):
    """What PyTorch keeps for each thread."""

    threads: int
    autocast: bool
    autocast_dtype: Any


def _settings_of_thread(torch: Any) -> _Settings:
    return _Settings(torch.get_num_threads(), torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu"))


@contextmanager
def _settings(count: int | None, torch: Any) -> Iterator[None]:
    """Those of the thread that started the run, and so many threads of PyTorch; as before afterwards."""
    own, run = _settings_of_thread(torch), current_run()
    started: _Settings = own if run is None else run.settings.get("torch", own)
    with (
        _autocast(own, started, torch),
        _threads(own.threads, count or min(started.threads, available_threads()), torch),
    ):
        yield


def _autocast(own: _Settings, started: _Settings, torch: Any) -> Any:
    if own[1:] == started[1:]:
        return nullcontext()
    return torch.autocast("cpu", dtype=started.autocast_dtype, enabled=started.autocast)


@contextmanager
def _threads(before: int, wanted: int, torch: Any) -> Iterator[None]:
    """So many threads of PyTorch, which counts them for each thread that calls it; as before afterwards."""
    if before != wanted:
        torch.set_num_threads(wanted)
    try:
        yield
    finally:
        if before != wanted:
            torch.set_num_threads(before)
