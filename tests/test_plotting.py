"""The pictures: what is drawn, where, and what is refused."""

import dataclasses

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


def test_a_band_of_a_fan_looks_in_the_legend_as_in_the_picture(axes):
    plotting.plot_fan(axes, RUN, color="#d55e00")
    handles = axes.get_legend().legend_handles
    drawn = [tuple(band.get_facecolor()[0]) for band in axes.collections]
    assert [tuple(handle.get_facecolor()) for handle in handles[:3]] == drawn
    assert len(set(drawn)) == 3
    assert all(color[3] == 1 for color in drawn)
    assert axes.lines[0].get_color() == "#d55e00"


def test_abbreviations_of_matplotlib_are_understood(axes):
    assert plotting.plot_paths(axes, RUN, lw=3.0).lines[0].get_linewidth() == 3
    fan = plotting.plot_fan(Figure().subplots(), RUN, lw=2.0)
    assert fan.collections[0].get_linewidth() == [2.0]
    samples = plotting.plot_samples(Figure().subplots(), RUN.final, c=RUN.final[:, 0])
    np.testing.assert_array_equal(samples.collections[0].get_array(), RUN.final[:, 0])


def test_lists_are_drawn_as_arrays(axes):
    plotting.plot_band(axes, [0.0, 1.0], [[0.0, 0.0], [1.0, 2.0]], [0.0, 1.0], [0.0, 1.0])
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), [0.0, 2.0])
    heights, _, _ = plotting.plot_histogram(Figure().subplots(), [0.5, 0.5], 0.0, 1.0).patches[0].get_data()
    assert np.count_nonzero(heights) == 1


def test_a_band_and_a_histogram_are_the_exact_law_over_the_samples(axes):
    mean, deviation = 0.0 * RUN.t, np.sqrt(RUN.t)
    plotting.plot_band(axes, RUN.t, RUN.x[:, :30, 0], mean, deviation)
    assert len(axes.lines) == 30 + 1
    edge = axes.collections[0].get_paths()[0].vertices
    assert edge[:, 1].max() == pytest.approx(2 * np.sqrt(2))
    axes = plotting.plot_histogram(Figure().subplots(), RUN.final[:, 0], 0.0, np.sqrt(2))
    heights, edges, _ = axes.patches[0].get_data()
    assert np.sum(heights * np.diff(edges)) == pytest.approx(1)
    assert axes.lines[0].get_ydata().max() == pytest.approx(1 / np.sqrt(4 * np.pi))


def test_marginals_are_ridges_at_the_nearest_saved_times(axes):
    plotting.plot_marginals(axes, RUN, times=[0.39, 2.0], bins=20)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["t = 0.4", "t = 2"]
    ridges = [patch for patch in axes.patches if patch.get_fill()]
    assert len(ridges) == 2
    later, earlier = (patch.get_data() for patch in ridges)
    for ridge, row in ((earlier, 2), (later, 10)):
        counts, _ = np.histogram(RUN.x[row, :, 0], bins=ridge.edges)
        np.testing.assert_allclose(ridge.values - ridge.baseline, 1.3 * counts / counts.max())
    assert (later.baseline, earlier.baseline) == (1, 0)


def test_marginals_take_up_to_eight_times(axes):
    plotting.plot_marginals(axes, RUN)
    assert len(axes.get_yticks()) == 8
    assert len(plotting.plot_marginals(Figure().subplots(), FINAL).get_yticks()) == 1


@pytest.mark.parametrize("paths", [1, 200])
def test_a_law_that_starts_as_a_point_does_not_flatten_the_ridges_that_follow(axes, paths):
    plotting.plot_marginals(axes, mr.brownian(paths, steps=10, seed=7))
    ridges = [patch.get_data() for patch in axes.patches if patch.get_fill()]
    heights = [(ridge.values - ridge.baseline).max() for ridge in ridges]
    assert heights.count(pytest.approx(1.3)) >= len(ridges) - 2 * (paths == 1)  # its extremes are cut off as tails


def test_a_law_that_stays_a_point_is_drawn(axes):
    plotting.plot_marginals(axes, mr.euler(0.0, [[3.0]], steps=4, save="all"))
    assert axes.get_xlim() == (2.5, 3.5)


def test_a_density_is_drawn_as_level_lines(axes):
    plotting.plot_samples(axes, RUN.final, lambda x: np.exp(-(x**2).sum(axis=1) / 2))
    lines = next(each for each in axes.collections if hasattr(each, "levels"))
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        if len(path.vertices) and 0.1 < level < 0.9:
            radii = np.hypot(*path.vertices[path.codes == path.LINETO].T)
            np.testing.assert_allclose(radii, np.sqrt(-2 * np.log(level)), atol=0.02)  # cells are 0.06 wide


def test_a_field_without_motion_is_drawn(axes):
    plotting.plot_vector_field(axes, lambda x, t: 0 * x, 0.0, count=3)
    axes.figure.draw_without_rendering()
    assert not axes.collections[0].U.any()


def test_samples_lie_over_their_target(axes):
    plotting.plot_samples(axes, RUN.final, RUN.x[5], most=50)
    target, samples = (collection.get_offsets() for collection in axes.collections)
    np.testing.assert_array_equal(samples, RUN.final[:50])
    np.testing.assert_array_equal(target, RUN.x[5][:50])
    assert axes.get_aspect() == 1.0
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["target", "samples"]


def test_a_legend_of_samples_leaves_other_entries_alone(axes):
    axes.plot([0, 1], [0, 1], label="mine", alpha=0.5)
    plotting.plot_samples(axes, RUN.final, RUN.final, color="red")
    mine, target, samples = axes.get_legend().legend_handles
    assert mine.get_alpha() == 0.5
    assert target.get_alpha() == samples.get_alpha() == 1
    assert tuple(samples.get_facecolor()[0]) == (1, 0, 0, 1)


def test_the_longest_arrow_is_as_long_as_arrows_are_apart(axes):
    plotting.plot_vector_field(axes, lambda x, t: 7.0 * x, 0.0, ((-2, 2), (-2, 2)), count=8)
    arrows = axes.collections[0]
    assert np.hypot(arrows.U, arrows.V).max() == pytest.approx(4 / 8)


def test_a_constant_field_is_drawn_everywhere(axes):
    plotting.plot_vector_field(axes, lambda x, t: np.array([1.0, 0.0]), 0.0, count=4, dt=0.5)
    np.testing.assert_array_equal(axes.collections[0].U, np.full(16, 0.5))
    assert np.isfinite(plotting.plot_vector_field(axes, lambda x, t: 0 * x, 0.0).collections[1].U).all()


def test_a_singular_point_leaves_the_other_arrows_as_long_as_they_are(axes):
    with np.errstate(all="ignore"):
        plotting.plot_vector_field(axes, lambda x, t: x / (x**2).sum(axis=1, keepdims=True), 0.0, ((-2, 2), (-2, 2)), 5)
    arrows = axes.collections[0]
    origin = 5 * 5 // 2
    np.testing.assert_array_equal(arrows.XY[origin], [0.0, 0.0])
    assert np.delete(np.hypot(arrows.U, arrows.V), origin).max() == pytest.approx(4 / 5)


def test_arrows_keep_their_direction_on_axes_that_run_backwards(axes):
    plotting.plot_vector_field(axes, lambda x, t: np.array([1.0, 2.0]), 0.0, ((1, -1), (1, -1)), count=2)
    arrows = axes.collections[0]
    np.testing.assert_allclose(arrows.V, 2 * arrows.U)
    assert (arrows.U > 0).all()


def test_a_velocity_that_is_no_function_is_refused(axes):
    with pytest.raises(TypeError, match=r"velocity must be a function of \(x, t\), got float"):
        plotting.plot_vector_field(axes, 3.0, 0.0)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_vector_field_is_that_of_its_time_with_trajectories_over_it(axes, compiled):
    field = lambda x, t: np.stack([x[:, 1], t - x[:, 0]], axis=1)  # noqa: E731
    limits = ((-1.0, 1.0), (0.0, 2.0))
    plotting.plot_vector_field(axes, mr.compile(field) if compiled else field, 0.5, limits, 5, RUN, 4, dt=0.1)
    arrows = axes.collections[0]
    exact = 0.1 * field(np.asarray(arrows.XY), 0.5)
    np.testing.assert_allclose(np.stack([arrows.U, arrows.V], axis=1), exact)
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


def test_a_lost_image_leaves_the_others_their_greys(axes):
    plotting.plot_images(axes, [[np.nan] * 6, [np.inf] * 6, range(6)], (2, 3))
    assert axes.images[0].get_clim() == (0.0, 5.0)


def test_few_images_fill_the_axes(axes):
    plotting.plot_images(axes, np.ones((2, 6)), (2, 3), columns=10)
    assert axes.images[0].get_array().shape == (3, 2 * 4)


SPACE, LINE, NONE = np.ones((4, 3)), mr.brownian(3, steps=2), mr.brownian(0, steps=2)
LOST = mr.euler(lambda x, t: np.where(x > 0.5, x, np.inf), [[1.0], [0.0]], steps=2, save="all", nonfinite="propagate")
REFUSED = {
    "one saved state of paths": (lambda a: plotting.plot_paths(a, FINAL), "1 saved states, expected 2 or more"),
    "one saved state of a fan": (lambda a: plotting.plot_fan(a, FINAL), "1 saved states, expected 2 or more"),
    "no such dimension": (lambda a: plotting.plot_paths(a, RUN, 2), "dimension=2, but the states have dimensions 0 to"),
    "a level beyond 1": (lambda a: plotting.plot_fan(a, RUN, levels=[50]), "levels must lie between 0 and 1"),
    "fewer than no paths": (lambda a: plotting.plot_paths(a, RUN, most=-1), "most must be at least 0"),
    "a band of one path": (lambda a: plotting.plot_band(a, RUN.t, RUN.t, RUN.t, RUN.t), r"x \(11,\), mean \(11,\)"),
    "a histogram of a plane": (lambda a: plotting.plot_histogram(a, RUN.final, 0, 1), r"x has shape \(200, 2\)"),
    "a law of one point": (lambda a: plotting.plot_histogram(a, RUN.final[:, 0], 0, 0), "deviation must be positive"),
    "points of space": (lambda a: plotting.plot_samples(a, SPACE), r"x has shape \(4, 3\), expected \(n, 2\)"),
    "a field of a line": (lambda a: plotting.plot_vector_field(a, lambda x, t: x[:, 0], 0), "velocity gave shape"),
    "paths of a line": (
        lambda a: plotting.plot_vector_field(a, lambda x, t: x, 0, paths=LINE),
        "paths has 1 dimensions",
    ),
    "images of another shape": (lambda a: plotting.plot_images(a, np.ones((2, 5)), (2, 3)), r"expected \(n, 6\)"),
    "no path in a fan": (lambda a: plotting.plot_fan(a, NONE), "paths holds no path"),
    "no path in marginals": (lambda a: plotting.plot_marginals(a, NONE), "paths holds no path"),
    "a fan of what is not finite": (lambda a: plotting.plot_fan(a, LOST), "1 of 2 paths are not finite"),
    "marginals of what is not finite": (lambda a: plotting.plot_marginals(a, LOST), "1 of 2 paths are not finite"),
    "a density of the wrong shape": (lambda a: plotting.plot_samples(a, RUN.final, lambda x: x), "target gave shape"),
    "no images": (lambda a: plotting.plot_images(a, np.ones((0, 6)), (2, 3)), "n > 0"),
    "a side instead of a shape": (lambda a: plotting.plot_images(a, np.ones((2, 4)), 2), r"expected \(height, width\)"),
    "no times": (lambda a: plotting.plot_marginals(a, RUN, times=[]), "expected one or more finite times"),
    "one interval": (lambda a: plotting.plot_vector_field(a, lambda x, t: x, 0, (-3, 3)), "expected two intervals"),
    "an empty interval": (
        lambda a: plotting.plot_vector_field(a, lambda x, t: x, 0, ((1, 1), (0, 1))),
        "expected two intervals",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_is(name, axes):
    draw, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        draw(axes)


@pytest.mark.parametrize("draw", [plotting.plot_paths, plotting.plot_fan, plotting.plot_marginals])
def test_an_array_is_not_paths(axes, draw):
    with pytest.raises(TypeError, match="paths must be what a run returns"):
        draw(axes, RUN.x)


def test_the_remedy_for_paths_that_are_not_finite_works(axes):
    plotting.plot_fan(axes, dataclasses.replace(LOST, x=LOST.x[:, np.isfinite(LOST.x).all(axis=(0, 2))]))
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), LOST.x[:, 0, 0])
