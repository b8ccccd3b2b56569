"""A list goes out as CSV and comes back: into the same workspace nothing changes, into another one all is equal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.features.exports.exporting import export, rows_of
from tests.records.things import POOLS, add_things
from visavis import records
from visavis.access import SYSTEM, Actor
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace, open_workspace
from visavis.store import Database

HERE = ("thing:id", "parent.id", "helper.id", "owner.id", "team.id", "created_at", "updated_at")
_DANGER = st.text(st.sampled_from("'=+-@\t\n\r＝ a,;\"[]^{}\\/#"), min_size=1, max_size=6)
_PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=12)
_TEXT = (_DANGER | _PLAIN).map(str.strip).map(lambda text: text or None)
_BODY = st.fixed_dictionaries(
    {"name": _TEXT.map(lambda text: text or "x")},
    optional={
        name: st.sampled_from(pool) for name, pool in POOLS.items() if name not in ("label", "note", "tags", "place")
    }
    | {
        "label": _TEXT,
        "note": _TEXT,
        "tags": st.lists(_TEXT.filter(bool), max_size=3, unique=True),
        "place": st.fixed_dictionaries({}, optional={"street": _TEXT, "city": _TEXT}),
        "parent": st.integers(0, 5),
    },
)


@asynccontextmanager
async def _opened(dsn: str, folder: Path) -> Any:
    schema = f"test_{uuid4().hex[:12]}"
    async with open_workspace(dsn, folder, schema, max_size=3) as workspace:
        await add_things(workspace)
        yield workspace
    db = await Database.connect(dsn, schema, max_size=1)
    async with db.transaction() as tx:
        await tx.execute(f"drop schema {schema} cascade")
    await db.close()


async def _empty(workspace: Workspace) -> None:
    async with workspace.db.transaction() as tx:
        await tx.execute("truncate thing, event, import_mapping")


async def _add(workspace: Workspace, bodies: list[dict[str, Any]]) -> None:
    ids: list[int] = []
    async with workspace.context() as ctx:
        for body in bodies:
            parent = body.get("parent")
            linked = body | {"parent": ids[parent] if parent is not None and parent < len(ids) else None}
            ids.append((await records.create(ctx, "thing", linked)).id)


@pytest.fixture(scope="module")
def both(dsn: str) -> Iterator[tuple[asyncio.Runner, Workspace, Workspace]]:
    """Two workspaces that all examples share, on a loop of their own."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        a, b = _opened(dsn, Path(folder) / "a"), _opened(dsn, Path(folder) / "b")
        yield runner, runner.run(a.__aenter__()), runner.run(b.__aenter__())
        for each in (a, b):
            runner.run(each.__aexit__(None, None, None))


@given(st.lists(_BODY, min_size=1, max_size=4))
@example([{"name": "=1", "label": "'=1", "note": "''@", "tags": ["a;b", "[", '"', "=x"], "worth": POOLS["worth"][2]}])
@example([{"name": "a\r\nb", "note": "line\n=1\n\nend", "size": "999999999999999.999999"}, {"name": "y", "parent": 0}])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_value_comes_back(
    both: tuple[asyncio.Runner, Workspace, Workspace], bodies: list[dict[str, Any]]
) -> None:
    runner, here, there = both
    runner.run(_there_and_back(here, there, bodies))


async def _there_and_back(here: Workspace, there: Workspace, bodies: list[dict[str, Any]]) -> None:
    await _empty(here)
    await _empty(there)
    await _add(here, bodies)
    with TemporaryDirectory() as folder:
        first = await export(here, "thing", Path(folder) / "1.csv", sort="id")
        again = await import_file(here, first, actor=SYSTEM)
        assert again.errors == ()
        assert again.objects["thing"] == _outcome(unchanged=len(bodies))
        moved = await import_file(there, first, actor=SYSTEM)
        assert moved.errors == ()
        assert moved.objects["thing"] == _outcome(created=len(bodies))
        second = await export(there, "thing", Path(folder) / "2.csv", sort="id")
        assert _comparable(second) == _comparable(first)


def _outcome(**given: int) -> dict[str, int]:
    return {"created": 0, "updated": 0, "unchanged": 0, "invalid": 0} | given


def _comparable(path: Path) -> list[dict[str, str]]:
    rows = [{name: cell for name, cell in row.items() if name not in HERE} for row in rows_of(path)]
    return sorted(rows, key=lambda row: row["thing:key"])


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
async def test_every_format_is_known_again(things: Workspace, tmp_path: Path, kind: str) -> None:
    bodies = [{"name": "=1", "label": "'=x", "number": -1, "worth": {"amount": "12.30", "currency": "EUR"},
               "day": "2026-01-31", "moment": "2026-01-01T00:00:00Z", "good": True, "parent": 0}]  # fmt: skip
    await _add(things, [{"name": "first"}, *bodies])
    path = await export(things, "thing", tmp_path / f"x.{kind}", kind=kind)
    report = await import_file(things, path, actor=SYSTEM)
    assert report.errors == ()
    assert report.objects["thing"] == _outcome(unchanged=2)


async def test_a_change_in_the_file_is_a_change_of_that_record(things: Workspace, tmp_path: Path) -> None:
    await _add(things, [{"name": "a"}, {"name": "b"}])
    path = await export(things, "thing", tmp_path / "x.csv")
    path.write_text(path.read_text("utf-8").replace(",b,", ",'=c,"), "utf-8")
    report = await import_file(things, path, actor=SYSTEM)
    assert report.objects["thing"] == _outcome(updated=1, unchanged=1)
    assert {row["name"] for row in await things.db.rows("select name from thing")} == {"a", "=c"}


async def test_the_number_of_another_workspace_means_nobody_here(things: Workspace, tmp_path: Path) -> None:
    await _add(things, [{"name": "a"}])
    path = await export(things, "thing", tmp_path / "x.csv")
    await things.db.value("""update setting set value = '"elsewhere"' where key = 'identity' returning key""")
    report = await import_file(things, path, actor=SYSTEM)
    assert report.objects["thing"] == _outcome(created=1)


async def test_a_record_out_of_sight_is_not_met_by_its_number(things: Workspace, tmp_path: Path) -> None:
    await _add(things, [{"name": "a"}])
    path = await export(things, "thing", tmp_path / "x.csv")
    member = Actor(None, "member", None)
    report = await import_file(things, path, actor=member)
    assert report.objects["thing"]["unchanged"] == report.objects["thing"]["updated"] == 0
