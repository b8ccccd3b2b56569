"""A file makes no circle in a hierarchy: what would close one stays as it was, is named, and the row goes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visavis.access import SYSTEM
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace
from visavis.records import create, update

Make = Callable[[str, str | bytes], Path]
Tree = dict[str, str | None]
PLAN: dict[str, Any] = {
    "targets": [
        {
            "alias": "company",
            "object": "company",
            "key": {"columns": ["id"]},
            "fields": {"name": {"column": "name"}},
            "links": {"parent": {"column": "parent"}},
        }
    ]
}


async def bring(workspace: Workspace, path: Path, plan: dict[str, Any] = PLAN, **more: Any) -> tuple[Any, list[Any]]:
    """What was counted, and what was said of which row."""
    report = await import_file(workspace, path, actor=SYSTEM, plan=plan, **more)
    said = await workspace.db.rows(
        "select row_no, column_name, code, note from import_problem where import_id = $1 order by row_no", report.id
    )
    return report.objects["company"], [tuple(row.values()) for row in said]


async def tree(workspace: Workspace) -> Tree:
    rows = await workspace.db.rows(
        "select c.external_id as id, p.external_id as parent from company c left join company p on p.id = c.parent"
    )
    return {row["id"]: row["parent"] for row in rows}


def body(found: Tree) -> str:
    return "id,name,parent\n" + "".join(f"{key},Company {key},{above or ''}\n" for key, above in found.items())


def circle(record: int) -> tuple[Any, ...]:
    """Of the n-th record, below the header."""
    return record + 1, "parent", "circle", True


@pytest.mark.parametrize(
    ("before", "given", "said", "after"),
    [
        ({}, {"a": "b", "b": "a", "c": "a"}, [1, 2], {"a": None, "b": None, "c": "a"}),
        ({"a": None, "b": "a"}, {"a": "b"}, [1], {"a": None, "b": "a"}),
        ({"a": None, "b": "a"}, {"c": "b", "a": "c"}, [1, 2], {"a": None, "b": "a", "c": None}),
        ({"a": "b", "b": None, "c": None}, {"a": "c", "c": "a", "b": "a"}, [1, 2, 3], {"a": "b", "b": None, "c": None}),
        ({"a": "b", "b": None}, {"b": "c", "c": None}, [], {"a": "b", "b": "c", "c": None}),
        ({}, {"a": "a", "b": "a"}, [1], {"a": None, "b": "a"}),
        ({"a": "b", "b": "c", "c": None}, {"a": None, "c": "b", "b": "a"}, [2, 3], {"a": "b", "b": "c", "c": None}),
    ],
)
async def test_no_file_makes_a_circle(
    workspace: Workspace, make: Make, before: Tree, given: Tree, said: list[int], after: Tree
) -> None:
    if before:
        await bring(workspace, make("before.csv", body(before)))
    path = make("given.csv", body(given))
    assert (await bring(workspace, path, dry_run=True))[1] == [circle(row) for row in said]
    counts, problems = await bring(workspace, path)
    assert problems == [circle(row) for row in said]
    assert await tree(workspace) == after
    assert counts["invalid"] == 0 and counts["created"] == len(given.keys() - before.keys())
    told = await workspace.db.value("select count(*) from event where kind = 'updated' and changes = '{}'")
    assert told == 0


async def test_nor_through_two_records_of_a_row(workspace: Workspace, make: Make) -> None:
    upper = {
        "alias": "upper",
        "object": "company",
        "key": {"columns": ["above"]},
        "fields": {"name": {"column": "above"}},
    }
    lower = PLAN["targets"][0] | {"fields": {"name": {"column": "id"}}, "links": {"parent": {"target": "upper"}}}
    _, said = await bring(workspace, make("a.csv", "id,above\na,b\nb,a\n"), {"targets": [upper, lower]})
    assert said == [circle(1), circle(2)]
    assert await tree(workspace) == {"a": None, "b": None}


async def test_a_name_says_who_is_above(workspace: Workspace, make: Make) -> None:
    text = "id,name,parent\n1,Acme,Bolt\n2,Bolt,Acme\n"
    assert (await bring(workspace, make("a.csv", text), dry_run=True))[1] == [circle(1), circle(2)]
    assert (await bring(workspace, make("a.csv", text)))[1] == [circle(1), circle(2)]


async def test_what_others_did_meanwhile_counts(workspace: Workspace, make: Make) -> None:
    await bring(workspace, make("a.csv", body({"a": None, "b": None})))
    path = make("b.csv", body({"a": "b"}))
    assert (await bring(workspace, path, dry_run=True))[1] == []
    async with workspace.context() as ctx:
        ids = {row["external_id"]: row["id"] for row in await ctx.tx.rows("select id, external_id from company")}
        await update(ctx, "company", ids["b"], {"parent": ids["a"]}, None)
        await create(ctx, "company", {"name": "x"})
    assert (await bring(workspace, path))[1] == [circle(1)]
