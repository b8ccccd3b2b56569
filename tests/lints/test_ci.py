"""bin/ci stops at the first failure and says where; tried with stand-ins for the tools."""

import shutil
import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / "bin" / "ci"
TOOLS = ("ruff", "mypy", "lint-imports", "python", "pytest")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(CI, tmp_path / "bin" / "ci")
    for tool in TOOLS:
        stand_in(tmp_path, tool, 0)
    return tmp_path


def stand_in(checkout: Path, tool: str, status: int) -> None:
    program = checkout / ".venv" / "bin" / tool
    program.write_text(f'#!/bin/sh\necho "called {tool} $*"\nexit {status}\n')
    program.chmod(0o755)


def run(checkout: Path, *steps: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checkout / "bin" / "ci", *steps], capture_output=True, text=True, check=False)


def test_every_step_runs_and_is_timed(checkout: Path) -> None:
    answer = run(checkout)
    assert answer.returncode == 0
    assert "All gates passed." in answer.stdout
    for line in ("called ruff check .", "called mypy", "called pytest tests/acceptance", "0s  browser"):
        assert line in answer.stdout


@pytest.mark.parametrize(("tool", "step"), [("ruff", "format"), ("mypy", "types"), ("pytest", "tests")])
def test_a_failure_stops_the_run_and_names_the_step(checkout: Path, tool: str, step: str) -> None:
    stand_in(checkout, tool, 3)
    answer = run(checkout)
    assert answer.returncode == 1
    assert f"FAILED at {step} " in answer.stdout
    assert "called pytest tests/acceptance" not in answer.stdout
    assert "All gates passed." not in answer.stdout


def test_steps_can_be_named(checkout: Path) -> None:
    answer = run(checkout, "types", "contracts")
    assert answer.stdout.count("called") == 2


def test_a_step_that_does_not_exist_is_refused(checkout: Path) -> None:
    answer = run(checkout, "typos")
    assert answer.returncode == 2
    assert "no step typos" in answer.stdout
