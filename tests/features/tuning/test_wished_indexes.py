"""A dear list asks for an index, the job builds it, and from then on the list walks along it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.records.test_budgets import counted
from visavis.access import SYSTEM, Actor
from visavis.catalogue import Object
from visavis.features.runtime import Workspace, open_workspace
from visavis.features.tuning.jobs import build
from visavis.records import Context, Query, count, create, listing, update
from visavis.records.counting import count_sql, ranges_sql
from visavis.records.query import build as statement_of
from visavis.records.wishing import Wish, counting_wishes, wishes
from visavis.store.aggregates import means

ROWS = 60_000
RICH = Query(
    filter={"and": [{"field": "country", "op": "eq", "value": "C7"}, {"field": "employees", "op": "ge", "value": 5}]},
    sort=("-founded",),
    columns=("name",),
)
RARE = Query(filter={"field": "note", "op": "contains", "value": "zzz7z"}, columns=("name",))


@pytest.fixture
async def large(dsn: str, schema: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with open_workspace(dsn, tmp_path, schema, max_size=4) as opened:
        async with opened.context() as ctx:
            await ctx.tx.execute(
                "insert into company (name, country, employees, founded, note, owner)"
                " select 'N ' || n, 'C' || n % 50, n % 100, n * 7919 % 1000, 'zzz' || n || 'z', n % 2"
                f" from generate_series(1, {ROWS}) n; analyze company"
            )
        yield opened


async def built(workspace: Workspace) -> list[str | None]:
    """What the queued jobs make."""
    jobs = await workspace.db.rows("delete from job where kind = 'tuning.index' returning args")
    return [(await build(SimpleNamespace(workspace=workspace, args=job["args"])))["built"] for job in jobs]


async def vacuumed(workspace: Workspace) -> None:
    """Other tests run on the same server: while one of their transactions is older, no page counts as seen by all."""
    seen = "select relallvisible >= relpages from pg_class where oid = 'company'::regclass"
    for _ in range(200):
        await workspace.db.rows("vacuum (analyze) company")
        if await workspace.db.value(seen):
            return
        await asyncio.sleep(0.1)


async def plan_of(workspace: Workspace, query: Query, actor: Actor = SYSTEM) -> str:
    async with workspace.context(actor, readonly=True) as ctx:
        statement = statement_of(ctx)
        sql = listing.page_sql(statement, ctx.catalogue.object("company"), query)
        rows = await ctx.tx.rows(f"explain (costs off) {sql}", *statement.params)
    return "\n".join(row[0] for row in rows)  # type: ignore[index]


async def asked(workspace: Workspace, query: Query) -> list[dict[str, Any]]:
    async with workspace.context(SYSTEM, readonly=True) as ctx:
        data: list[dict[str, Any]] = json.loads(await listing.list_page(ctx, "company", query))["data"]
    return data


@pytest.mark.parametrize(
    ("query", "name"), [(RICH, "company.wish.country+founded"), (RARE, "company.wish.note")], ids=["two", "words"]
)
async def test_a_dear_list_gets_its_index(
    large: Workspace, monkeypatch: pytest.MonkeyPatch, query: Query, name: str
) -> None:
    """The price is lowered, so that sixty thousand rows are many."""
    monkeypatch.setattr(listing, "DEAR", 500.0)
    before = await asked(large, query)
    assert await built(large) == [name]
    assert name in await plan_of(large, query)
    assert await asked(large, query) == before
    assert before


async def test_a_count_reads_only_what_may_be_seen(large: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Range by range of an index that has team and owner ahead of the last field; the number is the same."""
    wish = {"object": "company", "equal": "country", "also": "employees", "held": True}
    built_one = await build(SimpleNamespace(workspace=large, args={"wishes": [wish]}))
    assert built_one["built"] == "company.wish.country+team+owner+employees"
    await large.db.rows("update company set team = nullif(id % 4, 0), owner = nullif(id % 7, 0)")
    await vacuumed(large)
    monkeypatch.setattr("visavis.records.counting.NOT_CHEAP", 0.0)
    for actor, cut in ((Actor(1, "member", 2, colleagues=(3, 5)), 4), (Actor(1, "member"), 1), (SYSTEM, 0)):
        async with large.context(actor, readonly=True) as ctx:
            company, statement, whole = ctx.catalogue.object("company"), statement_of(ctx), statement_of(ctx)
            assert len(statement.ranges(company, "t", [])) == cut
            assert await _overlaps(ctx, company) == 0
            expected = await ctx.tx.value(count_sql(whole, company, RICH), *whole.params)
            with counted(ctx) as seen:
                assert await count(ctx, "company", RICH) == {"value": expected, "capped": False}
            assert ("union all" in seen[-1]) == (cut > 1)
            sql = ranges_sql(statement, company, RICH) if cut else count_sql(statement, company, RICH)
            plan = [row[0] for row in await ctx.tx.rows(f"explain {sql}", *statement.params)]  # type: ignore[index]
        assert sum("Index Only Scan" in line for line in plan) == max(cut, 1)


async def _overlaps(ctx: Context, obj: Object) -> int:
    """Rows that are not in exactly one range although they may be read, or in one although they may not."""
    statement = statement_of(ctx)
    allowed = statement.allow(obj, "t", statement.params)
    ranges = statement.ranges(obj, "t", statement.params) or [allowed]
    times = " + ".join(f"coalesce(({part})::int, 0)" for part in ranges)
    return int(
        await ctx.tx.value(
            "select count(*) from unnest(array[null, 1, 2, 3, 4]::bigint[]) team,"
            " unnest(array[null, 1, 3, 4, 5, 6]::bigint[]) owner, lateral (select team, owner) t"
            f" where {times} <> coalesce(({allowed})::int, 0)",
            *statement.params,
        )
    )


async def test_a_count_that_is_asked_again_and_again_gets_its_index(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.records.counting.DEAR", 5_000.0)
    found: list[str | None] = []
    for _ in range(9):
        async with large.context(SYSTEM, readonly=True) as ctx:
            assert (await count(ctx, "company", RICH))["value"] == 1200
        found += await built(large)
    assert found == ["company.wish.country+team+owner+employees"]


async def test_means_of_groups_are_read_from_an_index_of_their_own(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written counts at once: of the five rows of a new country, one is above the mean, then two."""
    monkeypatch.setattr("visavis.records.means.DEAR", 500.0)
    tree = {"field": "employees", "op": "gt", "mean_of_group": "country"}
    above = Query(filter={"and": [tree, {"field": "country", "op": "eq", "value": "New"}]}, columns=("name",))
    assert not await asked(large, above)
    assert await built(large) == ["company.wish.country+employees"]
    await vacuumed(large)
    async with large.context(Actor(1, "member", 2, colleagues=(1,)), readonly=True) as ctx:
        statement = statement_of(ctx)
        sql = means(statement, ctx.catalogue.object("company"), tree)
        rows = await ctx.tx.rows(f"explain (costs off) select {sql}", *statement.params)
    assert "Index Only Scan" in "".join(row[0] for row in rows)  # type: ignore[index]
    async with large.context() as ctx:
        made = [
            await create(ctx, "company", {"name": str(n), "country": "New", "employees": n}) for n in (1, 1, 1, 1, 9)
        ]
    assert [row["name"] for row in await asked(large, above)] == ["9"]
    async with large.context() as ctx:
        await update(ctx, "company", made[0].id, {"employees": 8}, 1)
    assert sorted(row["name"] for row in await asked(large, above)) == ["1", "9"]


async def test_a_list_that_is_asked_again_and_again_gets_its_index(large: Workspace) -> None:
    cost = 400.0
    async with large.context() as ctx:
        assert [ctx.tx.adds_up("a", cost, 1_000.0) for _ in range(7)] == [False, False, True] * 2 + [False]
        assert not ctx.tx.adds_up("b", cost, 1_000.0)


async def test_members_lists_of_related_records_come_to_their_indexes(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of the calls is dear; together they are."""
    tree = {"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": "call"}}
    query, actor = Query(filter=tree), Actor(1, "member", 2, colleagues=(1, 3))
    await large.db.rows(
        "insert into activity (kind, at, company, owner) select 'call', now(), id, 1 from company where id % 8 = 0"
    )
    await large.db.rows("analyze activity")
    await vacuumed(large)
    monkeypatch.setattr(listing, "NOT_CHEAP", 0.0)
    monkeypatch.setattr(listing, "DEAR", 2_000.0)
    found: list[str | None] = []
    while not found:
        async with large.context(actor, readonly=True) as ctx:
            await listing.list_page(ctx, "company", query)
        found = await built(large)
    assert found == ["company.wish.name"]


async def test_the_way_through_a_list_is_chosen_once_in_a_while(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "GAMBLE", 0.0)
    tree = {"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": "call"}}
    actor, explained = Actor(1, "member", 2, colleagues=(1, 3)), []
    for query in (Query(filter=tree), Query(filter=tree, columns=("country",)), Query(filter=tree, limit=7)):
        async with large.context(actor, readonly=True) as ctx:
            with counted(ctx) as seen:
                await listing.list_page(ctx, "company", query)
        explained.append(sum("explain" in sql for sql in seen))
    assert explained[0] > 2
    assert explained[1] == 0
    assert explained[2] > 2


async def test_only_what_a_list_names_is_joined(large: Workspace) -> None:
    async with large.context(Actor(1, "member", 2), readonly=True) as ctx:
        company, plain = ctx.catalogue.object("company"), []
        for query in (RICH, Query(filter={"field": "abc_class", "op": "eq", "value": "A"}), Query(sort=("-p_alive",))):
            statement = statement_of(ctx)
            sqls = [listing._ids_sql(statement, company, query), count_sql(statement, company, query)]
            plain.append(["derived_company" in sql for sql in sqls])
        assert plain == [[False, False], [True, True], [True, False]]


async def test_an_index_is_built_once_and_again_after_it_was_cut_off(large: Workspace) -> None:
    args = {"wishes": [{"object": "company", "equal": "country", "sort": "founded", "words": None}]}
    run = SimpleNamespace(workspace=large, args=args)
    name = "company.wish.country+founded"
    assert (await build(run))["built"] == name
    assert (await build(run))["built"] is None
    async with large.context() as ctx:
        await ctx.tx.execute(f"update pg_index set indisvalid = false where indexrelid = '\"{name}\"'::regclass")
    assert (await build(run))["built"] == name


async def test_small_tables_and_unknown_fields_get_none(large: Workspace) -> None:
    for wish in ({"object": "person", "sort": "birthday"}, {"object": "company", "sort": "moon"}, {"object": "moon"}):
        args = {"wishes": [{"equal": None, "sort": None, "words": None} | wish]}
        assert (await build(SimpleNamespace(workspace=large, args=args)))["built"] is None


async def test_few_and_many_rows_give_the_same_page(large: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The careful statement sorts few rows and walks among many; both show what the plain one shows."""
    plain = [await asked(large, query) for query in (RICH, RARE)]
    for few in (10, 3000):
        monkeypatch.setattr(listing, "FEW", few)
        monkeypatch.setattr(listing, "RISK", 10**9)
        monkeypatch.setattr(listing, "LITTLE", 10**-9)
        monkeypatch.setattr(listing, "GAMBLE", 0.0)
        assert [await asked(large, query) for query in (RICH, RARE)] == plain


@pytest.mark.parametrize("wanted", ["call", "note"])
async def test_every_way_through_related_records_gives_the_same_page(
    large: Workspace, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    async with large.context() as ctx:
        await ctx.tx.execute(
            "insert into activity (kind, at, company, owner) select 'call', now(), case when n % 3 > 0 then low + n end"
            ", n % 5 from generate_series(1, 400) n, (select min(id) low from company) c"
        )
    tree = {"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": wanted}}
    queries = [Query(filter=tree, limit=500), Query(filter={"not": tree}, limit=500)]
    actor = Actor(1, "member", 2, colleagues=(1, 3))
    pages = []
    for way in ("walk", "few", "gathered"):
        monkeypatch.setattr(listing, "GAMBLE", 0.0)
        monkeypatch.setattr(listing, "_way", lambda *_, way=way: asyncio.sleep(0, way))
        async with large.context(actor, readonly=True) as ctx:
            pages.append([await listing.list_page(ctx, "company", query) for query in queries])
    assert pages[0] == pages[1] == pages[2]
    assert (len(json.loads(pages[0][0])["data"]) > 50) == (wanted == "call")


async def test_a_page_merged_from_stretches_is_the_page_of_the_list(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page after page, with empty values, in both directions, with more to ask of each row; also for one owner."""
    async with large.context() as ctx:
        await ctx.tx.execute(
            "insert into activity (kind, at, company, owner) select 'call', now(), low + n * 3, 1"
            " from generate_series(1, 200) n, (select min(id) low from company) c"
        )
        await ctx.tx.execute(
            "update company set team = nullif(id % 4, 0), owner = nullif(id % 5, 0), founded = nullif(founded % 7, 0),"
            " deleted_at = case when id % 11 = 0 then now() end where id in (select company from activity)"
        )
    tree = {"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": "call"}}
    more = {"and": [tree, {"field": "employees", "op": "ge", "value": 30}]}
    queries = [
        Query(filter=tree, limit=7),
        Query(filter=more, limit=2, sort=("-founded", "name")),
        Query(filter=tree, limit=3, sort=("founded",)),
        Query(filter=more, limit=3, sort=("-id",)),
        Query(filter=tree, limit=1, trash=True),
    ]
    for actor in (Actor(1, "member", 2, colleagues=(1, 3)), Actor(1, "member")):
        found = []
        for way in ("walk", "merged"):
            monkeypatch.setattr(listing, "WORTH_A_THOUGHT", -1.0)
            monkeypatch.setattr(listing, "_way", lambda *_, way=way: asyncio.sleep(0, way))
            found.append([await _all_pages(large, actor, query) for query in queries])
        assert found[0] == found[1]
        assert all(len(pages) > 1 for pages in found[0])


async def test_stretches_are_merged_along_their_indexes(large: Workspace) -> None:
    await _with_stretches(large)
    query = Query(filter={"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": "call"}})
    async with large.context(Actor(1, "member", 2, colleagues=(1, 3)), readonly=True) as ctx:
        statement, company = statement_of(ctx), ctx.catalogue.object("company")
        terms, stretches = listing._order(statement, company, query)
        sql = listing._merged_sql(statement, company, query, stretches[0], terms)
        rows = await ctx.tx.rows(f"explain (costs off) {sql}", *statement.params)
    plan = "\n".join(row[0] for row in rows)  # type: ignore[index]
    assert "Merge Append" in plan
    assert "company.wish.owner+name" in plan
    assert "hashed SubPlan" in plan


async def test_a_page_whose_way_is_the_same_for_any_values_is_planned_once(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again, it is neither priced nor planned; for a value with another way it is planned for that value."""
    await _with_stretches(large)
    await large.db.rows(
        "insert into activity (kind, subject, at, company, owner) select 'call', 'rare ' || id / 8 % 100, now(), id, 1"
        " from company where id % 8 < 4 union all select 'call', 'frequent', now(), id, 1 from company"
    )
    await large.db.rows('create index "activity.subjects" on activity (subject, company)')
    await large.db.rows("analyze activity")
    monkeypatch.setattr(listing, "GAMBLE", 0.0)
    monkeypatch.setattr(listing, "_way", lambda *_: asyncio.sleep(0, "merged"))
    actor, planned = Actor(1, "member"), []
    for word in ("rare 7", "rare 7", "rare 8", "frequent", "frequent"):
        tree = {"related": "activity.company", "filter": {"field": "subject", "op": "eq", "value": word}}
        async with large.context(actor, readonly=True) as ctx:
            with counted(ctx) as seen:
                assert json.loads(await listing.list_page(ctx, "company", Query(filter=tree)))["data"]
        planned.append(["custom" in sql for sql in seen if "plan_cache_mode" in sql])
    assert planned[:3] == [[False]] * 3
    assert planned[3:] == [[False, True, False]] * 2


async def test_what_depends_on_values_is_planned_for_them(large: Workspace) -> None:
    async with large.context() as ctx:
        rows = "select id from company t where"
        assert await ctx.tx.is_steady(f"{rows} id = $1::bigint", 7)
        assert not await ctx.tx.is_steady(f"{rows} employees > $1::text::bigint", "7")
        assert not await ctx.tx.is_steady(f"{rows} id = any($1::bigint[])", list(range(100)))
        assert await ctx.tx.value("show plan_cache_mode") == "force_generic_plan"
        await ctx.tx.with_values()
        assert await ctx.tx.value("show plan_cache_mode") == "force_custom_plan"
        assert not await ctx.tx.value("select count(*) from pg_prepared_statements where name like 'any_values%'")


async def _with_stretches(workspace: Workspace) -> None:
    for whose in ("team", "owner"):
        args = {"wishes": [{"object": "company", "equal": whose, "sort": "name"}]}
        assert (await build(SimpleNamespace(workspace=workspace, args=args)))["built"] == f"company.wish.{whose}+name"


async def _all_pages(workspace: Workspace, actor: Actor, query: Query) -> list[list[Any]]:
    pages: list[list[Any]] = []
    async with workspace.context(actor, readonly=True) as ctx:
        while not pages or query.cursor:
            page = json.loads(await listing.list_page(ctx, "company", query))
            pages.append(page["data"])
            query = replace(query, cursor=page["next"])
    return pages


async def test_a_count_that_would_take_long_is_estimated_from_a_sample(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.records.counting.PATIENCE", 20_000)
    async with large.context(SYSTEM, readonly=True) as ctx:
        assert await count(ctx, "company", RARE) == {"value": 1, "capped": False}
        assert await count(ctx, "company", Query()) == {"value": 10_000, "capped": True}
        everything = Query(filter={"field": "employees", "op": "ge", "value": 0})
        assert await count(ctx, "company", everything) == {"value": 10_000, "capped": True}
    monkeypatch.setattr("visavis.records.counting.CHEAP", 0.0)

    async def too_late(*_: Any, **more: Any) -> int | None:
        return 40 if more.get("probing") else None

    monkeypatch.setattr("visavis.store.db.Tx.value_within", too_late)
    monkeypatch.setattr("visavis.records.counting.PATIENCE", 20_000)
    async with large.context(SYSTEM, readonly=True) as ctx:
        assert await count(ctx, "company", RARE) == {"value": 2000, "capped": False, "estimated": True}


async def test_a_small_table_is_counted_however_dear_its_filter_is(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with large.context() as ctx:
        await ctx.tx.execute("insert into product (name) select 'N ' || n from generate_series(1, 2000) n")
        await ctx.tx.execute("insert into invoice_line (product, quantity) select id, 1 from product where id % 3 > 0")
        expected = await ctx.tx.value("select count(*) from product where id % 3 > 0")
    monkeypatch.setattr("visavis.records.counting.CHEAP", -1.0)
    monkeypatch.setattr("visavis.records.counting._sampled", None)
    having = {"related": "invoice_line.product", "count": {"op": "ge", "value": 1}}
    async with large.context(SYSTEM, readonly=True) as ctx:
        assert await count(ctx, "product", Query(filter=having)) == {"value": expected, "capped": False}


async def test_a_count_gives_up_in_time_and_the_transaction_goes_on(large: Workspace) -> None:
    async with large.context(SYSTEM, readonly=True) as ctx:
        assert await ctx.tx.value_within(20, "select pg_sleep(5)::text") is None
        assert await ctx.tx.value_within(5000, "select 7") == 7
        statement = statement_of(ctx)
        sql = count_sql(statement, ctx.catalogue.object("company"), Query())
        assert await ctx.tx.value(sql) == 10_001
        assert await ctx.tx.value("show statement_timeout") == "0"


def test_wishes_come_in_the_order_of_their_use(declared: Any) -> None:
    company = declared.object("company")
    tree = {
        "and": [
            {"field": "country", "op": "in", "value": ["X"]},
            {"field": "employees", "op": "between", "value": [1, 2]},
            {"field": "name", "op": "contains", "value": "x"},
            {"field": "parent.country", "op": "eq", "value": "X"},
            {"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": "call"}},
            {"or": [{"field": "founded", "op": "eq", "value": 1}]},
            {"field": "revenue_net", "op": "gt", "value": "1"},
        ]
    }
    assert list(wishes(declared, company, Query(filter=tree, sort=("-created_at",)))) == [
        Wish("company", equal="country", sort="created_at"),
        Wish("company", sort="employees"),
        Wish("company", words="name"),
        Wish("company", equal="country"),
        Wish("activity", equal="kind", also="company"),
    ]
    assert list(wishes(declared, company, Query(filter=tree["and"][4]))) == [
        Wish("activity", equal="kind", also="company"),
        Wish("company", sort="name"),
    ]
    employed = {"related": "employment.person", "filter": {"field": "company.country", "op": "eq", "value": "X"}}
    assert list(wishes(declared, declared.object("person"), Query(filter=employed))) == [
        Wish("employment", equal="company", also="person"),
        Wish("company", equal="country"),
        Wish("person", sort="last_name"),
    ]
    assert list(wishes(declared, company, Query(sort=("revenue_net",)))) == []
    assert list(wishes(declared, company, Query(sort=("-founded",)))) == [Wish("company", sort="founded")]


def test_a_count_wishes_for_an_index_that_holds_all_that_is_asked(declared: Any) -> None:
    company = declared.object("company")
    assert RICH.filter is not None
    held = Wish("company", equal="country", also="employees", held=True)
    assert list(counting_wishes(declared, company, RICH)) == [held]
    one = Query(filter=RICH.filter["and"][1])
    assert list(counting_wishes(declared, company, one)) == [Wish("company", equal="employees", held=True)]
    assert list(counting_wishes(declared, company, Query(filter={"and": [*RICH.filter["and"], RARE.filter]}))) == []


@pytest.fixture
def declared() -> Any:
    from visavis.catalogue import merge
    from visavis.objects import BUILT_IN

    return merge(BUILT_IN, ())
