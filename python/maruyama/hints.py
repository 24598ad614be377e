"""Notes on what a user's field raised: the causes that NumPy and Python cannot know."""

from typing import Any

from maruyama.per_path import flat_remedy

__all__ = ["add_hints"]

_ONE_STATE = (  # what a function of one state ends in where it is given many
    "values to unpack",
    "is out of bounds for axis 0",
    "truth value of an array with more than one element is ambiguous",
    "arrays can be converted to Python scalars",
    "setting an array element with a sequence",
)


def add_hints(error: Exception, paths: int, args: tuple[Any, ...], *, is_pointwise: bool) -> None:
    """Add the sentence that helps to an exception that left a field, unless it has one."""
    if not hasattr(error, "__notes__"):
        for note in _notes(_text(error), paths, args, is_pointwise):
            error.add_note(note)


def _notes(text: str, paths: int, args: tuple[Any, ...], is_pointwise: bool) -> list[str]:
    if "could not be broadcast" in text:
        flat = flat_remedy(args)
        return [f"In args {flat}."] * bool(flat) + [_BLOCKS] * (str(paths) in text)
    if not is_pointwise and any(each in text for each in _ONE_STATE):
        return [_MANY_STATES]
    return []


_BLOCKS = (
    "A field is called on blocks of paths, not on all of them: hand an array with one row per path over in args, as "
    "mr.per_path(array)."
)
_MANY_STATES = (
    "A field is given many states at once, x: (paths, dim), where x[:, i] is dimension i: write a function of one "
    "state (dim,) as mr.pointwise(f), or use functions of NumPy on all rows."
)


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # a user's own exception may not be able to say itself
        return ""
