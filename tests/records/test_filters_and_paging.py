"""Random filters and orders over random records give what plain Python gives, and pages miss and repeat nothing."""

from __future__ import annotations

import json
import random
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records import oracle
from tests.records.things import FIELDS, POOLS, everything, people, values
from visavis.access import SYSTEM, Actor
from visavis.features.runtime import Workspace
from visavis.fields import TYPES
from visavis.kernel.errors import BadRequest, Conflict
from visavis.records import Context, Query, count, create, list_page
from visavis.records.query import build
from visavis.store.filters import where
from visavis.store.order import UNSORTABLE

MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
LETTERS = ["", "a", "Ana", "%", "_", "\\", "é", "김", "b_x", "O'N", "str", "city", "x" * 40]
SORTABLE = [n for n, f in FIELDS.items() if f["type"] not in (*UNSORTABLE, "relation", "user")]


@dataclass(frozen=True)
class Filled:
    """A workspace with things, and what there is in it."""

    workspace: Workspace
    records: oracle.Records = field(repr=False)

    def context(self, actor: Actor = SYSTEM) -> AbstractAsyncContextManager[Context]:
        return self.workspace.context(actor)


@pytest.fixture
async def filled(things: Workspace) -> Filled:
    await fill(things, 45)
    return Filled(things, await everything(things, "thing"))


async def fill(workspace: Workspace, number: int) -> list[Actor]:
    rnd = random.Random(7)
    actors = await people(workspace)
    users = [a.user_id for a in actors if a.user_id]
    ids: list[int] = []
    async with workspace.context() as ctx:
        for _ in range(number):
            body = values(rnd, ids, users) | {"owner": rnd.choice([None, *users]), "team": None}
            ids.append((await create(ctx, "thing", body)).id)
    return actors


def value_for(name: str, op: str) -> st.SearchStrategy[Any]:
    kind = oracle.kind_of(name)
    if op in ("contains", "not_contains", "starts_with"):
        return st.sampled_from(LETTERS)
    if name == "id" or kind in ("relation", "user"):
        one: st.SearchStrategy[Any] = st.integers(1, 60)
    elif kind == "multi_choice":
        one = st.sampled_from(["a", "b", "ü", "b;c", "{}", "\\", "nothing"])
    else:
        one = st.sampled_from([v for v in POOLS.get(name, ["Thing 1", "Thing 2"]) if v != ""])
    if op in ("in", "not_in", "has_any", "has_all"):
        return st.lists(one, min_size=1, max_size=4)
    return st.tuples(one, one).map(list) if op == "between" else one


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(["name", "id", *FIELDS]))
    op = draw(st.sampled_from([o for o in TYPES[oracle.kind_of(name)].operators if o != "within"]))
    leaf = {"field": draw(st.sampled_from([name, f"parent.{name}"])), "op": op}
    return leaf if op in ("empty", "not_empty") else leaf | {"value": draw(value_for(name, op))}


COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge", "between")
GROUPS = [n for n, f in FIELDS.items() if f["type"] in ("choice", "boolean", "text", "relation", "user")]
NUMBERS = [n for n, f in FIELDS.items() if f["type"] in oracle.NUMBERS]


@st.composite
def against_means(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(NUMBERS))
    field = draw(st.sampled_from([name, f"parent.{name}"]))
    return {
        "field": field,
        "op": draw(st.sampled_from(["lt", "le", "gt", "ge"])),
        "mean_of_group": draw(st.sampled_from(["name", *GROUPS])),
    }


@st.composite
def aggregates(draw: st.DrawFn) -> dict[str, Any]:
    """How many things there are below one, or what comes of one of their fields."""
    which = draw(st.sampled_from(["count", "sum", "avg", "min", "max", "last"]))
    op = draw(st.sampled_from(COMPARISONS))
    if which == "count":
        numbers = st.lists(st.integers(0, 4), min_size=2, max_size=2).map(sorted)
        return {"count": {"op": op, "value": draw(numbers if op == "between" else st.integers(0, 4))}}
    name = draw(st.sampled_from({"min": [*NUMBERS, "day", "moment"], "max": [*NUMBERS, "day"]}.get(which, NUMBERS)))
    if which == "last":
        name = draw(st.sampled_from(["name", "stage", "good", "day", *NUMBERS]))
        op = draw(st.sampled_from([o for o in TYPES[oracle.kind_of(name)].operators if o != "within"]))
    test = {"field": name, "op": op} | ({} if op in ("empty", "not_empty") else {"value": draw(value_for(name, op))})
    return {which: test}


TREES = st.recursive(
    st.one_of(leaves(), leaves(), against_means()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"or": parts}),
        inner.map(lambda part: {"not": part}),
        inner.map(lambda part: {"related": "thing.parent", "filter": part}),
        st.tuples(inner, aggregates()).map(lambda pair: {"related": "thing.parent", "filter": pair[0], **pair[1]}),
        aggregates().map(lambda aggregate: {"related": "thing.parent", **aggregate}),
    ),
    max_leaves=6,
)


@given(trees=st.lists(TREES, min_size=4, max_size=4))
@MANY
async def test_a_list_shows_what_the_filter_means(filled: Filled, trees: list[Any]) -> None:
    records = filled.records
    for tree in trees:
        wanted = sorted(i for i, record in records.items() if oracle.fits(tree, record, records))
        async with filled.context(SYSTEM) as ctx:
            found = json.loads(await list_page(ctx, "thing", Query(filter=tree, limit=500)))["data"]
            counted = await count(ctx, "thing", Query(filter=tree))
        assert sorted(r["id"] for r in found) == wanted
        assert counted == {"value": len(wanted), "capped": False}


@given(
    sort=st.lists(st.tuples(st.sampled_from(["", "-"]), st.sampled_from(["id", "updated_at", *SORTABLE])), max_size=3),
    limit=st.integers(1, 20),
)
@MANY
async def test_pages_follow_the_order_and_show_each_record_once(
    filled: Filled, sort: list[tuple[str, str]], limit: int
) -> None:
    words = tuple(dict.fromkeys(sign + name for sign, name in sort))
    query = Query(sort=words, limit=limit, columns=("name",))
    seen: list[int] = []
    async with filled.context(SYSTEM) as ctx:
        while True:
            page = json.loads(await list_page(ctx, "thing", query))
            assert len(page["data"]) <= limit
            seen += [record["id"] for record in page["data"]]
            if page["next"] is None:
                break
            query = Query(sort=words, limit=limit, columns=("name",), cursor=page["next"])
    assert seen == oracle.ordered(list(filled.records.values()), words or ("-updated_at",))


async def test_me_stands_for_whoever_asks(filled: Filled) -> None:
    users = [row["id"] for row in await filled.workspace.db.rows('select id from "user" order by id')]
    me = Actor(users[1], "owner")
    async with filled.context(me) as ctx:
        for name in ("owner", "helper"):
            mine = Query(filter={"field": name, "op": "eq", "value": "me"}, columns=(name,))
            data = json.loads(await list_page(ctx, "thing", mine))["data"]
            assert data and {r[name]["id"] for r in data} == {me.user_id}


@pytest.mark.parametrize(
    ("back", "days", "moments"),
    [
        ("P1D", [0, 1], [0]),
        ("P2W", [0, 1, 14], [0, 1]),
        ("P1M", [0, 1, 14, 27], [0, 1, 14, 27]),
        ("P1Y", [0, 1, 14, 27, 300], [0, 1, 14, 27, 300]),
    ],
)
async def test_within_looks_back_from_now(things: Workspace, back: str, days: list[int], moments: list[int]) -> None:
    """Days count whole; moments to the second, so that midnight of the first day lies too far back."""
    made: dict[int, int] = {}
    async with things.context() as ctx:
        for ago in (-1, 0, 1, 14, 27, 300, 4000):
            day = await ctx.tx.value("select (current_date - $1::int)::text", ago)
            body = {"name": "x", "day": day, "moment": f"{day}T00:00:00Z"}
            made[(await create(ctx, "thing", body)).id] = ago
        for name, wanted in (("day", days), ("moment", moments)):
            found = json.loads(
                await list_page(ctx, "thing", Query(filter={"field": name, "op": "within", "value": back}))
            )
            assert sorted(made[record["id"]] for record in found["data"]) == wanted


async def test_a_span_that_no_calendar_has_is_refused_with_the_longest_that_there_is(things: Workspace) -> None:
    async with things.context(readonly=True) as ctx:
        with pytest.raises(BadRequest, match="up to P999Y"):
            await list_page(ctx, "thing", Query(filter={"field": "day", "op": "within", "value": "P9999Y"}))
        for longest in ("P999Y", "P9999M", "P9999W", "P9999D"):
            await list_page(ctx, "thing", Query(filter={"field": "day", "op": "within", "value": longest}))


DEEP: Any = {"field": "name", "op": "eq", "value": "x"}
for _ in range(9):
    DEEP = {"not": DEEP}


UNREADABLE: list[Any] = [
    [1],
    "name",
    {"and": {}},
    {"and": [1]},
    {"field": "name"},
    {"field": "moon", "op": "eq", "value": 1},
    {"field": "name", "op": "lt", "value": "x"},
    {"field": "name", "op": "eq"},
    {"field": "name", "op": "eq", "value": ["x"]},
    {"field": "name", "op": "eq", "value": "x", "or": []},
    {"field": "name", "op": "contains", "value": "\x00"},
    {"field": "name", "op": "contains", "value": "\ud800"},
    {"field": "number", "op": "between", "value": [1]},
    {"field": "number", "op": "eq", "value": 10**30},
    {"field": "number", "op": "in", "value": []},
    {"field": "day", "op": "within", "value": "60 days'; drop table thing; --"},
    {"field": "parent.parent.name", "op": "eq", "value": "x"},
    {"field": "name.x", "op": "eq", "value": "x"},
    {"field": 'name" or true or "', "op": "eq", "value": "x"},
    {"related": "thing.helper", "filter": None},
    {"related": "thing.parent", "count": 3},
    {"related": "thing.parent", "count": {"op": "gt", "value": "3"}},
    {"related": "thing.parent", "count": {"op": "gt", "value": -1}},
    {"related": "thing.parent", "count": {"op": "gt", "value": 10**30}},
    {"related": "thing.parent", "count": {"op": "between", "value": [1]}},
    {"related": "thing.parent", "count": {"op": "contains", "value": 1}},
    {"related": "thing.parent", "count": {"op": ["gt"], "value": 1}},
    {
        "related": "thing.parent",
        "count": {"op": "gt", "value": 3},
        "sum": {"field": "number", "op": "gt", "value": 1},
    },
    {"related": "thing.parent", "sum": {"field": "name", "op": "gt", "value": 1}},
    {"related": "thing.parent", "sum": {"field": "moon", "op": "gt", "value": 1}},
    {"related": "thing.parent", "sum": {"op": "gt", "value": 1}},
    {"related": "thing.parent", "avg": {"field": "number", "op": "contains", "value": 1}},
    {"related": "thing.parent", "avg": {"field": "number", "op": "gt"}},
    {"related": "thing.parent", "max": {"field": "tags", "op": "eq", "value": 1}},
    {"related": "thing.parent", "last": {"field": "parent", "op": "eq", "value": 1}},
    {"field": "number", "op": "gt", "mean_of_group": "moon"},
    {"field": "number", "op": "gt", "mean_of_group": "tags"},
    {"field": "number", "op": "eq", "mean_of_group": "stage"},
    {"field": "name", "op": "gt", "mean_of_group": "stage"},
    {"field": "number", "op": ["gt"], "mean_of_group": ["stage"]},
    {"field": "number", "op": "gt", "value": 1, "mean_of_group": "stage"},
    {"related": "event.record_id"},
    {"related": "thing.parent", "filter": {"field": "moon", "op": "eq", "value": 1}},
    {"and": [{"field": "name", "op": "eq", "value": "x"}] * 201},
    DEEP,
]


async def test_filters_that_cannot_be_read_are_refused(things: Workspace) -> None:
    taken = []
    async with things.context() as ctx:
        for tree in UNREADABLE:
            with suppress(BadRequest):
                taken.append((tree, where(build(ctx), ctx.catalogue.object("thing"), "t", tree)))
    assert taken == []


async def test_an_order_that_makes_no_sense_is_refused(things: Workspace) -> None:
    taken = []
    async with things.context() as ctx:
        for sort in (("moon",), ("tags",), ("note",), ("parent",), ("--name",), ("name",) * 5):
            with suppress(BadRequest):
                taken.append((sort, await list_page(ctx, "thing", Query(sort=sort))))
    assert taken == []


@pytest.mark.parametrize("cursor", ["?", "bm8", "WzFd", "W251bGwsbnVsbF0", "e30", "WzEsMl0"])
async def test_a_cursor_of_another_list_is_a_conflict(filled: Filled, cursor: str) -> None:
    async with filled.context() as ctx:
        with pytest.raises(Conflict):
            await list_page(ctx, "thing", Query(sort=("name",), cursor=cursor))


async def test_a_value_never_becomes_sql(things: Workspace) -> None:
    evil = "x'; drop table thing; --"
    async with things.context() as ctx:
        await create(ctx, "thing", {"name": evil, "tags": [evil], "place": {"city": evil}})
        for tree in (
            {"field": "name", "op": "eq", "value": evil},
            {"field": "name", "op": "in", "value": [evil]},
            {"field": "name", "op": "contains", "value": evil},
            {"field": "tags", "op": "has_all", "value": [evil]},
            {"field": "place", "op": "contains", "value": evil},
        ):
            assert len(json.loads(await list_page(ctx, "thing", Query(filter=tree)))["data"]) == 1
        assert len(json.loads(await list_page(ctx, "thing", Query(text=evil)))["data"]) == 1
