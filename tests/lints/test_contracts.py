"""The import contracts catch every arrow that the house forbids: tried on a package of empty rooms."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACTS = Path(__file__).parents[2] / ".importlinter"
ROOMS = [
    "cli",
    "web",
    "worker",
    "features",
    "insight",
    "records",
    "access",
    "store",
    "objects",
    "fields",
    "catalogue",
    "kernel",
]
SIDE_BY_SIDE = ("web", "worker")


def judge(folder: Path, room: str, line: str) -> subprocess.CompletedProcess[str]:
    for name in ROOMS:
        (folder / "visavis" / name).mkdir(parents=True)
        (folder / "visavis" / name / "__init__.py").write_text(line if name == room else "")
    (folder / "visavis" / "__init__.py").write_text("")
    shutil.copy(CONTRACTS, folder)
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("place", range(1, len(ROOMS)))
def test_a_room_may_not_import_the_room_above(tmp_path: Path, place: int) -> None:
    above = ROOMS[place - 1]
    answer = judge(tmp_path, ROOMS[place], f"import visavis.{above}\n")
    assert answer.returncode == 1
    assert f"visavis.{ROOMS[place]} is not allowed to import visavis.{above}" in answer.stdout


def test_web_and_worker_stand_side_by_side(tmp_path: Path) -> None:
    one, other = SIDE_BY_SIDE
    assert judge(tmp_path / "a", one, f"import visavis.{other}\n").returncode == 1
    assert judge(tmp_path / "b", other, f"import visavis.{one}\n").returncode == 1


@pytest.mark.parametrize("place", range(1, len(ROOMS)))
def test_a_room_may_import_the_lowest_room(tmp_path: Path, place: int) -> None:
    line = "import visavis.kernel\n" if ROOMS[place] != "kernel" else ""
    assert judge(tmp_path, ROOMS[place], line).returncode == 0


@pytest.mark.parametrize(
    ("library", "home"),
    [("asyncpg", "store"), ("adbc_driver_postgresql.dbapi", "store"), ("starlette.routing", "web"), ("uvicorn", "web"),
     ("duckdb", "insight"), ("sqlframe.duckdb", "insight"), ("pyspark.sql", "insight"), ("typer", "cli"),
     ("rich", "cli")],
)  # fmt: skip
def test_a_library_stays_in_its_room(tmp_path: Path, library: str, home: str) -> None:
    stranger = "records"
    assert judge(tmp_path / "a", home, f"import {library}\n").returncode == 0
    answer = judge(tmp_path / "b", stranger, f"import {library}\n")
    assert answer.returncode == 1
    assert f"visavis.{stranger} is not allowed to import {library.split('.', maxsplit=1)[0]}" in answer.stdout
