"""A field that is added while somebody writes: no write fails, and every door knows it at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import pytest

from visavis.features.customizing.jobs import run_statements
from visavis.features.customizing.logic import INDEX_JOB
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Conflict
from visavis.store.building import build_index
from visavis.store.failures import UniqueViolation

FIELDS: dict[str, tuple[dict[str, Any], Any]] = {
    "motto": ({"type": "text"}, "Onward"),
    "badge": ({"type": "text", "unique": True}, "A-1"),
    "stage": ({"type": "choice", "options": [{"value": "new"}]}, "new"),
    "worth": ({"type": "money"}, {"amount": "1.00", "currency": "EUR"}),
}


async def test_no_write_fails_and_every_door_knows_it(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    made = [(await ann.post("/people", json={"last_name": f"P{n}"})).json()["id"] for n in range(3)]
    refused: list[str] = []
    writing = asyncio.create_task(_write(ann, made[1:], refused))
    for name, (body, value) in FIELDS.items():
        asked = {"name": name, "label": {"en": name}, **body}
        assert (await ann.post("/catalogue/objects/person/fields", json=asked)).status_code == 201
        await _known(ann, made[0], name, value)
        await _build(workspace)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    assert not refused


async def _write(ann: httpx.AsyncClient, ids: list[int], refused: list[str]) -> None:
    for number in range(10_000):
        one = f"/people/{ids[number % len(ids)]}"
        version = (await ann.get(one)).headers["etag"]
        answer = await ann.patch(one, json={"country": f"C{number}"}, headers={"If-Match": version})
        if answer.status_code != 200:
            refused.append(answer.text)


async def _known(ann: httpx.AsyncClient, person: int, name: str, value: Any) -> None:
    objects = (await ann.get("/catalogue")).json()["objects"]
    assert any(f["name"] == name and f["writable"] for o in objects if o["name"] == "person" for f in o["fields"])
    assert name in (await ann.get("/openapi.json")).json()["components"]["schemas"]["New.person"]["properties"]
    version = (await ann.get(f"/people/{person}")).headers["etag"]
    changed = await ann.patch(f"/people/{person}", json={name: value}, headers={"If-Match": version})
    assert changed.json()[name] == value
    asked = f'{{"field":"{name}","op":"not_empty"}}'
    found = (await ann.get("/people", params={"filter": asked, "columns": name})).json()["data"]
    assert [(record["id"], record[name]) for record in found] == [(person, value)]
    history = (await ann.get(f"/people/{person}/history")).json()["data"]
    assert name in history[0]["changes"]


async def _build(workspace: Workspace) -> None:
    for row in await workspace.db.rows("select args from job where kind = $1", INDEX_JOB):
        await run_statements(type("Run", (), {"workspace": workspace, "args": row["args"]}))


async def test_a_half_built_index_is_built_anew_and_a_refused_one_left_out(workspace: Workspace) -> None:
    statement = 'create unique index if not exists "person.twice" on "person" ("country") where deleted_at is null'
    async with workspace.context() as ctx:
        await ctx.tx.execute("insert into person (last_name, country) values ('a', 'X'), ('b', 'X')")
    with pytest.raises((UniqueViolation, Conflict)):
        await build_index(workspace.db, statement)
    found = "select indisvalid from pg_index where indexrelid = to_regclass('\"person.twice\"')"
    assert await workspace.db.value(found) is None
    async with workspace.context() as ctx:
        await ctx.tx.execute("update person set country = last_name")
    await asyncio.gather(*(build_index(workspace.db, statement) for _ in range(2)))
    assert await workspace.db.value(found) is True
