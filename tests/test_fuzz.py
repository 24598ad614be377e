"""A part of what ``scripts/fuzz_programs.py`` gives the core: wrong programs and arguments are refused, or run."""

import re
import subprocess
import sys
from pathlib import Path

FUZZ = Path(__file__).parent.parent / "scripts" / "fuzz_programs.py"


def fuzzed(*options):
    return subprocess.run([sys.executable, str(FUZZ), *options], capture_output=True, text=True)


def test_the_core_refuses_or_runs_every_wrong_program():
    ended = fuzzed("--count", "4000", "--seed", "3")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    refused, ran, crashed = map(int, re.findall(r"(\d+) (?:refused|ran|crashed)", ended.stdout.replace(",", "")))
    assert crashed == 0
    assert refused + ran == 4000
    assert min(refused, ran) > 400


def test_one_case_can_be_run_again():
    ended = fuzzed("--seed", "3", "--case", "7")
    assert ended.returncode == 0
    assert re.search("^(1 refused, 0|0 refused, 1) ran, 0 crashed", ended.stdout, re.MULTILINE)
