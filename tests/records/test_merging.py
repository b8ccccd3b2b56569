"""Records become one and several again: every row and link as it was, whatever was chosen."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.things import add_things, people, values
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Conflict, Invalid, NotFound, VersionMismatch
from visavis.records import batches, bulk, create, merging, read, restore, trash, update
from visavis.records.context import Context
from visavis.records.merge_plan import UNION, Wanted
from visavis.records.merged import went_to
from visavis.records.purging import purge
from visavis.store import quoted

NOTES = """
create table note_beside (
    id bigint primary key default nextval('record_id'), record_id bigint not null, text text not null,
    unique (record_id, text)
)
"""


@pytest.fixture
async def merger(workspace: Workspace) -> Workspace:
    """With a custom type, and a table as a slice keeps one beside the records."""
    await add_things(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute(NOTES)
    workspace.app.add_reference("note_beside", "record_id")
    return workspace


async def silent(_: int) -> None:
    """Nobody waits."""


async def merge(workspace: Workspace, wanted: Wanted) -> tuple[int, dict[str, list[int]]]:
    async with workspace.context() as ctx:
        batch = await batches.begin(ctx, merging.KIND)
        moved = await merging.merge(replace(ctx, batch_id=batch), wanted, silent)
    return batch, moved.dropped


async def unmerge(workspace: Workspace, batch: int, wanted: Wanted, dropped: Any = None) -> batches.Undone:
    async with workspace.context(batch_id=batch) as ctx:
        return await merging.unmerge(ctx, wanted, dropped or {}, silent)


async def make(workspace: Workspace, object_name: str, **given: Any) -> int:
    async with workspace.context() as ctx:
        return (await create(ctx, object_name, given)).id


async def row_of(workspace: Workspace, object_name: str, record_id: int) -> dict[str, Any]:
    async with workspace.context(readonly=True) as ctx:
        found = await ctx.tx.row(f"select * from {quoted(object_name)} where id = $1", record_id)
    return dict(found or {})


async def everything(workspace: Workspace) -> dict[str, Any]:
    """All rows of all tables of records, of search and of what slices keep, without the version."""
    tables = [obj.name for obj in workspace.catalogue.objects]
    tables += ["merged_record", *dict.fromkeys(table for table, _ in workspace.app.references)]
    found: dict[str, Any] = {}
    async with workspace.context(readonly=True) as ctx:
        for name in tables:
            sql = f"select (to_jsonb(t) - 'version')::text as row from {quoted(name)} t order by id"
            found[name] = [row["row"] for row in await ctx.tx.rows(sql)]
        sql = "select to_jsonb(t)::text as row from search t order by record_id"
        found["search"] = [row["row"] for row in await ctx.tx.rows(sql)]
    return found


async def test_links_move_and_values_are_chosen(merger: Workspace) -> None:
    one = await make(merger, "company", name="Acme", country="RO", tags=["a", "b"])
    two = await make(merger, "company", name="ACME Ltd", industry="Steel", tags=["b", "c"])
    deal = await make(merger, "deal", name="Deal", company=two, stage="won")
    wanted = Wanted("company", (one, two), one, {"name": two, "tags": UNION})
    before = await everything(merger)
    batch, _ = await merge(merger, wanted)
    company = await row_of(merger, "company", one)
    assert (company["name"], company["country"], company["industry"]) == ("ACME Ltd", "RO", "Steel")
    assert company["tags"] == ["a", "b", "c"]
    assert (await row_of(merger, "deal", deal))["company"] == one
    assert (await row_of(merger, "company", two))["deleted_at"] is not None
    done = await unmerge(merger, batch, wanted)
    assert not done.kept and await everything(merger) == before


async def test_an_employment_that_says_the_same_twice_goes_to_the_trash(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B")
    ann = await make(merger, "person", first_name="Ann", last_name="Bee")
    full = await make(merger, "employment", person=ann, company=one, role="CEO")
    bare = await make(merger, "employment", person=ann, company=two)
    dated = await make(merger, "employment", person=ann, company=two, role="CEO", valid_from="2020-01-01")
    wanted = Wanted("company", (one, two), two)
    before = await everything(merger)
    batch, _ = await merge(merger, wanted)
    gone = {i: (await row_of(merger, "employment", i))["deleted_at"] is not None for i in (full, bare, dated)}
    assert gone == {full: False, bare: True, dated: False}
    await unmerge(merger, batch, wanted)
    assert await everything(merger) == before


async def test_a_tie_to_oneself_is_none(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B")
    tie = await make(merger, "tie", kind="supplier", from_company=one, to_company=two)
    await merge(merger, Wanted("company", (one, two), one))
    assert (await row_of(merger, "tie", tie))["deleted_at"] is not None


async def test_nothing_comes_to_stand_above_itself(merger: Workspace) -> None:
    top = await make(merger, "company", name="Top")
    middle = await make(merger, "company", name="Middle", parent=top)
    low = await make(merger, "company", name="Low", parent=middle)
    other = await make(merger, "company", name="Other", parent=low)
    with pytest.raises(Invalid):
        await merge(merger, Wanted("company", (top, other), top, {"parent": other}))
    wanted = Wanted("company", (top, low), low)
    before = await everything(merger)
    batch, _ = await merge(merger, wanted)
    assert (await row_of(merger, "company", low))["parent"] is None
    assert (await row_of(merger, "company", middle))["parent"] == low
    await unmerge(merger, batch, wanted)
    assert await everything(merger) == before


async def test_a_record_that_changed_is_not_merged_unseen(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B")
    async with merger.context() as ctx:
        await update(ctx, "company", two, {"name": "C"}, 1)
    with pytest.raises(VersionMismatch) as caught:
        await merge(merger, Wanted("company", (one, two), one, versions={one: 1, two: 1}))
    stale = caught.value.extra["stale"]
    assert [(s["id"], s["yours"], s["theirs"], s["current"]["name"]) for s in stale] == [(two, 1, 2, "C")]


async def test_a_merged_record_is_brought_back_by_unmerging_only(merger: Workspace) -> None:
    one, two, three = [await make(merger, "company", name=name, external_id=name) for name in "ABC"]
    first = Wanted("company", (one, two), one)
    batch, _ = await merge(merger, first)
    with pytest.raises(Conflict, match="merged"):
        async with merger.context() as ctx:
            await restore(ctx, "company", two)
    later, _ = await merge(merger, Wanted("company", (one, three), three))
    async with merger.context(readonly=True) as ctx:
        assert [await went_to(ctx, each) for each in (one, two, three)] == [three, three, None]
    with pytest.raises(Conflict, match="Undo that merge first"):
        await unmerge(merger, batch, first)
    await unmerge(merger, later, Wanted("company", (one, three), three))
    await unmerge(merger, batch, first)
    async with merger.context(readonly=True) as ctx:
        assert await ctx.tx.value("select count(*) from merged_record") == 0


async def test_what_came_since_stays_with_the_record_that_stayed(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B", industry="Steel")
    moved = await make(merger, "deal", name="Old", company=two)
    wanted = Wanted("company", (one, two), one, {"name": two})
    batch, _ = await merge(merger, wanted)
    new = await make(merger, "deal", name="New", company=one)
    async with merger.context() as ctx:
        await update(ctx, "company", one, {"name": "By hand"}, None)
        await update(ctx, "deal", moved, {"name": "Renamed"}, None)
    done = await unmerge(merger, batch, wanted)
    company, loser = await row_of(merger, "company", one), await row_of(merger, "company", two)
    assert (company["name"], company["industry"], loser["name"], loser["deleted_at"]) == ("By hand", None, "B", None)
    deals = {i: await row_of(merger, "deal", i) for i in (moved, new)}
    assert (deals[moved]["company"], deals[moved]["name"], deals[new]["company"]) == (two, "Renamed", one)
    assert [(k.id, k.fields) for k in done.kept] == [(one, ("name",))]


async def test_an_edit_over_a_merge_goes_back_to_what_was_before_both(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B", industry="Steel")
    wanted = Wanted("company", (one, two), one)
    batch, _ = await merge(merger, wanted)
    async with merger.context() as ctx:
        later = await batches.begin(ctx, "test")
        changed = replace(ctx, batch_id=later)
        await bulk.apply(changed, "company", bulk.Change(set={"industry": "Iron"}), [one])
    assert [k.fields for k in (await unmerge(merger, batch, wanted)).kept] == [("industry",)]
    async with merger.context(batch_id=later) as ctx:
        while (await batches.undo(ctx, later)).more:
            pass
    assert (await row_of(merger, "company", one))["industry"] is None


async def test_a_link_goes_back_of_what_another_edited_out_of_sight(merger: Workspace) -> None:
    ana, _, other, *_ = await people(merger)
    one, two = [await make(merger, "company", name=name, owner=ana.user_id) for name in "AB"]
    deal = await make(merger, "deal", name="Old", company=two, owner=other.user_id, team=other.team_id)
    wanted = Wanted("company", (one, two), one)
    batch, _ = await merge(merger, wanted)
    async with merger.context(other) as ctx:
        await update(ctx, "deal", deal, {"name": "Renamed"}, None)
    async with merger.context(ana, batch_id=batch) as ctx:
        await merging.unmerge(ctx, wanted, {}, silent)
    row = await row_of(merger, "deal", deal)
    assert (row["company"], row["name"]) == (two, "Renamed")


async def test_a_unique_value_goes_over_and_comes_back(merger: Workspace) -> None:
    one = await make(merger, "user", name="A", email="a@example.com")
    two = await make(merger, "user", name="B", email="b@example.com")
    company = await make(merger, "company", name="A", owner=two)
    wanted = Wanted("user", (one, two), one, {"email": two})
    batch, _ = await merge(merger, wanted)
    assert (await row_of(merger, "user", one))["email"] == "b@example.com"
    assert (await row_of(merger, "company", company))["owner"] == one
    async with merger.context() as ctx:
        await update(ctx, "user", one, {"name": "Anna"}, None)
    done = await unmerge(merger, batch, wanted)
    assert not done.kept
    assert [(await row_of(merger, "user", i))["email"] for i in (one, two)] == ["a@example.com", "b@example.com"]


async def test_rows_beside_the_records_move_too(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B")
    async with merger.context() as ctx:
        for record, text in ((one, "same"), (two, "same"), (two, "other")):
            await ctx.tx.execute("insert into note_beside (record_id, text) values ($1, $2)", record, text)
    before = await everything(merger)
    wanted = Wanted("company", (one, two), one)
    batch, dropped = await merge(merger, wanted)
    async with merger.context(readonly=True) as ctx:
        rows = await ctx.tx.rows("select record_id, text from note_beside order by text")
    assert [(row["record_id"], row["text"]) for row in rows] == [(one, "other"), (one, "same")]
    await unmerge(merger, batch, wanted, dropped)
    assert await everything(merger) == before


async def test_what_was_removed_for_good_does_not_come_back(merger: Workspace) -> None:
    one, two = await make(merger, "company", name="A"), await make(merger, "company", name="B")
    wanted = Wanted("company", (one, two), one)
    batch, _ = await merge(merger, wanted)
    async with merger.context() as ctx:
        await purge(ctx, ctx.catalogue.object("company"), [two])
    with pytest.raises(Conflict, match="removed for good"):
        await unmerge(merger, batch, wanted)


async def test_many_restored_at_once_leave_the_merged_ones(merger: Workspace) -> None:
    one, two, three = [await make(merger, "company", name=name) for name in "ABC"]
    await merge(merger, Wanted("company", (one, two), one))
    async with merger.context() as ctx:
        await trash(ctx, "company", three)
        batch = await batches.begin(ctx, "bulk")
        done = await bulk.apply(replace(ctx, batch_id=batch), "company", bulk.Change("restore"), [two, three])
    assert done.changed == 1
    assert (await row_of(merger, "company", two))["deleted_at"] is not None


async def test_what_one_may_not_change_one_may_not_merge(merger: Workspace) -> None:
    actors = await people(merger)
    mine = await make(merger, "company", name="Mine", owner=actors[0].user_id)
    foreign = await make(merger, "company", name="Foreign", owner=actors[3].user_id)
    with pytest.raises(NotFound):
        async with merger.context(actors[0]) as ctx:
            await merging.merge(replace(ctx, batch_id=1), Wanted("company", (mine, foreign), mine), silent)


# --- whatever is merged comes back -------------------------------------------------------------------------------

_SEEDS = st.integers(0, 2**32)


@settings(
    max_examples=int(os.environ.get("MERGES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_SEEDS)
async def test_any_merge_is_taken_back_whole(merger: Workspace, seed: int) -> None:
    rnd = random.Random(seed)
    object_name, ids = await _world(merger, rnd)
    chosen = rnd.sample(ids, rnd.randint(2, min(4, len(ids))))
    wanted = Wanted(object_name, tuple(chosen), rnd.choice(chosen), _choices(merger, object_name, chosen, rnd))
    before = await everything(merger)
    try:
        batch, dropped = await merge(merger, wanted)
    except (Invalid, Conflict):
        assert await everything(merger) == before
        return
    after = await everything(merger)
    assert after != before
    await _nothing_points_at(merger, object_name, wanted.losers)
    done = await unmerge(merger, batch, wanted, dropped)
    assert not done.kept
    assert await everything(merger) == before


async def _world(workspace: Workspace, rnd: random.Random) -> tuple[str, list[int]]:
    """Companies, people and things with links among them, some of it in the trash."""
    companies: list[int] = []
    for number in range(4):
        companies.append(
            await make(
                workspace,
                "company",
                name=f"Company {number}",
                parent=rnd.choice([None, *companies]),
                tags=rnd.sample(["a", "b", "c"], rnd.randint(0, 3)),
                annual_revenue=rnd.choice([None, {"amount": "1.5", "currency": "EUR"}]),
            )
        )
    persons = [await make(workspace, "person", first_name=f"P{n}", last_name="X") for n in range(3)]
    things: list[int] = []
    async with workspace.context() as ctx:
        for _ in range(4):
            things.append((await create(ctx, "thing", values(rnd, things, []))).id)
        for _ in range(6):
            await _link(ctx, rnd, companies, persons)
        for each in rnd.sample([*companies, *persons, *things], 4):
            sql = "insert into note_beside (record_id, text) values ($1, $2) on conflict do nothing"
            await ctx.tx.execute(sql, each, rnd.choice("xyz"))
    name = rnd.choice(["company", "person", "thing"])
    return name, {"company": companies, "person": persons, "thing": things}[name]


async def _link(ctx: Context, rnd: random.Random, companies: Sequence[int], persons: Sequence[int]) -> None:
    company, person = rnd.choice(companies), rnd.choice(persons)
    links: list[tuple[str, dict[str, Any]]] = [
        ("employment", {"person": person, "company": company, "role": rnd.choice([None, "CEO"])}),
        ("tie", {"kind": "partner", "from_company": company, "to_company": rnd.choice(companies)}),
        ("tie", {"kind": "friend", "from_person": person, "to_person": rnd.choice(persons)}),
        ("deal", {"name": "D", "company": company, "person": rnd.choice([None, person])}),
        ("activity", {"kind": "note", "subject": "N", "company": company, "person": person}),
    ]
    made = rnd.choice(links)
    record = await create(ctx, *made)
    if rnd.random() < 0.2:
        await ctx.tx.execute(f"update {quoted(made[0])} set deleted_at = now() where id = $1", record.id)


def _choices(workspace: Workspace, object_name: str, ids: Sequence[int], rnd: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in workspace.catalogue.object(object_name).entered:
        if rnd.random() < 0.3:
            free: list[Any] = [*ids, *([] if field.required else [None])]
            found[field.name] = rnd.choice([*free, *([UNION] if field.type == "multi_choice" else [])])
    return found


async def _nothing_points_at(workspace: Workspace, object_name: str, losers: Sequence[int]) -> None:
    async with workspace.context(readonly=True) as ctx:
        live = await ctx.tx.value(
            f"select count(*) from {quoted(object_name)} where id = any($1) and deleted_at is null", list(losers)
        )
        assert live == 0
        assert await merging.links_to(ctx, object_name, losers, 10) == await _among(ctx, object_name, losers)
        for each in losers:
            await read(ctx, object_name, each)


async def _among(ctx: Context, object_name: str, losers: Sequence[int]) -> int:
    """Links among the records that went: these stay as they were."""
    found = 0
    for field in ctx.catalogue.object(object_name).entered:
        if field.target == object_name:
            sql = f"select count(*) from {quoted(object_name)} where id = any($1) and {quoted(field.name)} = any($1)"
            found += await ctx.tx.value(sql, list(losers))
    return found


async def test_no_way_back_closes_a_circle(merger: Workspace) -> None:
    one, two, top = [await make(merger, "company", name=name) for name in ("One", "Two", "Top")]
    low = await make(merger, "company", name="Low", parent=two)
    async with merger.context() as ctx:
        await update(ctx, "company", two, {"parent": top}, None)
    wanted = Wanted("company", (one, two), one, {"parent": one})
    batch, _ = await merge(merger, wanted)
    async with merger.context() as ctx:
        await update(ctx, "company", top, {"parent": low}, None)
    done = await unmerge(merger, batch, wanted)
    assert [(each.id, each.reason, each.fields) for each in done.kept] == [(low, "circle", ("parent",))]
    assert (await row_of(merger, "company", low))["parent"] == one
