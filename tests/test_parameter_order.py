"""A field has the state first and the time second; one written (t, y) is refused on every route, by its names."""

import functools

import numpy as np
import pytest

import maruyama as mr
from maruyama.parameter_order import require_state_first
from maruyama.plotting.vector_field import plot_vector_field

SAID = r"state first and the time\s+second.*write lambda x, t: f\(t, x\)"


def of_scipy(t, y):
    return -y


class Takes:
    def __call__(self, t, y):
        return -y

    def method(self, t, y):
        return -y

    def rest(self, t, *rest):
        return -rest[0]


ROUTES = {
    "euler": lambda f: mr.euler(f, [1.0, 2.0], paths=1, steps=2),
    "a drift": lambda f: mr.euler_maruyama(f, 0.0, [1.0, 2.0], paths=3, steps=2, seed=1),
    "a diffusion": lambda f: mr.euler_maruyama(0.0, f, [1.0, 2.0], paths=3, steps=2, seed=1),
    "general noise": lambda f: mr.euler_maruyama(0.0, f, [1.0], paths=3, steps=2, seed=1, noise="general"),
    "compile": mr.compile,
    "pointwise": mr.pointwise,
    "a flow": lambda f: mr.FlowModel(f, init=2),
    "a diffusion model's drift": lambda f: mr.DiffusionModel(f, 1.0, init=2),
    "a diffusion model's sigma": lambda f: mr.DiffusionModel(0.0, f, init=2),
    "guidance": lambda f: mr.guided(f, 2.0, null=0),
    "added noise": lambda f: mr.with_noise(f, lambda x, t: -x, 1.0, init=2),
    "the score of added noise": lambda f: mr.with_noise(lambda x, t: -x, f, 1.0, init=2),
    "a picture": lambda f: plot_vector_field(None, f, 0.0),
}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_refuses_time_first(route):
    with pytest.raises(TypeError, match=SAID):
        ROUTES[route](of_scipy)


def test_a_method_of_a_process_of_ones_own_is_refused():
    from maruyama.processes.process import coefficient

    with pytest.raises(TypeError, match=SAID):

        @coefficient
        def drift(self, t, x):
            return -x


FORMS = {
    "a function": of_scipy,
    "a lambda that leaves t out": lambda _, y: -y,
    "time and another name": lambda time, u: -u,
    "underscores": lambda _t, z: -z,
    "the rest": lambda t, *rest: -rest[0],
    "the rest of a method": Takes().rest,
    "a Greek time": lambda tau, u: -u,
    "the time of a stochastic integral": lambda s, x: -x,
    "with arguments": lambda t, y, args: -y,
    "a partial": functools.partial(lambda a, t, y: -a * y, 1.0),
    "a partial of keywords": functools.partial(lambda t, y, a: -a * y, a=1.0),
    "an object": Takes(),
    "a bound method": Takes().method,
    "a cached function": functools.lru_cache(of_scipy),
    "a vectorised function": np.vectorize(of_scipy),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_function_is_seen_through(form):
    with pytest.raises(TypeError, match="the state first and the time second"):
        require_state_first(FORMS[form], "velocity")


def test_a_numba_function_is_seen_through():
    numba = pytest.importorskip("numba")
    for made in (numba.njit(of_scipy), numba.vectorize(["float64(float64, float64)"])(of_scipy)):
        with pytest.raises(TypeError, match=SAID):
            mr.euler(made, [[1.0]], steps=1)


def test_the_functions_of_jax_are_seen_through():
    jax = pytest.importorskip("jax")
    for made in (of_scipy, jax.jit(of_scipy), jax.vmap(of_scipy)):
        with pytest.raises(TypeError, match=SAID):
            mr.from_jax(made)


def test_the_modules_of_torch_are_seen_through():
    torch = pytest.importorskip("torch")

    class TimeFirst(torch.nn.Module):
        def forward(self, t, x):
            return -x

    for made in (of_scipy, TimeFirst(), TimeFirst().forward):
        with pytest.raises(TypeError, match=SAID):
            mr.from_torch(made)


def test_a_method_whose_object_has_another_name_is_told_of_self():
    with pytest.raises(TypeError, match=r"\(s, x, t\).*the first parameter of a method must be named self"):

        class Model:
            @mr.compile
            def drift(s, x, t):  # noqa: N805
                return -x


def test_a_time_behind_the_label_is_refused():
    with pytest.raises(TypeError, match=r"the second one is the time.*write lambda x, t, y: f\(x, y, t\)"):
        mr.FlowModel(lambda x, y, t: y - x, init=2)


@functools.wraps(of_scipy)
def adapter(x, t):
    return of_scipy(t, x)


@pytest.mark.parametrize(
    "right",
    [
        lambda x, t: -x,
        lambda state, time: -state,
        lambda y, t, *args: -y,
        lambda x, t, y=0.0: -x,
        lambda x, y: -x,
        lambda S, t: -S,  # noqa: N803
        lambda z, _: -z,
        lambda x, s, t=1.0: -x,
        lambda x, time, t=1.0: -x,
        lambda theta, t: -theta,
        lambda s, t: -s,
        lambda x, tau: -x,
        lambda x, y, tau=1.0: -x,
        lambda x, *rest: -x,
        lambda a, b: -a,
        lambda *both: -both[0],
        functools.partial(lambda x, t, a: -a * x, a=1.0),
        functools.partial(lambda a, x, t: -a * x, 1.0),
        adapter,
    ],
)
def test_what_has_the_state_first_or_says_nothing_is_taken(right):
    assert (mr.euler(right, [1.0, 2.0], paths=4, steps=2).final == [0.25, 0.5]).all()


@pytest.mark.parametrize("silent", [np.subtract, max, 1.0, None, lambda t: t, lambda: 0.0])
def test_what_shows_no_two_names_passes(silent):
    require_state_first(silent, "velocity")


def test_the_remedy_is_right():
    run = mr.euler(lambda x, t: of_scipy(t, x), [1.0, 2.0], paths=1, steps=2)
    assert run.final.tolist() == [[0.25, 0.5]]
