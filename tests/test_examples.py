"""Every example runs without a warning, and what it asserts about its own answer holds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))
NEEDS = {"plot_digits": "sklearn"}
SLOW = {"plot_digits"}
RUNS = [pytest.param(path, id=path.stem, marks=[pytest.mark.slow] * (path.stem in SLOW)) for path in EXAMPLES]
HEADINGS = """
    generation_as_sampling trajectories_and_flows blow_up linear_ode eulers_error flow_model brownian_motion sde
    state_dependent_diffusion ornstein_uhlenbeck diffusion_model conditional_generation digits option_price
"""


def test_every_heading_of_the_lecture_has_an_example():
    assert {path.stem for path in EXAMPLES} == {f"plot_{name}" for name in HEADINGS.split()}


@pytest.mark.parametrize("example", RUNS)
def test_it_runs_and_finds_its_own_answer_right(example, tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip(NEEDS.get(example.stem, "numpy"))
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "error::RuntimeWarning"}
    done = subprocess.run([sys.executable, example], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert not list(tmp_path.iterdir()), "it writes files"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_it_has_a_title_checks_an_answer_and_shows_a_picture(example):
    text = example.read_text()
    title = text.split("\n")[1:3]
    assert title[1] == "=" * len(title[0])
    assert "\nassert " in text or "\n    assert " in text
    assert text.endswith("plt.show()\n")
