"""The examples in the docstrings of the installed package are right."""

import doctest
import importlib
import pkgutil

import pytest

import maruyama

NEEDS = {"maruyama.models.from_jax": "jax", "maruyama.models.from_torch": "torch"}  # their examples, beyond the tests
MODULES = sorted(module.name for module in pkgutil.walk_packages(maruyama.__path__, "maruyama."))
NEEDS |= {name: "matplotlib" for name in MODULES if name.startswith("maruyama.plotting.")}


@pytest.mark.parametrize("name", ["maruyama", *MODULES])
def test_examples_are_right(name):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("name", [name for name in maruyama.__all__ if callable(getattr(maruyama, name))])
def test_every_public_name_has_a_docstring(name):
    assert getattr(maruyama, name).__doc__
