"""Changes of what a function reaches in a roundabout way, or of what was not there before; for test_surroundings."""

import builtins
import collections
import copy
import functools
import importlib
import io
import itertools
import operator
import random
import sys
import types

import numpy as np


class Bag:
    def __init__(self, **attributes):
        vars(self).update(attributes)


def kind_of(value):
    """A class with a rate, and one that has it from there."""
    base = type("Base", (), {"rate": value, "of_class": classmethod(lambda cls, x: -cls.rate * x)})
    return base, type("Derived", (base,), {})


def module_of(name, source="rate = 1.0", **variables):
    module = sys.modules[name] = types.ModuleType(name)
    vars(module).update(variables)
    exec(source, vars(module))
    return module


def of_a_bound_method(holder, name, key, change):
    method = getattr(holder, name)
    return lambda x, t: -method(*key) * x, lambda: change(holder)


def of_a_view(name):
    rates = {1.0: 1.0}
    view = getattr(rates, name)()
    return lambda x, t: -np.sum(list(view)) * x, lambda: rates.update({0.5: 0.5})


def of_a_getter(getter):
    class Own(Bag):
        def get(self):
            return self.rate

    c = Own(rate=1.0)
    return lambda x, t: -getter(c) * x, lambda: vars(c).update({"rate": 0.5})


def of_a_module_named_by_a_string():
    module = module_of("maruyama_test_named")
    return lambda x, t: -importlib.import_module("maruyama_test_named").rate * x, lambda: setattr(module, "rate", 0.5)


def of_the_table_of_modules():
    module = module_of("maruyama_test_named")
    return lambda x, t: -sys.modules["maruyama_test_named"].rate * x, lambda: setattr(module, "rate", 0.5)


def of_a_module_that_is_replaced():
    module_of("maruyama_test_named")

    def field(x, t):
        import maruyama_test_named

        return -maruyama_test_named.rate * x

    return field, lambda: module_of("maruyama_test_named", "rate = 0.5")


def of_a_relative_import(line):
    module_of("maruyama_test_package", "", __path__=[])
    settings = module_of("maruyama_test_package.settings")
    sys.modules["maruyama_test_package"].settings = settings
    module_of("maruyama_test_package.inner", "", __path__=[])
    source = f"def field(x, t):\n    {line}\n    return -rate * x\n"
    inner = module_of("maruyama_test_package.inner.fields", source, __package__="maruyama_test_package.inner")
    return inner.field, lambda: setattr(settings, "rate", 0.5)


def of_a_variable_of_a_module_that_is_new():
    module = module_of("maruyama_test_named", "")
    return lambda x, t: -getattr(module, "rate", 1.0) * x, lambda: setattr(module, "rate", 0.5)


def of_a_variable_of_python():
    builtins.MARUYAMA_TEST_RATE = 1.0
    return lambda x, t: -MARUYAMA_TEST_RATE * x, lambda: setattr(builtins, "MARUYAMA_TEST_RATE", 0.5)  # noqa: F821


def of_variables_of_a_function():
    variables = {}
    exec("rate = 1.0\ndef field(x, t):\n    return -field.__globals__['rate'] * x\n", variables)
    return variables["field"], lambda: variables.update(rate=0.5)


def of_a_record():
    table = np.ones(1, [("rate", float)])
    row = table[0]
    return lambda x, t: -float(row["rate"]) * x, lambda: table["rate"].fill(0.5)


def of_a_partial_that_is_set():
    partial = functools.partial(lambda rate, x: -rate * x, 1.0)
    return lambda x, t: partial(x), lambda: partial.__setstate__((partial.func, (0.5,), {}, None))


def of_a_partial_method():
    class Own:
        rate = 1.0

        def scaled(self, sign, x):
            return sign * self.rate * x

        minus = functools.partialmethod(scaled, -1.0)

    c = Own()
    return lambda x, t: c.minus(x), lambda: setattr(c, "rate", 0.5)


def of_singledispatchmethod():
    class Own:
        rate = 1.0

        @functools.singledispatchmethod
        def scaled(self, x):
            return -self.rate * x

    c = Own()
    return lambda x, t: c.scaled(x), lambda: setattr(c, "rate", 0.5)


def of_a_class(change):
    _, derived = kind_of(1.0)
    c = derived()
    return lambda x, t: -c.rate * x, lambda: change(c, derived)


def of_a_class_method():
    _, derived = kind_of(1.0)
    return lambda x, t: derived.of_class(x), lambda: setattr(derived, "rate", 0.5)


def of_an_operator():
    class Own:
        def __mul__(self, x):
            return -x

    c = Own()
    return lambda x, t: c * x, lambda: setattr(Own, "__mul__", lambda self, x: -0.5 * x)


def of_an_operator_that_is_new():
    class Own:
        def __mul__(self, x):
            return -x

    c = type("Derived", (Own,), {})()
    return lambda x, t: c * x, lambda: setattr(type(c), "__mul__", lambda self, x: -0.5 * x)


def of_an_attribute_that_is_new():
    c = Bag()
    return lambda x, t: -getattr(c, "rate", 1.0) * x, lambda: vars(c).update({"rate": 0.5})


def of_an_attribute_of_a_key():
    c = Bag(rate=1.0)
    table = {c: None}
    return lambda x, t: -next(iter(table)).rate * x, lambda: setattr(c, "rate", 0.5)


def of_a_count():
    made = itertools.count(1)
    return lambda x, t: -float(repr(made)[6:-1]) * x, lambda: next(made)


def of_a_copied(made, draw):
    return lambda x, t: -draw(copy.deepcopy(made)) * x, lambda: draw(made)


def of_a_generator():
    rates = [1.0]

    def forever():
        while True:
            yield rates[0]

    values = forever()
    return lambda x, t: -next(values) * x, lambda: rates.__setitem__(0, 0.5)


def of_text():
    text = io.StringIO("1.0")
    return lambda x, t: -float(text.getvalue()) * x, lambda: (text.seek(0), text.write("0.5"))


def of_one_element_of_a_large_array():
    w = np.ones((1100, 1000))
    return lambda x, t: -w[0, :2] * x, lambda: w.__setitem__((0, 1), 0.5)


REACHED = {
    "bound-get": lambda: of_a_bound_method({"rate": 1.0}, "get", ["rate"], lambda d: d.update(rate=0.5)),
    "bound-getitem": lambda: of_a_bound_method([1.0], "__getitem__", [0], lambda a: a.__setitem__(0, 0.5)),
    "bound-item": lambda: of_a_bound_method(np.ones(1), "item", [], lambda w: w.fill(0.5)),
    **{f"view-of-{name}": functools.partial(of_a_view, name) for name in ("keys", "values", "items")},
    "attrgetter": lambda: of_a_getter(operator.attrgetter("rate")),
    "methodcaller": lambda: of_a_getter(operator.methodcaller("get")),
    "module-by-string": of_a_module_named_by_a_string,
    "table-of-modules": of_the_table_of_modules,
    "module-replaced": of_a_module_that_is_replaced,
    "relative-import": lambda: of_a_relative_import("from ..settings import rate"),
    "relative-import-of-a-module": lambda: of_a_relative_import("from .. import settings; rate = settings.rate"),
    "new-variable-of-a-module": of_a_variable_of_a_module_that_is_new,
    "variable-of-python": of_a_variable_of_python,
    "variables-of-a-function": of_variables_of_a_function,
    "record": of_a_record,
    "partial-set": of_a_partial_that_is_set,
    "partial-method": of_a_partial_method,
    "singledispatchmethod": of_singledispatchmethod,
    "another-class": lambda: of_a_class(lambda c, derived: setattr(c, "__class__", kind_of(0.5)[1])),
    "another-base": lambda: of_a_class(lambda c, derived: setattr(derived, "__bases__", kind_of(0.5)[:1])),
    "new-attribute-of-a-class": lambda: of_a_class(lambda c, derived: setattr(derived, "rate", 0.5)),
    "class-method": of_a_class_method,
    "operator": of_an_operator,
    "new-operator": of_an_operator_that_is_new,
    "new-attribute": of_an_attribute_that_is_new,
    "key": of_an_attribute_of_a_key,
    "random-numbers-of-numpy": lambda: of_a_copied(np.random.default_rng(1), lambda g: g.random()),
    "random-numbers-of-python": lambda: of_a_copied(random.Random(1), lambda g: g.random()),
    "iterator": lambda: of_a_copied(iter([1.0, 0.5, 0.25]), next),
    "count": of_a_count,
    "generator": of_a_generator,
    "text": of_text,
    "chain-of-dicts": lambda: of_a_bound_method(
        collections.ChainMap({}, {"rate": 1.0}), "get", ["rate"], lambda c: c.maps[1].update(rate=0.5)
    ),
    "one-of-many-elements": of_one_element_of_a_large_array,
}
