"""The command line: the main job from end to end, on a small ensemble."""

import re
import subprocess
import sys
from importlib.metadata import requires

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
    assert "pip install '.[plot]' in the clone (or 'maruyama[plot]')" in printed
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_its_extra_the_command_names_it(missing):
    code = f"import sys; sys.modules[{missing!r}] = None; import maruyama_command; maruyama_command.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    expected = f"the command needs {missing}, which the library does not: pip install '.[cli]' in the clone"
    assert done.stderr.startswith(f"maruyama: {expected}")
    assert done.stderr.count("\n") == 1


def test_the_library_needs_numpy_and_tqdm_alone():
    needed = [each for each in requires("maruyama") if "extra ==" not in each]
    assert {re.split(r"[^\w-]", each)[0] for each in needed} == {"numpy", "tqdm"}


def test_numpy_gets_fewer_steps_of_a_huge_run(monkeypatch):
    monkeypatch.setattr(demo, "NUMPY_PATH_STEPS", 3000)
    result = demo.run_demo(1000, 20, seed=1, progress=False)
    assert result.numpy_steps == 3
    assert result.final.shape == (1000,)


def test_info_prints_what_runs(run_in):
    printed = run_in("info")
    assert mr.__version__ in printed
    assert mr._core.level() in printed


def refused(*arguments):
    """Exit code and text of a command that is to fail."""
    result = CliRunner().invoke(cli.app, arguments)
    return result.exit_code, " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("output", "problem"),
    [("there", "is a folder"), ("ou", "must end in one of"), ("ou.xyz", ".png"), ("no/ou.png", "is no folder")],
)
def test_a_picture_that_cannot_be_written_is_refused_before_the_run(tmp_path, monkeypatch, output, problem):
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli.demo, "run_demo", lambda *_: pytest.fail("it ran"))
    code, printed = refused("demo", "--output", output)
    assert code == 2
    assert problem in printed


@pytest.mark.parametrize("command", ["info", "demo"])
def test_an_environment_that_makes_no_sense_is_a_short_error(monkeypatch, command):
    monkeypatch.setenv("MARUYAMA_NUM_THREADS", "abc")
    code, printed = refused(command)
    assert code == 2
    assert "MARUYAMA_NUM_THREADS must be a whole number" in printed


def test_one_step_is_not_steps_and_the_z_score_is_explained(run_in):
    printed = run_in("demo", "--paths", "200", "--steps", "1", "--no-plot")
    assert "200 paths, 1 step, float64" in printed
    assert "below 2 for 95 of 100 seeds" in printed


@pytest.mark.parametrize(("ratio", "text"), [(12.34, "12.3"), (1.0, "1.0"), (0.0432, "0.043")])
def test_small_ratios_keep_two_digits(ratio, text):
    assert cli.demo.ratio_text(ratio) == text
