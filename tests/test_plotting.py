"""The pictures: what is drawn, where, and what is refused."""

import numpy as np
import pytest

import maruyama as mr
from maruyama import plotting

Figure = pytest.importorskip("matplotlib.figure").Figure

RUN = mr.brownian(200, steps=10, dim=2, t=(0.0, 2.0), seed=7)
FINAL = mr.brownian(200, steps=10, dim=2, seed=7, save="final")


@pytest.fixture
def axes():
    return Figure().subplots()


def test_every_picture_gives_its_axes_back(axes):
    x = RUN.final
    pictures = [
        plotting.plot_paths(axes, RUN),
        plotting.plot_fan(axes, RUN),
        plotting.plot_marginals(axes, RUN),
        plotting.plot_samples(axes, x),
        plotting.plot_vector_field(axes, lambda x, t: -x, 0.0),
        plotting.plot_images(axes, np.ones((3, 6)), (2, 3)),
    ]
    assert all(picture is axes for picture in pictures)


def test_no_picture_touches_matplotlibs_global_state(axes):
    import matplotlib.pyplot as plt

    plotting.plot_fan(axes, RUN)
    plotting.plot_samples(axes, RUN.final, RUN.final)
    assert plt.get_fignums() == []


def test_paths_are_lines_over_time(axes):
    plotting.plot_paths(axes, RUN, dimension=1, most=7, color="red")
    assert len(axes.lines) == 7
    for path, line in enumerate(axes.lines):
        np.testing.assert_array_equal(line.get_xdata(), RUN.t)
        np.testing.assert_array_equal(line.get_ydata(), RUN.x[:, path, 1])
        assert line.get_color() == "red"
    assert axes.get_xlim() == (0.0, 2.0)


def test_paths_backwards_in_time_are_drawn_from_left_to_right(axes):
    plotting.plot_paths(axes, mr.euler(lambda x, t: -x, [[1.0]], t=(1.0, 0.0), steps=4, save="all"))
    assert axes.get_xlim() == (0.0, 1.0)


def test_a_fan_has_the_quantiles_of_the_paths(axes):
    plotting.plot_fan(axes, RUN, levels=(0.5, 0.9))
    assert len(axes.collections) == 2
    vertices = axes.collections[0].get_paths()[0].vertices  # the widest band is drawn first
    low, high = np.quantile(RUN.x[-1, :, 0], [0.05, 0.95])
    at_end = vertices[vertices[:, 0] == 2.0, 1]
    assert at_end.min() == pytest.approx(low)
    assert at_end.max() == pytest.approx(high)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), np.median(RUN.x[:, :, 0], axis=1))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "90% of the paths",
        "50% of the paths",
        "median",
    ]


def test_marginals_are_ridges_at_the_nearest_saved_times(axes):
    plotting.plot_marginals(axes, RUN, times=[0.39, 2.0], bins=20)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["t = 0.4", "t = 2"]
    ridges = [patch for patch in axes.patches if patch.get_fill()]
    assert len(ridges) == 2
    later, earlier = (patch.get_data() for patch in ridges)
    counts, _ = np.histogram(RUN.x[2, :, 0], bins=earlier.edges, density=True)
    np.testing.assert_allclose((earlier.values - earlier.baseline) / counts.max(), 1.6 * counts / counts.max() ** 2)
    assert (later.baseline, earlier.baseline) == (1, 0)


def test_marginals_take_up_to_eight_times(axes):
    plotting.plot_marginals(axes, RUN)
    assert len(axes.get_yticks()) == 8
    assert len(plotting.plot_marginals(Figure().subplots(), FINAL).get_yticks()) == 1


def test_samples_lie_over_their_target(axes):
    plotting.plot_samples(axes, RUN.final, RUN.x[5], most=50)
    target, samples = (collection.get_offsets() for collection in axes.collections)
    np.testing.assert_array_equal(samples, RUN.final[:50])
    np.testing.assert_array_equal(target, RUN.x[5][:50])
    assert axes.get_aspect() == 1.0
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["target", "samples"]


@pytest.mark.parametrize("compiled", [False, True])
def test_a_vector_field_is_that_of_its_time_with_trajectories_over_it(axes, compiled):
    field = lambda x, t: np.stack([x[:, 1], t - x[:, 0]], axis=1)  # noqa: E731
    limits = ((-1.0, 1.0), (0.0, 2.0))
    plotting.plot_vector_field(axes, mr.compile(field) if compiled else field, 0.5, limits, 5, paths=RUN, most=4)
    arrows = axes.collections[0]
    np.testing.assert_allclose(np.stack([arrows.U, arrows.V], axis=1), field(np.asarray(arrows.XY), 0.5))
    assert len(arrows.U) == 25
    assert len(axes.lines) == 4
    np.testing.assert_array_equal(axes.lines[2].get_xydata(), RUN.x[:, 2])
    assert (axes.get_xlim(), axes.get_ylim()) == limits


def test_images_stand_in_rows_with_a_frame_between(axes):
    images = np.arange(5 * 6.0).reshape(5, 6)
    plotting.plot_images(axes, images, (2, 3), columns=3)
    canvas = np.asarray(axes.images[0].get_array().filled(np.nan))
    assert canvas.shape == (2 * 3, 3 * 4)
    np.testing.assert_array_equal(canvas[:2, :3], images[0].reshape(2, 3))
    np.testing.assert_array_equal(canvas[3:5, 4:7], images[4].reshape(2, 3))
    assert np.isnan(canvas[:, 3]).all()
    assert np.isnan(canvas[3:, 8:]).all()
    assert axes.images[0].get_clim() == (0.0, 29.0)


@pytest.mark.parametrize("velocity", [1.0, [1.0, 2.0], lambda x, t: 1.0, lambda x, t: x[:, :1]])
def test_a_vector_field_may_be_what_euler_takes(axes, velocity):
    plotting.plot_vector_field(axes, velocity, 0.0, count=3)
    (arrows,) = axes.collections
    wanted = np.broadcast_to(velocity(arrows.XY, 0.0) if callable(velocity) else velocity, (9, 2))
    np.testing.assert_array_equal(np.stack([arrows.U, arrows.V], axis=1), wanted)


@pytest.mark.parametrize("paths", [1, 2])
def test_marginals_of_few_paths_and_of_one_value_are_drawn(axes, paths):
    plotting.plot_marginals(axes, mr.brownian(paths, steps=10, seed=7, save="all"))
    plotting.plot_marginals(axes, mr.brownian(paths, steps=10, seed=7, save="all"), times=[0.0])
    ridges = [np.asarray(patch.get_data().values) - patch.get_data().baseline for patch in axes.patches]
    assert all(np.isfinite(ridge).all() and ridge.max() > 0 for ridge in ridges)


NOBODY = mr.brownian(0, steps=3, dim=1, seed=7, save="all")
BROKEN = mr.euler(lambda x, t: np.full_like(x, np.inf), [[1.0]], steps=3, save="all", nonfinite="propagate")
SPACE, LINE = np.ones((4, 3)), mr.brownian(3, steps=2)
REFUSED = {
    "one saved state of paths": (lambda a: plotting.plot_paths(a, FINAL), "1 saved states, expected 2 or more"),
    "one saved state of a fan": (lambda a: plotting.plot_fan(a, FINAL), "1 saved states, expected 2 or more"),
    "no such dimension": (lambda a: plotting.plot_paths(a, RUN, 2), "dimension=2, but the states have dimensions 0 to"),
    "a level beyond 1": (lambda a: plotting.plot_fan(a, RUN, levels=[50]), "levels must lie between 0 and 1"),
    "points of space": (lambda a: plotting.plot_samples(a, SPACE), r"x has shape \(4, 3\), expected \(n, 2\)"),
    "a field of a line": (lambda a: plotting.plot_vector_field(a, lambda x, t: x[:, 0], 0), "velocity gave shape"),
    "paths of a line": (
        lambda a: plotting.plot_vector_field(a, lambda x, t: x, 0, paths=LINE),
        "paths has 1 dimensions",
    ),
    "images of another shape": (lambda a: plotting.plot_images(a, np.ones((2, 5)), (2, 3)), r"expected \(n, 6\)"),
    "a fan of nobody": (lambda a: plotting.plot_fan(a, NOBODY), "there are no states to draw"),
    "marginals of nobody": (lambda a: plotting.plot_marginals(a, NOBODY), "there are no states to draw"),
    "marginals of no time": (lambda a: plotting.plot_marginals(a, RUN, times=[]), "there are no states to draw"),
    "a fan of what is not finite": (lambda a: plotting.plot_fan(a, BROKEN), "1 of 1 paths are not finite"),
    "marginals of what is not finite": (lambda a: plotting.plot_marginals(a, BROKEN), "1 of 1 paths are not finite"),
    "no bins": (lambda a: plotting.plot_marginals(a, RUN, bins=0), "bins must be at least 1"),
    "no images": (lambda a: plotting.plot_images(a, np.ones((0, 6)), (2, 3)), "n > 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_is(name, axes):
    draw, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        draw(axes)
