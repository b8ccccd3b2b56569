"""Whatever the role and its rules, nothing tells of a record or a field that lies outside of them."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.things import people
from visavis.access import SYSTEM, Action, Actor, overlaid, reach, readable
from visavis.catalogue import Catalogue, Object
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Forbidden, NotFound, Problem
from visavis.records import (
    Context,
    Query,
    count,
    create,
    history,
    list_page,
    page_of,
    read,
    search,
    summary,
    timeline,
    update,
)
from visavis.records.pivot_axes import Axis
from visavis.records.pivoting import Asked, Figure, pivot
from visavis.records.query import build as statement_of

SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
TYPES = ("company", "person", "deal", "activity", "invoice", "invoice_line", "payment", "employment", "product")
LINKED = {
    "person": (),
    "company": ("parent",),
    "deal": ("company", "person", "product"),
    "activity": ("company", "person", "deal"),
    "invoice": ("company", "person"),
    "invoice_line": ("invoice", "product"),
    "payment": ("invoice", "company", "person"),
    "employment": ("person", "company"),
    "product": (),
}


@dataclass(frozen=True)
class World:
    """A workspace, its members, and the raw rows by type and id."""

    workspace: Workspace
    actors: list[Actor] = field(repr=False)
    rows: dict[str, dict[int, dict[str, Any]]] = field(repr=False)
    teams: dict[int, int | None] = field(repr=False)

    @property
    def catalogue(self) -> Catalogue:
        return self.workspace.catalogue

    def sees(self, actor: Actor, name: str, record_id: int, action: Action = "read") -> bool:
        """The rule once more, in plain words."""
        obj = self.catalogue.object(name)
        far, row = reach(actor, obj, action), self.rows[name][record_id]
        if far in ("none", "all") or obj.scope.kind == "open":
            return far != "none"
        if obj.scope.kind == "via":
            links = [(link, str(obj.field(link).target)) for link in obj.scope.via]
            return any(row[link] and self.sees(actor, target, row[link], action) for link, target in links)
        if row["owner"] == actor.user_id:
            return True
        same_team = actor.team_id in (row["team"], self.teams.get(row["owner"]))
        return far == "team" and actor.team_id is not None and same_team

    def visible(self, actor: Actor, name: str) -> set[int]:
        return {i for i in self.rows[name] if self.sees(actor, name, i)}


@pytest.fixture
async def world(workspace: Workspace) -> World:
    rnd = random.Random(11)
    actors = await people(workspace)
    users = [a.user_id for a in actors]
    teams = sorted({a.team_id for a in actors if a.team_id})
    made: dict[str, list[int]] = {name: [] for name in TYPES}
    async with workspace.context(SYSTEM) as ctx:
        for name in ("product", "company", "person", "deal", "activity", "invoice", *TYPES[5:8]):
            for number in range(14):
                body = _body(rnd, ctx.catalogue.object(name), name, number, made)
                if name in ("company", "person", "deal", "activity"):
                    body |= {"owner": rnd.choice([None, *users]), "team": rnd.choice([None, None, *teams])}
                made[name].append((await create(ctx, name, body)).id)
        for record_id in made["deal"]:
            await update(ctx, "deal", record_id, {"company": rnd.choice(made["company"]), "name": "Renamed"}, None)
        rows = {n: {r["id"]: dict(r) for r in await ctx.tx.rows(f'select * from "{n}"')} for n in TYPES}
    return World(workspace, actors, rows, {a.user_id: a.team_id for a in actors if a.user_id})


def _body(rnd: random.Random, obj: Object, name: str, number: int, made: dict[str, list[int]]) -> dict[str, Any]:
    body: dict[str, Any] = {f.name: f"Common {number}" for f in obj.entered if f.type == "text"}
    body |= {f.name: "2026-01-02" for f in obj.entered if f.type == "date"}
    body |= {f.name: "2026-01-02T03:04:05Z" for f in obj.entered if f.type == "datetime"}
    body |= {f.name: {"amount": "1", "currency": "EUR"} for f in obj.entered if f.type == "money"}
    body |= {f.name: f.options[0].value for f in obj.entered if f.type == "choice"}
    targets = {link: made[str(obj.field(link).target)] for link in LINKED[name]}
    required = {f.name for f in obj.entered if f.required}
    return body | {k: rnd.choice(ids if k in required else [None, *ids]) for k, ids in targets.items() if ids}


REACHES = st.sampled_from(["none", "own", "team", "all"])
RULES = st.dictionaries(
    st.sampled_from(TYPES),
    st.fixed_dictionaries(
        {},
        optional={
            "read": REACHES,
            "update": REACHES,
            "hidden": st.lists(
                st.sampled_from(["name", "last_name", "company", "amount", "stage", "number"]), max_size=2
            ),
        },
    ),
    max_size=5,
)


@st.composite
def members(draw: st.DrawFn) -> tuple[int, str, dict[str, Any]]:
    """(which member, role, rules)"""
    return draw(st.integers(0, 4)), draw(st.sampled_from(["manager", "member", "reader"])), draw(RULES)


def acting(world: World, who: tuple[int, str, dict[str, Any]]) -> Actor:
    place, role, rules = who
    policy = overlaid({role: rules})
    return replace(world.actors[place], role=role, policy=policy)  # type: ignore[arg-type]


@given(who=members())
@SOME
async def test_lists_counts_groups_and_search_hold_what_the_rule_allows(world: World, who: Any) -> None:
    actor = acting(world, who)
    async with world.workspace.context(actor) as ctx:
        for name in TYPES:
            if reach(actor, ctx.catalogue.object(name), "read") == "none":
                with pytest.raises(Forbidden):
                    await list_page(ctx, name, Query())
                continue
            visible = world.visible(actor, name)
            await _check_list(ctx, world, actor, name, visible)
            await _check_summary(ctx, world, actor, name, visible)
        found = await search(ctx, "common", 50)
        assert all(world.sees(actor, hit["object"], hit["id"]) for hit in found)
        assert all(_titled(world, actor, hit["object"]) for hit in found)


def _titled(world: World, actor: Actor, name: str) -> bool:
    obj = world.catalogue.object(name)
    return set(obj.title) <= {f.name for f in readable(actor, obj)}


async def _check_list(ctx: Context, world: World, actor: Actor, name: str, visible: set[int]) -> None:
    obj = ctx.catalogue.object(name)
    fields = {f.name: f for f in readable(actor, obj)}
    page = json.loads(await list_page(ctx, name, Query(limit=500, columns=tuple(fields) or ("id",))))
    assert {record["id"] for record in page["data"]} == visible
    assert await count(ctx, name, Query()) == {"value": len(visible), "capped": False}
    for record in page["data"]:
        assert record.keys() <= fields.keys() | set(_SYSTEM)
        if not set(obj.title) & fields.keys():
            assert record["title"] == f"#{record['id']}"
        for link in LINKED[name]:
            if link in fields:
                _check_link(
                    world, actor, str(obj.field(link).target), world.rows[name][record["id"]][link], record[link]
                )


_SYSTEM = ("id", "version", "title", "external_id", "created_at", "updated_at", "deleted_at")


def _check_link(world: World, actor: Actor, target: str, raw: int | None, shown: Mapping[str, Any] | None) -> None:
    if raw is None or not world.sees(actor, target, raw):
        assert shown is None
    else:
        assert shown is not None and shown["id"] == raw
        if not {f.name for f in readable(actor, world.catalogue.object(target))} & set(
            world.catalogue.object(target).title
        ):
            assert shown["title"] == f"#{raw}"


async def _check_summary(ctx: Context, world: World, actor: Actor, name: str, visible: set[int]) -> None:
    obj = ctx.catalogue.object(name)
    fields = {f.name for f in readable(actor, obj)}
    for link in LINKED[name]:
        if link not in fields:
            with pytest.raises(BadRequest):
                await summary(ctx, name, Query(), link, ())
            continue
        target = str(obj.field(link).target)
        links = [world.rows[name][i][link] for i in visible]
        seen = [v if v is not None and world.sees(actor, target, v) else None for v in links]
        found = await summary(ctx, name, Query(), link, ())
        assert {g["key"]: g["count"] for g in found["groups"]} == {v: seen.count(v) for v in seen}
        assert found["total"]["count"] == len(visible)
        table = await pivot(ctx, name, Query(), Asked((Axis(link),), (), (Figure("count"),)), ZoneInfo("UTC"))
        assert {head.keys[0]: table.by_row[head.keys].count for head in table.rows} == {v: seen.count(v) for v in seen}
        await _check_link_filters(ctx, name, link, list(zip(visible, links, seen, strict=True)))


async def _check_link_filters(
    ctx: Context, name: str, link: str, rows: list[tuple[int, int | None, int | None]]
) -> None:
    """A link that leads out of sight cannot be found out by asking for it."""
    for op in ("empty", "not_empty"):
        found = await count(ctx, name, Query(filter={"field": link, "op": op}))
        assert found["value"] == sum((seen is None) == (op == "empty") for _, _, seen in rows)
    raw = next((raw for _, raw, seen in rows if raw is not None and seen is None), None)
    if raw is not None:
        for op, value in (("eq", raw), ("in", [raw])):
            assert (await count(ctx, name, Query(filter={"field": link, "op": op, "value": value})))["value"] == 0


@given(who=members(), data=st.data())
@SOME
async def test_single_records_and_what_hangs_on_them(world: World, who: Any, data: st.DataObject) -> None:
    actor = acting(world, who)
    name = data.draw(st.sampled_from(("company", "person", "deal", "invoice")))
    record_id = data.draw(st.sampled_from(sorted(world.rows[name])))
    async with world.workspace.context(actor) as ctx:
        if not world.sees(actor, name, record_id):
            for ask in (read, history, timeline):
                with pytest.raises((NotFound, Forbidden)):
                    await ask(ctx, name, record_id)
            return
        fields = {f.name for f in readable(actor, ctx.catalogue.object(name))}
        shown = json.loads((await read(ctx, name, record_id)).body)
        assert shown.keys() == fields | set(_SYSTEM)
        _check_entries(world, actor, name, (await timeline(ctx, name, record_id))["data"])
        await _check_page(ctx, world, actor, name, record_id)
        for event in (await history(ctx, name, record_id))["data"]:
            assert event["changes"].keys() <= fields
            _check_changes(world, actor, name, event["changes"])


async def _check_page(ctx: Context, world: World, actor: Actor, name: str, record_id: int) -> None:
    page = json.loads((await page_of(ctx, name, await read(ctx, name, record_id))).body)
    _check_entries(world, actor, name, page["timeline"]["data"])
    for part in page["related"]:
        other, field = part["object"], part["field"]
        obj = world.catalogue.object(other)
        assert field in {f.name for f in readable(actor, obj)}
        wanted = {i for i, row in world.rows.get(other, {}).items() if row[field] == record_id}
        wanted &= world.visible(actor, other) if other in world.rows else set()
        assert part["count"] == {"value": len(wanted), "capped": False}
        assert {row["id"] for row in part["data"]} <= wanted
        assert len(part["data"]) == min(5, len(wanted))
        for row in part["data"]:
            assert row.keys() <= {f.name for f in readable(actor, obj)} | set(_SYSTEM)


def _check_entries(world: World, actor: Actor, name: str, entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        assert world.sees(actor, entry["object"], entry["id"])
        fields = {f.name for f in readable(actor, world.catalogue.object(entry["object"]))}
        if entry["object"] != name and not _titled(world, actor, entry["object"]):
            assert entry["title"] == f"#{entry['id']}"
        assert entry["amount"] is None or fields & {"amount", "total"}
        if entry["changes"]:
            _check_changes(world, actor, name, entry["changes"])


def _check_changes(world: World, actor: Actor, name: str, changes: Mapping[str, Any]) -> None:
    assert changes.keys() <= {f.name for f in readable(actor, world.catalogue.object(name))}
    for shown in changes.get("company", ()):
        assert shown is None or world.sees(actor, "company", shown["id"])


@given(who=members(), data=st.data())
@SOME
async def test_a_change_needs_both_sight_and_reach(world: World, who: Any, data: st.DataObject) -> None:
    actor = acting(world, who)
    name = data.draw(st.sampled_from(("company", "deal", "invoice", "payment")))
    record_id = data.draw(st.sampled_from(sorted(world.rows[name])))
    wanted = NotFound if not world.sees(actor, name, record_id) else Forbidden
    allowed = wanted is Forbidden and world.sees(actor, name, record_id, "update")
    raised: type[Problem] | None = None
    async with world.workspace.context(actor) as ctx:
        try:
            await update(ctx, name, record_id, {}, None)
        except (NotFound, Forbidden) as problem:
            raised = type(problem)
    none_at_all = reach(actor, world.catalogue.object(name), "read") == "none"
    assert raised is (None if allowed else wanted) or (none_at_all and raised is not None)


@given(who=members())
@SOME
async def test_a_hidden_field_cannot_be_named(world: World, who: Any) -> None:
    actor = acting(world, who)
    for name in TYPES:
        obj = world.catalogue.object(name)
        seen = {f.name for f in readable(actor, obj)}
        if reach(actor, obj, "read") == "none":
            continue
        for hidden in [f for f in obj.fields if f.name not in seen]:
            async with world.workspace.context(actor) as ctx:
                for query in (
                    Query(columns=(hidden.name,)),
                    Query(sort=(hidden.name,)),
                    Query(filter={"field": hidden.name, "op": "not_empty"}),
                    Query(filter={"field": hidden.name, "op": "gt", "mean_of_group": "owner"}),
                    Query(filter={"field": "amount", "op": "gt", "mean_of_group": hidden.name}),
                ):
                    with pytest.raises(BadRequest):
                        await list_page(ctx, name, query)
                with pytest.raises(BadRequest):
                    await summary(ctx, name, Query(), hidden.name, ())
                with pytest.raises(BadRequest):
                    await summary(ctx, name, Query(), None, (hidden.name,))
                for asked in (
                    Asked((Axis(hidden.name),), (), (Figure("count"),)),
                    Asked((), (Axis(f"{hidden.name}.name"),), (Figure("count"),)),
                    Asked((), (), (Figure("sum", hidden.name),)),
                ):
                    with pytest.raises(BadRequest):
                        await pivot(ctx, name, Query(), asked, ZoneInfo("UTC"))
                assert (
                    json.loads(await list_page(ctx, name, Query(text="common")))["data"] == []
                    or hidden.searchable is False
                )


@given(who=members())
@SOME
async def test_aggregates_count_and_add_only_what_may_be_seen(world: World, who: Any) -> None:
    actor = acting(world, who)
    deal = world.catalogue.object("deal")
    if "none" in (reach(actor, deal, "read"), reach(actor, world.catalogue.object("company"), "read")):
        return
    fields = {f.name for f in readable(actor, deal)}
    async with world.workspace.context(actor) as ctx:
        if not {"company", "amount"} <= fields:
            with pytest.raises(BadRequest):
                await count(ctx, "company", Query(filter={"related": "deal.company", "sum": _ABOVE_NOTHING}))
            return
        deals = [world.rows["deal"][i] for i in world.visible(actor, "deal")]
        for number in range(3):
            wanted = {
                company
                for company in world.visible(actor, "company")
                if sum(row["company"] == company for row in deals) > number
            }
            for aggregate in (
                {"count": {"op": "gt", "value": number}},
                {"sum": {**_ABOVE_NOTHING, "value": str(number)}},
            ):
                found = await list_page(ctx, "company", Query(filter={"related": "deal.company", **aggregate}))
                assert {row["id"] for row in json.loads(found)["data"]} == wanted


_ABOVE_NOTHING = {"field": "amount", "op": "gt", "value": "0"}


@given(who=members())
@SOME
async def test_a_mean_is_one_of_what_may_be_seen(world: World, who: Any) -> None:
    """All amounts are 1 but the hidden ones, so that nothing lies above the mean of the others."""
    actor = acting(world, who)
    deal = world.catalogue.object("deal")
    if reach(actor, deal, "read") == "none" or not {"amount", "team"} <= {f.name for f in readable(actor, deal)}:
        return
    async with world.workspace.context(actor) as ctx:
        visible = world.visible(actor, "deal")
        await ctx.tx.execute("update deal set amount = 50 where id <> all($1::bigint[])", list(visible))
        for op, wanted in (("lt", set()), ("ge", {i for i in visible if world.rows["deal"][i]["team"]})):
            query = Query(filter={"field": "amount", "op": op, "mean_of_group": "team"})
            found = json.loads(await list_page(ctx, "deal", query))["data"]
            assert {row["id"] for row in found} == wanted
        await ctx.tx.execute("update deal set amount = 1")


async def test_what_one_actor_may_see_is_not_kept_for_another(workspace: Workspace) -> None:
    """The fields known in a context belong to its actor, not to a copy for somebody else."""
    policy = overlaid({"member": {"company": {"hidden": ["country"]}}})
    for first, then in ((SYSTEM, Actor(1, "member", policy=policy)), (Actor(1, "member", policy=policy), SYSTEM)):
        async with workspace.context(first) as ctx:
            seen = []
            for inside in (ctx, replace(ctx, actor=then), ctx):
                company = ctx.catalogue.object("company")
                seen.append("country" in statement_of(inside).visible(company))
        assert seen == [first is SYSTEM, then is SYSTEM, first is SYSTEM]
