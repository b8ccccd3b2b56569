"""A custom record type with a field of every type, made the way an administrator makes one, and rows of it."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

from visavis.access import SYSTEM, Actor
from visavis.features.runtime import Workspace
from visavis.objects import BUILT_IN
from visavis.records import Query, list_page, read
from visavis.store.live import Change, change_catalogue

OPTIONS = [{"value": "won"}, {"value": "lost"}, {"value": "open"}]
FIELDS: dict[str, dict[str, Any]] = {
    "label": {"type": "text", "searchable": True},
    "note": {"type": "long_text"},
    "mail": {"type": "email"},
    "phone": {"type": "phone"},
    "site": {"type": "url"},
    "number": {"type": "integer"},
    "size": {"type": "decimal"},
    "share": {"type": "percent"},
    "worth": {"type": "money"},
    "good": {"type": "boolean"},
    "day": {"type": "date"},
    "moment": {"type": "datetime"},
    "stage": {"type": "choice", "options": OPTIONS},
    "tags": {"type": "multi_choice"},
    "parent": {"type": "relation", "target": "thing"},
    "helper": {"type": "user", "target": "user"},
    "place": {"type": "address"},
}
POOLS: dict[str, list[Any]] = {
    "label": ["", "Ana", "ana", "Bela_x", "100% Été", "김민준", "דוד", "a\\b", "𠮷野家", "Zoe O'Neil"],
    "note": ["Line one\nline two", "x" * 2000],
    "phone": ["+442079460018", "+40212345678"],
    "site": ["https://a.example.com", "https://한국.kr/x?y=1%20"],
    "mail": ["a@x.com", "b@x.com"],
    "number": [-(10**15), -3, 0, 1, 1, 2, 10**15],
    "size": ["-1.5", "0", "0.000001", "2.25", "999999999999999.999999"],
    "share": ["0", "12.5", "100"],
    "worth": [
        {"amount": "0", "currency": "EUR"},
        {"amount": "12.30", "currency": "EUR"},
        {"amount": "12.3001", "currency": "KRW"},
        {"amount": "-5", "currency": "USD"},
    ],
    "good": [True, False],
    "day": ["0001-01-01", "2026-01-31", "2026-02-01", "9999-12-31"],
    "moment": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z", "1969-12-31T23:59:59+02:00"],
    "stage": ["won", "lost", "open"],
    "tags": [["a"], ["a", "b"], ["ü", "b;c"], ["{}", '"', "\\"]],
    "place": [{"city": "Cluj"}, {"street": "Str. 1", "country": "RO"}],
}


async def add_things(workspace: Workspace) -> None:
    """The record type, live in this workspace."""
    words = {"label": {"en": "Thing"}, "label_plural": {"en": "Things"}}
    changes = [Change("o_thing", "object", "thing", {"name": "thing", "plural": "things", **words})]
    for name, body in FIELDS.items():
        changes.append(Change(f"f_{name}", "field", "thing", {"name": name, "label": {"en": name}, **body}))
    workspace.catalogue, later = await change_catalogue(workspace.db, BUILT_IN, changes, None)
    assert not later


def values(rnd: random.Random, ids: list[int], users: list[int]) -> dict[str, Any]:
    """A body for one thing, with gaps; links to the things and users given."""
    found = {name: rnd.choice([None, *pool]) for name, pool in POOLS.items()}
    found |= {"parent": rnd.choice([None, *ids]), "helper": rnd.choice([None, *users])}
    return {"name": f"Thing {rnd.randrange(8)}", **{k: v for k, v in found.items() if rnd.random() > 0.1}}


async def people(workspace: Workspace, teams: int = 2, each: int = 2) -> list[Actor]:
    """Members of a few teams, one of them without a team."""
    actors = []
    async with workspace.context() as ctx:
        for number in range(teams):
            team = await ctx.tx.value("insert into team (name) values ($1) returning id", f"Team {number}")
            actors += [await _member(ctx.tx, f"User {number}.{place}", team) for place in range(each)]
        actors.append(await _member(ctx.tx, "User alone", None))
    return actors


async def _member(tx: Any, name: str, team: int | None) -> Actor:
    sql = 'insert into "user" (name, role, team) values ($1, $2, $3) returning id'
    return Actor(await tx.value(sql, name, "member", team), "member", team, name)


async def everything(workspace: Workspace, object_name: str) -> dict[int, dict[str, Any]]:
    """Every live record in full, as the system reads it."""
    found: dict[int, dict[str, Any]] = {}
    async with workspace.context(SYSTEM) as ctx:
        rows = await ctx.tx.rows(f'select id from "{object_name}" where deleted_at is null')
        for row in rows:
            found[row["id"]] = json.loads((await read(ctx, object_name, row["id"])).body)
    return found


async def listed(workspace: Workspace, actor: Actor, object_name: str, query: Query) -> list[dict[str, Any]]:
    """The records of one page."""
    async with workspace.context(actor) as ctx:
        data: list[dict[str, Any]] = json.loads(await list_page(ctx, object_name, query))["data"]
    return data


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
