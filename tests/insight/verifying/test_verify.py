"""The published figures on the published data, and how a figure is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.insight.data import ROOT
from visavis.cli import verifying
from visavis.cli.main import app
from visavis.insight.verifying import CHECKS, Found, verify
from visavis.insight.verifying.check import Check, run
from visavis.insight.verifying.folder import GETTING, GROCERIES, Folder

NOWHERE = Folder(())


@pytest.fixture(scope="module")
def found() -> list[Found]:
    if not ROOT.is_dir():
        pytest.skip(f"the published data sets are missing: there is no {ROOT}")
    return verify(ROOT)


def test_every_figure_that_is_reached_is_equal(found: list[Found]) -> None:
    assert [each for each in found if each.verdict == "differs"] == []
    assert {each.method for each in found} == {check.method for check in CHECKS}


def test_what_is_not_reached_says_why(found: list[Found]) -> None:
    missing = [each for each in found if each.verdict == "not reached"]
    assert all(each.why and each.got is None for each in missing)
    assert "EASE, MovieLens 20M" in {each.method for each in missing}


@pytest.mark.parametrize(
    ("expected", "value", "verdict"),
    [
        ("0.243", 0.24259, "equal"),
        ("0.243", 0.24249, "differs"),
        ("-9582.4", -9582.4292, "equal"),
        ("1,653", 1653.4, "equal"),
        ("0.50", 0.5, "equal"),
        ("60", 60.6, "differs"),
    ],
)
def test_figures_are_compared_to_the_last_digit_shown(expected: str, value: float, verdict: str) -> None:
    check = Check("method", "paper", {"figure": expected}, lambda _: {"figure": value})
    assert [each.verdict for each in run([check], NOWHERE, False, lambda _: None)] == [verdict]


def test_a_check_without_its_data_library_or_time_is_not_reached() -> None:
    def work(_: Folder) -> dict[str, float]:
        raise AssertionError("it must not run")

    checks = [
        Check("m", "p", {"f": "1"}, work, data=(GROCERIES,)),
        Check("m", "p", {"f": "1"}, work, modules=("no_such_library",)),
        Check("m", "p", {"f": "1"}, work, slow=True),
        Check("m", "p", {"f": "1"}, why="nobody can"),
    ]
    whys = [each.why for each in run(checks, NOWHERE, False, lambda _: None)]
    assert whys == [
        f"the data set {GROCERIES} is missing; get it {GETTING[GROCERIES]}",
        "it needs no_such_library, which is not installed",
        "it takes long: ask for --all",
        "nobody can",
    ]


def test_a_check_that_breaks_differs_and_hides_no_other() -> None:
    def broken(_: Folder) -> dict[str, float]:
        raise ValueError("no such column")

    checks = [Check("a", "p", {"f": "1"}, broken), Check("b", "p", {"f": "1"}, lambda _: {"f": 1.0})]
    first, second = run(checks, NOWHERE, False, lambda _: None)
    assert (first.verdict, second.verdict) == ("differs", "equal")
    assert "ValueError: no such column" in first.why


def test_the_examples_of_the_product_are_enough_for_a_part(tmp_path: Path) -> None:
    folder = Folder((tmp_path, Path(__file__).parents[3] / "examples"))
    assert folder.find("online_retail/online_retail.parquet") is not None
    assert folder.find("maven_crm_sales/accounts.csv") is not None
    assert folder.find("cdnow/CDNOW_sample.txt") is None
    with pytest.raises(FileNotFoundError):
        folder.path("cdnow/CDNOW_sample.txt")


def test_the_command_ends_with_one_where_a_figure_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Found("m", "p", "f", "1", "1", "equal")
    bad = Found("m", "p", "g", "1", "2", "differs")
    absent = Found("n", "q", "h", "3", None, "not reached", "no data")
    runner = CliRunner()
    monkeypatch.setattr(verifying, "verify", lambda *_: [good, absent])
    shown = runner.invoke(app, ["verify"])
    assert shown.exit_code == 0 and "1 equal, 0 differing, 1 not reached" in shown.output and "no data" in shown.output
    monkeypatch.setattr(verifying, "verify", lambda *_: [good, bad])
    told = runner.invoke(app, ["verify", "--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["differing"] == 1
