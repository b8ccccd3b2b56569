"""A file tells nothing of records and fields that whoever imports it may not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from visavis import records
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Forbidden

Make = Callable[[str, str | bytes], Path]
BOB = Actor(8, "member")


def plan(key: dict[str, Any], fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"targets": [{"alias": "company", "object": "company", "key": key, "fields": fields, **more}]}


async def told(workspace: Workspace, path: Path, chosen: dict[str, Any], actor: Actor = BOB) -> Any:
    report = await import_file(workspace, path, actor=actor, plan=chosen)
    found = await workspace.db.rows("select code, value from import_problem where import_id = $1", report.id)
    return report.objects["company"], [row["code"] for row in found]


@pytest.fixture
async def secret(workspace: Workspace) -> None:
    async with workspace.context(SYSTEM) as ctx:
        await records.create(ctx, "company", {"external_id": "k1", "name": "Secret Ltd", "industry": "Steel"})


async def test_values_of_unseen_records_cannot_be_guessed(workspace: Workspace, make: Make, secret: None) -> None:
    by_id = plan({"columns": ["id"]}, {"industry": {"column": "industry"}})
    right = await told(workspace, make("a.csv", "id,industry\nk1,Steel\n"), by_id)
    wrong = await told(workspace, make("a.csv", "id,industry\nk1,Wood\n"), by_id)
    assert right == wrong == ({"created": 0, "updated": 0, "unchanged": 0, "invalid": 1}, ["forbidden"])
    own = {**by_id, "targets": [{**by_id["targets"][0], "key": {"columns": ["id"], "own": True}}]}
    assert await told(workspace, make("a.csv", "id,industry\nk1,Steel\n"), own) == right


async def test_unseen_records_are_not_found_by_their_fields(workspace: Workspace, make: Make, secret: None) -> None:
    by_name = plan({"columns": ["n"], "field": "name"}, {"industry": {"column": "i"}}, create=False)
    there = await told(workspace, make("a.csv", "n,i\nSecret Ltd,Steel\n"), by_name)
    not_there = await told(workspace, make("a.csv", "n,i\nNobody Ltd,Steel\n"), by_name)
    assert there == not_there and there[1] == ["absent"]


async def test_hidden_fields_find_nothing(workspace: Workspace, make: Make, secret: None) -> None:
    actor = replace(BOB, policy=overlaid({"member": {"company": {"hidden": ["industry"], "read": "all"}}}))
    path = make("a.csv", "n,i\nX,Steel\n")
    by_industry = plan({"columns": ["i"], "field": "industry"}, {"name": {"column": "n"}})
    link = {"parent": {"column": "i", "match": "industry"}}
    for asked in (by_industry, plan({"columns": ["n"]}, {"name": {"column": "n"}}, links=link)):
        with pytest.raises(Forbidden, match="industry"):
            await told(workspace, path, asked, actor=actor)


async def test_who_may_not_choose_the_owner_finds_again_what_they_bring(workspace: Workspace, make: Make) -> None:
    actor = replace(BOB, policy=overlaid({"member": {"company": {"readonly": ["owner"]}}}))
    await told(workspace, make("a.csv", "n\nX\n"), plan({"columns": ["n"]}, {"name": {"column": "n"}}), actor=actor)
    assert await workspace.db.value("select owner from company where name = 'X'") == BOB.user_id
