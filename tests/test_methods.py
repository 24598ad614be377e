"""Compiled functions in classes: methods are bound to their objects, and see what these hold."""

import copy
import gc
import weakref
from dataclasses import dataclass

import numpy as np
import pytest

import maruyama as mr

X = np.random.default_rng(3).normal(size=(5, 2))


class Model:
    shared = mr.compile(lambda x, t: 3.0 * x)

    def __init__(self, k):
        self.k, self.w = k, np.ones(2)

    @mr.compile
    def drift(self, x, t):
        return -self.k * self.w * x

    @mr.compile
    def diffusion(self, x, t, scale=1.0):
        return scale * self.k + 0 * x

    @staticmethod
    @mr.compile
    def free(x, t):
        return 2.0 * x


@dataclass
class Parameters:
    k: float  # compares by value, and so has no hash

    @mr.compile
    def drift(self, x, t):
        return -self.k * x


class Slots:
    __slots__ = ("k",)

    @mr.compile
    def drift(self, x, t):
        return -self.k * x


def slots(k):
    made = Slots()
    made.k = k
    return made


@pytest.mark.parametrize("make", [Model, Parameters, slots])
def test_a_method_is_the_field_of_its_object(make):
    one, other = make(2.0), make(3.0)
    for model, k in ((one, 2.0), (other, 3.0), (one, 2.0)):
        assert mr.euler(model.drift, X, steps=1).route == "compiled"
        np.testing.assert_array_equal(model.drift(X, 0.0), -k * X)
    one.k = 5.0
    np.testing.assert_array_equal(one.drift(X, 0.0), -5.0 * X)
    twin = copy.copy(one)
    twin.k = 7.0
    np.testing.assert_array_equal(twin.drift(X, 0.0), -7.0 * X)
    np.testing.assert_array_equal(one.drift(X, 0.0), -5.0 * X)


def test_weights_of_its_object_that_change_in_place_are_seen():
    model = Model(1.0)
    np.testing.assert_array_equal(model.drift(X, 0.0), -X)
    model.w *= 4.0
    np.testing.assert_array_equal(model.drift(X, 0.0), -4.0 * X)


def test_two_methods_are_one_program_and_take_arguments():
    model = Model(0.5)
    runs = [
        mr.euler_maruyama(*pair, X, steps=3, seed=7)
        for pair in ((model.drift, model.diffusion), (lambda x, t: -0.5 * x, lambda x, t: 0.5 + 0 * x))
    ]
    assert runs[0].route == "compiled"
    np.testing.assert_array_equal(runs[0].final, runs[1].final)
    np.testing.assert_array_equal(model.diffusion(X, 0.0, 3.0), 0 * X + 1.5)


def test_the_programs_of_an_object_are_kept_as_long_as_it_lives():
    calls = []

    class Counted:
        @mr.compile
        def drift(self, x, t):
            calls.append(1)
            return -x

        diffusion = drift

    model = Counted()
    for _ in range(3):
        mr.euler(model.drift, X, steps=1)
        mr.euler_maruyama(model.drift, model.diffusion, X, steps=1)
    assert len(calls) == 2 + 4
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert Counted.drift._of_instances == {}


def test_a_compiled_function_without_self_is_no_method():
    model = Model(1.0)
    np.testing.assert_array_equal(model.shared(X, 0.0), 3.0 * X)
    np.testing.assert_array_equal(model.free(X, 0.0), 2.0 * X)
    assert model.shared is Model.shared


def test_of_the_class_a_method_is_the_function_itself():
    assert Model.drift is vars(Model)["drift"]
    assert repr(Model(1.0).drift) == "<compiled drift, not traced yet>"
