"""Kinds of what a function may read beside its arguments, each with a change: further ones for test_surroundings."""

import array
import collections
import contextvars
import ctypes
import dataclasses
import functools
import os
import sys
import threading
import types
import weakref

import numpy as np

RATE = 1.0
VARIABLE = contextvars.ContextVar("rate", default=1.0)


class Settings:
    rate = 1.0


def settings(kind=Settings):
    made = kind()
    made.rate = 1.0
    return made


def of_a_named_attribute():
    c = settings()
    return lambda x, t: -getattr(c, "rate") * x, lambda: setattr(c, "rate", 0.5)  # noqa: B009


def of_vars():
    c = settings()
    return lambda x, t: -vars(c)["rate"] * x, lambda: setattr(c, "rate", 0.5)


def of_all_attributes():
    c = settings()
    return lambda x, t: -sum(vars(c).values()) * x, lambda: setattr(c, "other", 0.5)


def of_dict_of_attributes():
    c = settings()
    return lambda x, t: -c.__dict__["rate"] * x, lambda: setattr(c, "rate", 0.5)


def of_names_in_a_tuple():
    c = settings()
    return lambda x, t: -sum(getattr(c, name) for name in ("rate",)) * x, lambda: setattr(c, "rate", 0.5)


def of_a_method_that_takes_names():
    class Named(Settings):
        def get(self, name):
            return getattr(self, name)

    c = settings(Named)
    return lambda x, t: -c.get("rate") * x, lambda: setattr(c, "rate", 0.5)


def of_a_name_in_a_closure():
    c, name = settings(), "rate"
    return lambda x, t: -getattr(c, name) * x, lambda: setattr(c, "rate", 0.5)


def of_a_name_as_default():
    c = settings()
    return lambda x, t, name="rate": -getattr(c, name) * x, lambda: setattr(c, "rate", 0.5)


def of_objects_that_are_replaced():
    rates = np.array([1.0, "a"], object)
    return lambda x, t: -float(rates[0]) * x, lambda: rates.__setitem__(0, 0.5)


def of_globals():
    return lambda x, t: -globals()["RATE"] * x, lambda: globals().update(RATE=0.5)


def of_eval():
    return lambda x, t: eval("-RATE * x"), lambda: globals().update(RATE=0.25)


def of_code():
    def helper(x):
        return -x

    def edited(x):
        return -0.5 * x

    return lambda x, t: helper(x), lambda: setattr(helper, "__code__", edited.__code__)


def of_its_own_code():
    def field(x, t):
        return -x

    return field, lambda: setattr(field, "__code__", (lambda x, t: -0.5 * x).__code__)


def of_defaults():
    def field(x, t, rate=1.0):
        return -rate * x

    return field, lambda: setattr(field, "__defaults__", (0.5,))


def of_keyword_defaults():
    def helper(x, *, rate=1.0):
        return -rate * x

    return lambda x, t: helper(x), lambda: setattr(helper, "__kwdefaults__", {"rate": 0.5})


def of_an_attribute_of_a_function():
    def field(x, t):
        return -field.rate * x

    field.rate = 1.0
    return field, lambda: setattr(field, "rate", 0.5)


def of_deque():
    rates = collections.deque([1.0, 2.0])
    return lambda x, t: -rates[0] * x, lambda: rates.__setitem__(0, 0.5)


def of_set():
    rates = {1.0}
    return lambda x, t: -sum(rates) * x, lambda: rates.add(0.5)


def of_array_array():
    rates = array.array("d", [1.0])
    return lambda x, t: -rates[0] * x, lambda: rates.__setitem__(0, 0.5)


def of_bytearray():
    rates = bytearray([1])
    return lambda x, t: -rates[0] * x, lambda: rates.__setitem__(0, 2)


def of_memoryview():
    memory = bytearray([1])
    rates = memoryview(memory)
    return lambda x, t: -rates[0] * x, lambda: memory.__setitem__(0, 2)


def of_ctypes():
    rate = ctypes.c_double(1.0)
    return lambda x, t: -rate.value * x, lambda: setattr(rate, "value", 0.5)


def of_context():
    return lambda x, t: -VARIABLE.get() * x, lambda: VARIABLE.set(0.5)


def of_thread():
    local = threading.local()
    local.rate = 1.0
    return lambda x, t: -local.rate * x, lambda: setattr(local, "rate", 0.5)


def of_environment():
    os.environ["MARUYAMA_TEST_RATE"] = "1.0"
    return (
        lambda x, t: -float(os.environ["MARUYAMA_TEST_RATE"]) * x,
        lambda: os.environ.__setitem__("MARUYAMA_TEST_RATE", "0.5"),
    )


def module_of(name):
    module = types.ModuleType(name)
    module.rate = 1.0
    sys.modules[name] = module
    return module


def of_an_import_inside():
    module = module_of("maruyama_test_settings")

    def field(x, t):
        from maruyama_test_settings import rate

        return -rate * x

    return field, lambda: setattr(module, "rate", 0.5)


def of_a_module_imported_inside():
    module = module_of("maruyama_test_settings")

    def field(x, t):
        import maruyama_test_settings

        return -maruyama_test_settings.rate * x

    return field, lambda: setattr(module, "rate", 0.5)


def of_a_subclass(kind, *content):
    class Own(kind):
        pass

    p = Own(*content)
    p.rate = 1.0
    return lambda x, t: -p.rate * x, lambda: setattr(p, "rate", 0.5)


def of_a_subclass_of_arrays():
    class Own(np.ndarray):
        pass

    p = np.ones(2).view(Own)
    p.rate = 1.0
    return lambda x, t: -p.rate * x, lambda: setattr(p, "rate", 0.5)


def of_weakref():
    c = settings()
    found = weakref.ref(c)
    return lambda x, t, c=c: -found().rate * x, lambda: setattr(c, "rate", 0.5)


def of_a_property_of_a_metaclass():
    class Meta(type):
        @property
        def rate(cls):
            return cls.inner[0]

    class Made(metaclass=Meta):
        inner = np.ones(1)

    return lambda x, t: -Made.rate * x, lambda: Made.inner.fill(0.5)


def of_singledispatch():
    @functools.singledispatch
    def scaled(x):
        return -x

    return lambda x, t: scaled(x), lambda: scaled.register(object, lambda x: -0.5 * x)


def of_dataclass():
    @dataclasses.dataclass
    class Parameters:
        rate: float = 1.0

    p = Parameters()
    return lambda x, t: -sum(dataclasses.asdict(p).values()) * x, lambda: setattr(p, "rate", 0.5)


def of_a_read_only_array():
    rates = np.ones(1)
    rates.flags.writeable = False

    def change():
        rates.flags.writeable = True
        rates[0] = 0.5

    return lambda x, t: -rates * x, change


def of_more_than_is_walked():
    c, many = settings(), [[i] for i in range(20_000)]
    return lambda x, t: -(len(many) > 0) * c.rate * x, lambda: setattr(c, "rate", 0.5)


def of_what_is_made_when_it_is_asked_for():
    class Model:
        w = None

        def drift(self, x, t):
            if self.w is None:
                self.w = np.ones(1)
            return -self.w * x

    model = Model()
    return model.drift, lambda: setattr(model, "w", np.full(1, 0.5))


def of_a_default_that_is_set():
    parameters = {}
    return lambda x, t: -parameters.setdefault("rate", 1.0) * x, lambda: parameters.update(rate=0.5)


def of_a_cached_property():
    class Model:
        @functools.cached_property
        def rate(self):
            return 1.0

    model = Model()
    return lambda x, t: -model.rate * x, lambda: vars(model).update(rate=0.5)


def of_a_module_named_as_one_of_pythons():
    module = types.ModuleType("token")
    module.__file__ = "/home/somebody/token.py"
    exec("rate = 1.0\ndef helper(x):\n    return -rate * x\n", vars(module))
    before = sys.modules.get("token")
    sys.modules["token"] = module
    return lambda x, t: module.helper(x), lambda: (setattr(module, "rate", 0.5), sys.modules.update(token=before))


def of_torch(dtype):
    def made():
        import torch

        w = torch.ones(1, dtype=getattr(torch, dtype))
        return lambda x, t: -float(w[0]) * x, lambda: w.fill_(0.5)

    return made


def of_torch_strided():
    import torch

    w = torch.ones((3, 2), dtype=torch.bfloat16).T
    return lambda x, t: -float(w[0, 1]) * x, lambda: w.fill_(0.5)


def of_pandas_mixed():
    import pandas

    table = pandas.DataFrame({"rate": [1.0], "name": ["a"]})
    return lambda x, t: -float(table["rate"].iloc[0]) * x, lambda: table.loc.__setitem__((0, "rate"), 0.5)


def of_pandas_index():
    import pandas

    series = pandas.Series([2.0, 3.0], index=["a", "b"])
    return lambda x, t: -series["a"] * x, lambda: setattr(series, "index", ["b", "a"])


def of_numba():
    import numba

    factor = settings()

    def plain(x):
        return -factor.rate * x

    jitted = numba.njit(plain)
    return lambda x, t: jitted.py_func(x), lambda: setattr(factor, "rate", 0.5)


def of_vectorize():
    c = settings()
    scaled = np.vectorize(lambda v: c.rate * v)
    return lambda x, t: -scaled(1.0) * x, lambda: setattr(c, "rate", 0.5)


def of_frompyfunc():
    c = settings()
    scaled = np.frompyfunc(lambda v: c.rate * v, 1, 1)
    return lambda x, t: -float(scaled(1.0)) * x, lambda: setattr(c, "rate", 0.5)


def of_many_closures():
    c = settings()
    function = lambda x: -c.rate * x  # noqa: E731
    for _ in range(400):
        function = functools.partial(lambda inner, x: inner(x), function)
    return lambda x, t: function(x), lambda: setattr(c, "rate", 0.5)


FURTHER = {
    **{name.removeprefix("of_").replace("_", "-"): make for name, make in list(globals().items()) if name in {
        "of_a_named_attribute", "of_vars", "of_all_attributes", "of_dict_of_attributes", "of_names_in_a_tuple",
        "of_a_method_that_takes_names", "of_globals", "of_eval", "of_code", "of_its_own_code", "of_defaults",
        "of_keyword_defaults", "of_an_attribute_of_a_function", "of_deque", "of_set", "of_array_array", "of_bytearray",
        "of_memoryview", "of_ctypes", "of_context", "of_thread", "of_environment", "of_an_import_inside",
        "of_a_module_imported_inside", "of_a_subclass_of_arrays", "of_weakref", "of_a_property_of_a_metaclass",
        "of_singledispatch", "of_dataclass", "of_a_read_only_array", "of_more_than_is_walked",
        "of_what_is_made_when_it_is_asked_for", "of_a_default_that_is_set", "of_a_cached_property",
        "of_a_module_named_as_one_of_pythons", "of_vectorize", "of_frompyfunc", "of_many_closures",
        "of_a_name_in_a_closure", "of_a_name_as_default", "of_objects_that_are_replaced",
    }},
    "subclass-of-list": lambda: of_a_subclass(list, [1.0]),
    "subclass-of-dict": lambda: of_a_subclass(dict),
    "subclass-of-set": lambda: of_a_subclass(set),
}  # fmt: skip
OF_PACKAGES = {
    "torch-float32": ("torch", of_torch("float32")),
    "torch-bfloat16": ("torch", of_torch("bfloat16")),
    "torch-float16": ("torch", of_torch("float16")),
    "torch-strided": ("torch", of_torch_strided),
    "pandas-mixed": ("pandas", of_pandas_mixed),
    "pandas-index": ("pandas", of_pandas_index),
    "numba-py_func": ("numba", of_numba),
}
