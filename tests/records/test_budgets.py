"""How many statements each call takes, and which way PostgreSQL goes through a large table."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.records.things import people
from visavis.access import SYSTEM, Actor
from visavis.features.runtime import Workspace
from visavis.records import (
    Context,
    Query,
    create,
    history,
    list_page,
    page_of,
    read,
    search,
    summary,
    timeline,
    trash,
    update,
)
from visavis.records.listing import page_sql
from visavis.records.query import build

ROWS = 40_000


@contextmanager
def counted(ctx: Context) -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []
    logged: Callable[[Any], None] = lambda record: seen.append(record.query)  # noqa: E731
    with ctx.tx.connection.query_logger(logged):
        yield seen


Call = Callable[[Context, int], Awaitable[Any]]


async def _below_another(ctx: Context, record_id: int) -> None:
    """The first statement, which makes the other one, counts too."""
    other = await ctx.tx.value("insert into company (name) values ('Group') returning id")
    await update(ctx, "company", record_id, {"name": "B", "parent": other}, 1)


async def _page(ctx: Context, record_id: int) -> None:
    await page_of(ctx, "company", await read(ctx, "company", record_id))


@pytest.mark.parametrize(
    ("call", "most"),
    [
        (lambda ctx, _: list_page(ctx, "company", Query()), 1),
        (lambda ctx, _: list_page(ctx, "company", Query(count=True)), 3),
        (lambda ctx, _: list_page(ctx, "company", Query(count=True, sort=("-revenue_net",), text="acme")), 6),
        (lambda ctx, i: read(ctx, "company", i), 1),
        (_page, 5),
        (lambda ctx, i: timeline(ctx, "company", i), 2),
        (lambda ctx, i: history(ctx, "company", i), 2),
        (lambda ctx, _: summary(ctx, "company", Query(), "country", ("annual_revenue", "employees")), 2),
        (lambda ctx, _: search(ctx, "acme"), 11),
        (lambda ctx, i: create(ctx, "company", {"name": "B", "owner": None, "parent": i}), 5),
        (lambda ctx, i: update(ctx, "company", i, {"employees": 7, "country": "FR", "note": "x"}, 1), 4),
        (lambda ctx, i: update(ctx, "company", i, {"name": "B", "tags": ["x"]}, 1), 6),
        (lambda ctx, i: update(ctx, "company", i, {"name": "B", "owner": ctx.actor.user_id}, 1), 6),
        (_below_another, 9),
        (lambda ctx, i: trash(ctx, "company", i), 3),
    ],
)
async def test_a_call_takes_few_statements(workspace: Workspace, call: Call, most: int) -> None:
    async with workspace.context() as ctx:
        made = await create(ctx, "company", {"name": "Acme"})
    async with workspace.context() as ctx:
        with counted(ctx) as seen:
            await call(ctx, made.id)
    assert len(seen) <= most, seen


async def _many(workspace: Workspace) -> Actor:
    """Companies of many owners, most of them with derived facts; one of the owners."""
    actors = await people(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute(
            "insert into company (name, employees, owner, team)"
            " select 'Company ' || n % 50000, n % 1000, $1::bigint + n % 2000, $2::bigint + n % 400"
            f" from generate_series(1, {ROWS}) n",
            actors[0].user_id,
            actors[0].team_id,
        )
        await ctx.tx.execute(
            "insert into derived_company (id, revenue_net, revenue_net_currency)"
            " select id, id, 'EUR' from company where id % 3 > 0"
        )
        await ctx.tx.execute(
            "insert into search (record_id, object, part, title, heading, folded)"
            " select id, 'company', 0, name, lower(name), ' ' || lower(name) || ' ' || md5(id::text) from company"
        )
        await ctx.tx.execute("update search set grams = grams('김민준') where record_id % 1000 = 0")
    async with workspace.context() as ctx:
        await ctx.tx.execute("analyze")
    return actors[0]


async def _plan(workspace: Workspace, actor: Actor, query: Query, fields: tuple[str, ...] = ("name",)) -> str:
    """The plan that a prepared statement has when its values are not known to the planner."""
    async with workspace.context(actor, readonly=True) as ctx:
        statement = build(ctx)
        sql = page_sql(statement, ctx.catalogue.object("company"), query)
        return await generic_plan(ctx, sql, statement.params)


async def generic_plan(ctx: Context, sql: str, params: list[Any]) -> str:
    await ctx.tx.execute("set local plan_cache_mode = force_generic_plan")
    await ctx.tx.execute(f"prepare asked as {sql}")
    given = ", ".join("null" for _ in params)
    rows = await ctx.tx.rows(f"explain (costs off) execute asked{f'({given})' if params else ''}")
    await ctx.tx.execute("deallocate asked")
    return "\n".join(row["QUERY PLAN"] for row in rows)


async def test_large_lists_walk_along_indexes(workspace: Workspace) -> None:
    actor = await _many(workspace)
    await _default_order(workspace, actor)
    await _derived_order(workspace)
    await _links(workspace)
    await _words(workspace)


async def _default_order(workspace: Workspace, actor: Actor) -> None:
    cursor = "WyJDb21wYW55IDEiLCI3Il0"
    for query in (Query(columns=("name",)), Query(columns=("name",), cursor=cursor), Query(sort=("-name",))):
        plan = await _plan(workspace, SYSTEM, query)
        assert "company.name.caseless" in plan
        assert "Seq Scan on company" not in plan
    assert "derived_company" not in await _plan(workspace, SYSTEM, Query(columns=("name",)))
    assert "derived_company" in await _plan(workspace, SYSTEM, Query(columns=("name", "revenue_net")))
    mine = await _plan(workspace, actor, Query(columns=("name",)))
    assert re.search("company[.](owner|team|name)", mine)
    assert "Seq Scan on company" not in mine


async def _derived_order(workspace: Workspace) -> None:
    for cursor in (None, "WyI3IiwiNyJd"):
        plan = await _plan(workspace, SYSTEM, Query(sort=("-revenue_net",), columns=("name",), cursor=cursor))
        assert "derived_company.revenue_net" in plan, plan.splitlines()


async def _links(workspace: Workspace) -> None:
    owned = Query(filter={"field": "owner", "op": "eq", "value": 7}, columns=("name",))
    assert "company.owner" in await _plan(workspace, SYSTEM, owned)


async def _words(workspace: Workspace) -> None:
    for text, index in (("holding", "search_words_0"), ("zz", "search_words_0"), ("김민", "search_words_0")):
        assert index in await _plan(workspace, SYSTEM, Query(text=text, columns=("name",)))
