"""Two worlds that differ only in what an actor may not see answer that actor alike, at every door.

Random record types, rows, roles, rules, scopes and masks; a few questions are asked, then the secrets are changed (rows
out of reach: edited, trashed, made; hidden fields of rows within reach), then the same questions again: every byte has
to be the same, in answers and in refusals. ``LEAK_EXAMPLES`` sets how many cases are tried: 500 here, 10,000 nightly.

What is left out on purpose, since everybody may know it: ``version`` and ``updated_at`` tell that a record was changed,
a unique value that is taken is refused, and roll-ups count all there is (they can be hidden as fields).
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.records.things import FIELDS, POOLS
from visavis import access
from visavis.access import Actor, overlaid
from visavis.catalogue import Field, Object
from visavis.features.accounts import api as accounts
from visavis.features.exports import logic as exports
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Problem
from visavis.objects import BUILT_IN
from visavis.records import Query, create, restore, trash, update
from visavis.records.searching import index
from visavis.store import quoted
from visavis.store.live import Change, change_catalogue
from visavis.web import create_app, visible

EXAMPLES = int(os.environ.get("LEAK_EXAMPLES", "500"))
EACH = 50
CUSTOM = ("alpha", "beta")
BUILT = ("company", "deal", "activity", "invoice", "employment", "person")
WORDS = ("common", "ana", "김민준", "דוד", "secret", "12")


@dataclass
class Place:
    """A workspace with members, their tokens, and the door before it."""

    workspace: Workspace
    users: list[tuple[int, int | None, str]]
    client: httpx.AsyncClient
    forget: Any
    ids: dict[str, list[int]]

    def objects(self) -> list[Object]:
        return [self.workspace.catalogue.object(name) for name in (*CUSTOM, *BUILT)]


@asynccontextmanager
async def place_of(workspace: Workspace, rnd: random.Random) -> AsyncIterator[Place]:
    await _types(workspace, rnd)
    users = await _people(workspace)
    await _fill(workspace, rnd, users)
    app = create_app(workspace)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example/api/v1") as client:
        place = Place(workspace, users, client, app.state.hub._identities.forget, {})
        place.ids = await _ids(place)
        yield place


async def _types(workspace: Workspace, rnd: random.Random) -> None:
    """Two types with random fields, the second linked to the first and to a company."""
    changes = []
    for name in CUSTOM:
        words = {"label": {"en": name}, "label_plural": {"en": name}, "plural": f"{name}s", "name": name}
        changes.append(Change(f"o_{name}", "object", name, words))
        chosen = rnd.sample([n for n in FIELDS if n not in ("parent", "helper")], rnd.randint(3, 9))
        bodies = {n: FIELDS[n] for n in chosen} | {"partner": {"type": "relation", "target": rnd.choice(BUILT[:2])}}
        if name == "beta":
            bodies |= {"head": {"type": "relation", "target": "alpha"}}
        for field, body in bodies.items():
            changes.append(Change(f"{name}_{field}", "field", name, {"name": field, "label": {"en": field}, **body}))
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, changes, None)


async def _people(workspace: Workspace) -> list[tuple[int, int | None, str]]:
    found = []
    async with workspace.context() as ctx:
        teams = [(await create(ctx, "team", {"name": f"Team {n}"})).id for n in range(2)]
        for number, team in enumerate((*teams, *teams, None)):
            values = {"name": f"User {number}", "email": f"u{number}@x.example", "role": "member", "active": True}
            user = await create(ctx, "user", {**values, "team": team})
            found.append((user.id, team, await accounts.create_token(ctx, user.id, "test")))
    return found


async def _fill(workspace: Workspace, rnd: random.Random, users: list[tuple[int, int | None, str]]) -> None:
    made: dict[str, list[int]] = {}
    async with workspace.context() as ctx:
        for name in ("company", "person", "alpha", "beta", "deal", "activity", "invoice", "employment"):
            obj = ctx.catalogue.object(name)
            for number in range(9):
                made.setdefault(name, []).append((await create(ctx, name, _body(rnd, obj, number, made, users))).id)
        for record_id in made["company"][:4]:
            await update(ctx, "company", record_id, {"note": "Common note", "industry": rnd.choice(WORDS)}, None)


def _body(rnd: random.Random, obj: Object, number: int, made: dict[str, list[int]], users: Any) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for field in obj.entered:
        if field.name in ("owner", "team"):
            body[field.name] = rnd.choice([None, *(u[field.name == "team"] for u in users)])
        elif field.type in ("relation", "user"):
            links = made.get(str(field.target), [])
            body[field.name] = rnd.choice(links) if links and (field.required or rnd.random() < 0.7) else None
        else:
            body[field.name] = _value(rnd, field, number)
    return {name: value for name, value in body.items() if value is not None}


def _value(rnd: random.Random, field: Field, number: int) -> Any:
    if field.unique:
        return None
    if field.type in ("choice", "multi_choice"):
        values = [o.value for o in field.options]
        return None if not values else rnd.choice(values) if field.type == "choice" else rnd.sample(values, 1)
    simple = {"text": f"Common {rnd.choice(WORDS)} {number}", "long_text": f"Common {number}", "integer": number,
              "email": f"common{number}@x.example", "date": f"2026-01-{number + 1:02}",
              "datetime": f"2026-01-{number + 1:02}T03:04:05Z", "percent": str(number), "decimal": f"{number}.5",
              "money": {"amount": str(number), "currency": "EUR"}}  # fmt: skip
    return simple.get(field.type, rnd.choice(POOLS.get(field.name, [None])))


REACHES = st.sampled_from(["none", "own", "team", "all"])


@st.composite
def rules(draw: st.DrawFn, objects: list[Object]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for obj in draw(st.lists(st.sampled_from(objects), unique_by=lambda o: o.name, max_size=6)):
        names = [f.name for f in obj.fields]
        told = [*obj.title, *(f.name for f in obj.fields if f.searchable)]
        hidden = draw(st.lists(st.sampled_from([*names, *told * 3]), max_size=3, unique=True))
        found[obj.name] = {"read": draw(REACHES), "update": draw(REACHES), "hidden": hidden}
    return found


_OPS = ("eq", "ne", "lt", "ge", "empty", "not_empty", "contains", "starts_with", "in", "within")
_VALUES = ("Common", "ana", 3, "2026-01-03", True, ["Common ana 3", 3], "P60D", {"amount": "3", "currency": "EUR"})


@st.composite
def questions(draw: st.DrawFn, place: Place) -> tuple[str, str, Any]:
    """One request: ``(method, path, body)``; well or badly made."""
    ids = place.ids
    obj = draw(st.sampled_from(place.objects()))
    record_id = draw(st.sampled_from(ids[obj.name]))
    names = [f.name for f in obj.fields]
    kind = draw(st.sampled_from(_KINDS))
    tree = draw(_trees(place, obj))
    text = quote(json.dumps(tree))
    field = draw(st.sampled_from(names))
    linked = draw(st.sampled_from([f.name for f in obj.fields if f.target or f.type in ("text", "choice")]))
    summed = draw(st.sampled_from([f.name for f in obj.fields if f.type in _SUMMED] or ["id"]))
    asked = {
        "list": ("GET", f"/{obj.plural}?filter={text}&count=true", None),
        "sorted": ("GET", f"/{obj.plural}?limit=4&sort=-{summed}", None),
        "columns": ("GET", f"/{obj.plural}?columns={field},{draw(st.sampled_from(names))}&limit=3", None),
        "text": ("GET", f"/{obj.plural}?q={quote(draw(st.sampled_from(WORDS)))}&trash=true", None),
        "all": ("GET", f"/{obj.plural}?limit=200&count=true", None),
        "summary": ("GET", f"/{obj.plural}/summary?filter={text}&group={linked}", None),
        "sum": ("GET", f"/{obj.plural}/summary?sum={summed}", None),
        "read": ("GET", f"/{obj.plural}/{record_id}", None),
        "page": ("GET", f"/{obj.plural}/{record_id}/page", None),
        "history": ("GET", f"/{obj.plural}/{record_id}/history", None),
        "timeline": ("GET", f"/{obj.plural}/{record_id}/timeline", None),
        "facts": ("GET", f"/{obj.plural}/{record_id}/facts", None),
        "past": ("GET", f"/{obj.plural}/{record_id}?as_of=2030-01-01T00:00:00Z", None),
        "files": ("GET", f"/files?object={obj.name}&record={record_id}", None),
        "stale": ("PATCH", f"/{obj.plural}/{record_id}", {field: "x"}),
        "search": ("GET", f"/search?q={quote(draw(st.sampled_from(WORDS)))}&limit=50", None),
        "duplicates": ("POST", f"/{obj.plural}/duplicates", {field: "Common ana 3", names[0]: "Common ana 3"}),
        "bulk": ("POST", "/changes/preview", {"object": obj.name, "filter": tree, "set": {linked: None}}),
        "merge": ("POST", "/merges/preview", {"object": obj.name, "ids": ids[obj.name][:2], "keep": ids[obj.name][0]}),
        "export": ("EXPORT", obj.name, {"filter": tree}),
    }  # fmt: skip
    return asked[kind]


_SUMMED = ("money", "integer", "decimal")
_KINDS = (
    "list", "list", "sorted", "columns", "text", "all", "summary", "sum", "read", "page", "history", "timeline",
    "facts", "past", "files", "stale", "search", "search", "duplicates", "bulk", "merge", "export",
)  # fmt: skip


_FITTING: dict[str, list[tuple[str, Any]]] = {
    "text": [("contains", "ommon"), ("starts_with", "common a"), ("eq", "Common ana 3"), ("ne", "x")],
    "long_text": [("contains", "ommon")],
    "email": [("contains", "common"), ("eq", "common3@x.example")],
    "integer": [("ge", 3), ("lt", 12), ("in", [1, 3, 5]), ("between", [2, 9])],
    "decimal": [("ge", "3"), ("lt", "12")],
    "percent": [("ge", "3"), ("lt", "12")],
    "money": [("ge", "3"), ("lt", "12")],
    "boolean": [("eq", True)],
    "date": [("ge", "2026-01-03"), ("within", "P400D"), ("between", ["2026-01-02", "2026-01-08"])],
    "datetime": [("ge", "2026-01-03T00:00:00Z"), ("within", "P400D")],
    "choice": [("in", ["won", "lost", "call", "invoice", "open"])],
}


@st.composite
def _conditions(draw: st.DrawFn, place: Place, obj: Object) -> dict[str, Any]:
    """On a field of the record or of one that it links to; mostly such as can be asked."""
    field = draw(st.sampled_from(obj.fields))
    name = field.name
    if field.target in place.workspace.catalogue.by_name and draw(st.booleans()):
        beyond = draw(st.sampled_from(place.workspace.catalogue.object(str(field.target)).fields))
        name, field = f"{name}.{beyond.name}", beyond
    if draw(st.integers(0, 9)) == 0:
        return {"field": name, "op": draw(st.sampled_from(_OPS)), "value": draw(st.sampled_from(_VALUES))}
    links = place.ids.get(str(field.target), [1])
    known = [("eq", draw(st.sampled_from(links)))] if field.target else _FITTING.get(field.type, [])
    op, value = draw(st.sampled_from([*known, ("empty", None), ("not_empty", None)]))
    return {"field": name, "op": op} | ({} if value is None else {"value": value})


def _trees(place: Place, obj: Object) -> st.SearchStrategy[dict[str, Any]]:
    leaf = _conditions(place, obj)
    kinds = [
        leaf,
        leaf,
        st.fixed_dictionaries({"not": leaf}),
        st.fixed_dictionaries({"or": st.lists(leaf, min_size=2, max_size=2)}),
    ]
    for relation in place.workspace.catalogue.relations_to(obj.name):
        inner = _conditions(place, place.workspace.catalogue.object(relation.object))
        around = {"related": st.just(f"{relation.object}.{relation.field}"), "filter": inner}
        kinds.append(st.fixed_dictionaries(around, optional={"count": st.just({"op": "ge", "value": 1})}))
    return st.one_of(*kinds)


async def _ids(place: Place) -> dict[str, list[int]]:
    async with place.workspace.context() as ctx:
        found = {o.name: await ctx.tx.rows(f"select id from {quoted(o.name)} order by id") for o in place.objects()}
    return {name: [row["id"] for row in rows] for name, rows in found.items()}


async def _answer(place: Place, actor: Actor, token: str, question: tuple[str, str, Any], folder: Path) -> Any:
    method, path, body = question
    if method == "EXPORT":
        return await _exported(place, actor, path, body, folder)
    headers = {"Authorization": f"Bearer {token}"} | ({"If-Match": '"77"'} if method == "PATCH" else {})
    answer = await place.client.request(method, path, json=body, headers=headers)
    assert answer.status_code < 500, (question, answer.text)
    return answer.status_code, answer.content


async def _exported(place: Place, actor: Actor, name: str, body: Any, folder: Path) -> Any:
    target = folder / "export.csv"
    target.unlink(missing_ok=True)
    obj = place.workspace.catalogue.object(name)
    try:
        await exports.write_view(place.workspace, actor, obj, Query(body["filter"]), "csv", target, _quiet)
    except Problem as problem:
        return problem.as_json()
    return target.read_bytes()


async def _quiet(done: int, total: int, doing: str) -> None:
    """Nobody looks."""


@pytest.fixture(params=range(max(1, EXAMPLES // EACH)))
async def place(workspace: Workspace, request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    async with place_of(workspace, random.Random(request.param)) as opened:
        yield opened


@settings(
    max_examples=EACH, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(st.data())
async def test_no_door_tells(place: Place, tmp_path: Path, data: st.DataObject) -> None:
    user_id, team, token = data.draw(st.sampled_from(place.users))
    role = data.draw(st.sampled_from(["manager", "member", "reader"]))
    actor = await _acting(place, user_id, team, role, data.draw(rules(place.objects())))
    asked = data.draw(st.lists(questions(place), min_size=4, max_size=8))
    before = [await _answer(place, actor, token, question, tmp_path) for question in asked]
    mark = await place.workspace.db.value("select max(seq) from event")
    await _change_secrets(place, actor, random.Random(data.draw(st.integers(0, 1 << 30))))
    after = [await _answer(place, actor, token, question, tmp_path) for question in asked]
    for question, was, now in zip(asked, before, after, strict=True):
        assert was == now, question
    await _hears_nothing(place, actor, mark)


async def _acting(place: Place, user_id: int, team: int | None, role: Any, ruled: dict[str, Any]) -> Actor:
    async with place.workspace.context() as ctx:
        await ctx.tx.execute('update "user" set role = $2 where id = $1', user_id, role)
        sql = "insert into setting (key, value) values ('access', $1) on conflict (key) do update set value = $1"
        await ctx.tx.execute(sql, {role: ruled})
    place.forget()
    return Actor(user_id, role, team, policy=overlaid({role: ruled}))


async def _hears_nothing(place: Place, actor: Actor, mark: int) -> None:
    """Of what was done to rows out of reach, the live stream says nothing."""
    async with place.workspace.context(actor, readonly=True) as ctx:
        rows = await ctx.tx.rows("select seq, object, record_id as id, kind from event where seq > $1", mark)
        assert await visible.to(ctx, visible.gathered([dict(row) for row in rows])) == []


async def _change_secrets(place: Place, actor: Actor, rnd: random.Random) -> None:
    for obj in place.objects():
        async with place.workspace.context() as ctx:
            params: list[Any] = []
            allowed = access.predicate(actor, ctx.catalogue, obj, "read", "t", params)
            rows = await ctx.tx.rows(
                f"select t.id, t.deleted_at, {allowed} as seen from {quoted(obj.name)} t order by t.id", *params
            )
        unseen = [row for row in rows if not row["seen"]]
        for row in rnd.sample(unseen, min(2, len(unseen))):
            await _change_row(place, obj, row["id"], row["deleted_at"] is not None, rnd)
        if unseen and obj.scope.kind == "own":
            await _add_row(place, obj, unseen[0]["id"], rnd)
        await _change_masked(place, actor, obj, [row["id"] for row in rows if row["seen"]], rnd)


def _free(obj: Object) -> list[Field]:
    """Fields whose value decides neither whose a row is nor where it hangs."""
    fixed = {"owner", "team", *obj.scope.via}
    simple = ("text", "long_text", "integer", "money", "date", "choice", "decimal", "percent", "datetime")
    return [f for f in obj.entered if f.name not in fixed and f.type in simple and not f.unique]


async def _change_row(place: Place, obj: Object, record_id: int, trashed: bool, rnd: random.Random) -> None:
    async with place.workspace.context() as ctx:
        if trashed:
            await restore(ctx, obj.name, record_id)
        elif rnd.random() < 0.3:
            await trash(ctx, obj.name, record_id)
        else:
            some = rnd.sample(_free(obj), min(2, len(_free(obj))))
            values = {f.name: _value(rnd, f, rnd.randrange(1, 20)) for f in some}
            await update(ctx, obj.name, record_id, {k: v for k, v in values.items() if v is not None}, None)


async def _add_row(place: Place, obj: Object, like: int, rnd: random.Random) -> None:
    """One more of whoever owns an unseen one."""
    async with place.workspace.context() as ctx:
        whose = await ctx.tx.row(f"select owner, team from {quoted(obj.name)} where id = $1", like)
        values = {f.name: _value(rnd, f, rnd.randrange(1, 20)) for f in _free(obj)}
        made = await create(ctx, obj.name, {k: v for k, v in values.items() if v is not None})
        sql = f"update {quoted(obj.name)} set owner = $2, team = $3 where id = $1"
        await ctx.tx.execute(sql, made.id, *(whose or {}).values())


async def _change_masked(place: Place, actor: Actor, obj: Object, ids: list[int], rnd: random.Random) -> None:
    """Hidden values of rows within reach: straight into the table, so that version and time stay."""
    visible_names = {f.name for f in access.readable(actor, obj)}
    async with place.workspace.context() as ctx:
        for field in [f for f in _free(obj) if f.name not in visible_names]:
            value = {"text": f"{rnd.choice(WORDS)} {rnd.random()}", "long_text": "Hidden", "integer": rnd.randrange(99)}
            if field.type in value and ids:
                sql = f"update {quoted(obj.name)} set {quoted(field.name)} = $2 where id = any($1::bigint[])"
                await ctx.tx.execute(sql, ids, value[field.type])
        await index(ctx.tx, obj, "t.id = any($1::bigint[])", ids)
