"""The commands, as a shell runs them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from visavis.features.exports.api import check_backup
from visavis.kernel.errors import Invalid


class Shell:
    """Runs ``visavis`` with a data folder of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __call__(self, *words: str, code: int = 0, json_out: bool = False) -> str:
        start = [
            sys.executable,
            "-m",
            "visavis.cli",
            *(["--json"] if json_out else []),
            "--data-dir",
            str(self.data_dir),
        ]
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        done = subprocess.run([*start, *words], capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + ("" if json_out else done.stderr)

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, code=code, json_out=True))


@pytest.fixture(scope="module")
def visavis(product_dir: Path) -> Iterator[Shell]:
    shell = Shell(product_dir / "cli")
    yield shell
    shell("stop")


def test_help_names_every_command(visavis: Shell) -> None:
    shown = visavis("--help")
    for name in (
        "demo",
        "serve",
        "worker",
        "stop",
        "status",
        "import",
        "export",
        "backup",
        "restore",
        "insight",
        "schema",
        "doctor",
    ):
        assert f" {name} " in shown


def test_a_plan_of_an_empty_workspace_creates_the_tables(visavis: Shell) -> None:
    plan = visavis.json("schema", "plan")
    assert any(statement.startswith('create table "company"') for statement in plan["apply"])
    assert plan["unexplained"] == []


def test_after_the_first_start_nothing_is_left_to_plan(visavis: Shell) -> None:
    visavis("sign-in-link", "--create")
    assert visavis.json("schema", "plan")["apply"] == []


def test_a_link_for_nobody_says_what_to_do(visavis: Shell) -> None:
    assert "--create" in visavis("sign-in-link", "nobody@example.com", code=1)


def test_an_import_counts_every_row_and_changes_nothing_the_second_time(visavis: Shell, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text("id,name,email\n1,Acme,info@acme.example\n2,Bolt,nonsense\n3,Cim,\n", encoding="utf-8")
    plan = tmp_path / "plan.json"
    fields = {"name": {"column": "name"}, "email": {"column": "email"}}
    target = {"alias": "company", "object": "company", "key": {"columns": ["id"]}, "fields": fields}
    plan.write_text(json.dumps({"targets": [target]}), encoding="utf-8")
    first = visavis.json("import", str(file), "--plan", str(plan))
    assert (first["rows"], first["invalid"]) == (3, 1)
    assert first["objects"]["company"]["created"] == 2
    assert first["errors"][0]["column"] == "email"
    second = visavis.json("import", str(file), "--plan", str(plan))
    assert second["objects"]["company"] == {"created": 0, "updated": 0, "unchanged": 2, "invalid": 1}
    assert "nothing changed" in visavis("import", str(file), "--plan", str(plan))


def test_insight_without_sales_says_what_to_do(visavis: Shell) -> None:
    visavis("insight", "refresh")
    assert visavis.json("insight", "show")["revenue_net"]["amount"] == "0.00"


def test_doctor_finds_the_tables_in_order(visavis: Shell) -> None:
    checks = {check["name"]: check for check in json.loads(visavis_doctor(visavis))}
    assert checks["tables"]["ok"]
    assert checks["database"]["ok"]


def visavis_doctor(visavis: Shell) -> str:
    """The page may not be built where only Python is tested, so either end is fine."""
    start = [sys.executable, "-m", "visavis.cli", "--json", "--data-dir", str(visavis.data_dir), "doctor"]
    return subprocess.run(start, capture_output=True, text=True, check=False).stdout


def test_stop_leaves_nothing_behind(visavis: Shell) -> None:
    visavis("schema", "plan")
    visavis("stop")
    status = visavis.json("status")
    assert status["postgres_pid"] is None
    assert status["processes"] == []
    assert "Nothing was running" in visavis("stop")


def test_an_import_is_taken_back(visavis: Shell, tmp_path: Path) -> None:
    file = tmp_path / "teams.csv"
    file.write_text("id,name,email\n71,Acme Back,info@acme.example\n72,Bolt Back,\n", encoding="utf-8")
    number = visavis.json("import", str(file))["id"]
    done = visavis.json("import", "--rollback", str(number))
    assert (done["removed"], done["restored"], done["kept"]) == (2, 0, 0)
    assert "taken back already" in visavis("import", "--rollback", str(number), code=1)
    visavis("import", code=2)


def test_what_went_out_comes_back_elsewhere(visavis: Shell, product_dir: Path, tmp_path: Path) -> None:
    list_file, whole, again = tmp_path / "companies.csv", tmp_path / "1.zip", tmp_path / "2.zip"
    told = visavis.json("export", "company", "-o", str(list_file), "--columns", "name")
    assert told["rows"] == len(list_file.read_text("utf-8").splitlines()) - 1 > 0
    assert visavis.json("import", str(list_file))["objects"]["company"]["unchanged"] == told["rows"]
    visavis("export", "--all", "-o", str(whole))
    other = Shell(product_dir / "other")
    assert other.json("import", str(whole))["records"]["company"] == told["rows"]
    other("export", "--all", "-o", str(again))
    assert whole.read_bytes() == again.read_bytes()
    assert "not empty" in other("import", str(whole), code=1)
    other("stop")


def test_an_export_says_what_it_needs(visavis: Shell, tmp_path: Path) -> None:
    assert "--all" in visavis("export", "-o", str(tmp_path / "x.csv"), code=1)
    assert "no format" in visavis("export", "company", "-o", str(tmp_path / "x.pdf"), code=1)
    assert "no JSON" in visavis("export", "company", "-o", str(tmp_path / "x.csv"), "--filter", "{", code=1)


def test_a_backup_is_restored_on_a_fresh_folder(visavis: Shell, product_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    assert visavis.json("backup", str(file))["rows"] > 0
    other = Shell(product_dir / "restored")
    other("restore", str(file))
    assert other.json("schema", "plan")["apply"] == []
    assert "--replace" in other("restore", str(file), code=1)
    assert "release 0.1.0" in other("restore", "--replace", str(file))
    other("stop")
    empty = Shell(tmp_path / "empty")
    for name, words in _damaged(file).items():
        with pytest.raises(Invalid, match=words):
            asyncio.run(check_backup(tmp_path / name))
    assert "damaged" in empty("restore", str(tmp_path / "flipped.zip"), code=1)
    assert not (tmp_path / "empty").exists(), "nothing is made for a file that is no good"


def _damaged(file: Path) -> dict[str, str]:
    """Files beside a backup that are none, and what is said of each."""
    whole, folder = file.read_bytes(), file.parent
    with zipfile.ZipFile(file) as parcel:
        middle = parcel.getinfo("database.sql").compress_size // 2
    (folder / "short.zip").write_bytes(whole[: len(whole) // 2])
    (folder / "flipped.zip").write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    (folder / "text.zip").write_text("no zip at all")
    with zipfile.ZipFile(folder / "photos.zip", "w") as parcel:
        parcel.writestr("a.jpg", "x")
    with zipfile.ZipFile(folder / "other.zip", "w") as parcel:
        parcel.writestr("manifest.json", "{}")
    broken = "cut short or broken"
    return {
        "short.zip": broken,
        "flipped.zip": "damaged",
        "text.zip": broken,
        "photos.zip": broken,
        "other.zip": "no backup",
    }
