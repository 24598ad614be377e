"""Functions of PyTorch and JAX, which are fields by `from_torch` and `from_jax`, and can be nothing else."""

import sys
from typing import Any

__all__ = ["refuse_of_other_libraries"]

_FIELDS = {"maruyama.models.from_torch": "from_torch", "maruyama.models.from_jax": "from_jax"}


def refuse_of_other_libraries(function: Any, name: str) -> None:
    """Refuse a module of PyTorch, and a field that was made of such a function."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(function, torch.nn.Module):
        raise TypeError(
            f"{name} is a module of PyTorch, expected a function of NumPy: mr.from_torch(module) is a field"
        )
    if made := _FIELDS.get(getattr(function, "__module__", "")):
        raise TypeError(f"{name} is what {made} made, expected a function written in NumPy: it is a field as it is")
