"""The command line: the main job from end to end, on a small ensemble."""

import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import maruyama as mr
from maruyama import cli, demo

SMALL = ["demo", "--paths", "2000", "--steps", "20", "--seed", "3"]


@pytest.fixture
def run_in(tmp_path, monkeypatch):
    """Run the command line in an empty folder; return what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli.app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_law_of_the_scheme_is_its_recursion():
    steps, dt = 50, demo.T1 / 50
    law = demo.scheme_law(steps)
    mean, variance = demo.X0, 0.0
    for _ in range(steps):
        mean, variance = mean * (1 - demo.THETA * dt), variance * (1 - demo.THETA * dt) ** 2 + demo.SIGMA**2 * dt
    np.testing.assert_allclose([law.mean[-1], law.variance[-1]], [mean, variance], rtol=1e-12)


def test_demo_agrees_with_the_exact_law():
    result = demo.run_demo(20_000, 40, seed=1, progress=False)
    assert abs(result.mean_and_z()[1]) < 4
    assert abs(result.variance_and_z()[1]) < 4


def test_z_score_of_the_variance_sees_one_per_cent():
    exact = demo.run_demo(100_000, 2, seed=1, progress=False)
    mean = exact.final.mean()
    off = demo.Demo(**{**vars(exact), "final": mean + (exact.final - mean) * np.sqrt(1.02)})
    assert off.variance_and_z()[1] - exact.variance_and_z()[1] > 4  # 2 % of v is 4.5 of its errors, v*sqrt(2/n)


def test_demo_replays_its_first_paths():
    assert demo.run_demo(500, 10, seed=5, progress=False).replayed


def test_demo_prints_moments_speed_and_the_picture(run_in, tmp_path):
    printed = run_in(*SMALL)
    for words in ("mean", "variance", "z-score", "ns per path-step", "pure NumPy", "ratio", "the same bits"):
        assert words in printed
    assert "Picture: maruyama-demo.png" in printed
    assert (tmp_path / "maruyama-demo.png").read_bytes().startswith(b"\x89PNG")


def test_picture_goes_where_it_is_told(run_in, tmp_path):
    run_in(*SMALL, "--output", "ou.svg", "--threads", "1")
    assert (tmp_path / "ou.svg").exists()


def test_no_plot_draws_nothing(run_in, tmp_path):
    assert "Picture" not in run_in(*SMALL, "--no-plot")
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_rest_works_and_says_how_to_get_it(run_in, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    printed = run_in(*SMALL)
    assert "z-score" in printed
    assert "pip install 'maruyama[plot]'" in printed
    assert list(tmp_path.iterdir()) == []


def test_numpy_gets_fewer_steps_of_a_huge_run(monkeypatch):
    monkeypatch.setattr(demo, "NUMPY_PATH_STEPS", 3000)
    result = demo.run_demo(1000, 20, seed=1, progress=False)
    assert result.numpy_steps == 3
    assert result.final.shape == (1000,)


def test_info_prints_what_runs(run_in):
    printed = run_in("info")
    assert mr.__version__ in printed
    assert mr._core.level() in printed
