"""Lists, counts, related filters and the record page on a base of 100,000 and of 1,000,000 people, in one run.

A member of one of eight teams asks, eight clients at a time. `scale_list_vs_postgrest` compares requests a second for
the same rows (50 × 20 columns, two filters, an order) with PostgREST, which has the same scope as a row-level policy
and the same indexes. The other lines are the 95th percentile in milliseconds beside the most that it may be; `…_growth`
is that at the larger size beside that at the smaller, measured in turn, so that what else the machine does falls on
both. Before measuring, each list is asked for often enough, and the indexes and paths that it wished for are built, as
the worker would do.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from bench import base
from bench.list_vs_postgrest import get_json, our_server, postgrest
from bench.load import answer_times, answers_per_second
from bench.place import server
from visavis.access import Actor
from visavis.features.accounts.api import create_token
from visavis.features.runtime import Workspace, open_workspace
from visavis.features.tuning.jobs import build, build_path
from visavis.kernel.paging import encode_cursor
from visavis.records import Query, list_page

SIZES = tuple(int(size) for size in os.environ.get("VISAVIS_BENCH_SCALE", "100000,1000000").split(","))
CLIENTS, ROUNDS, SECONDS = 8, 5, 2.0
_FIELDS = "first_name,last_name,email,phone,mobile,birthday,language,country,address,note,branch,score,balance"
_SYSTEM = "id,version,title:last_name,external_id,created_at,updated_at,deleted_at"
_COUNTRIES = tuple(f"Country {number}" for number in range(20))
_KINDS = ("call", "meeting", "task")
_MOST = {
    "list_first_page": 50,
    "list_last_page": 50,
    "list_by_related": 50,
    "list_having_related": 50,
    "list_of_all": 50,
    "record_page": 60,
    "count_of_all": 20,
    "count_filtered": 20,
}
_POLICY = """
do $$ begin create role bench_reader nologin; exception when duplicate_object then null; end $$;
grant usage on schema {schema}, extensions to bench_reader;
grant select on {schema}.person, {schema}."user" to bench_reader;
alter table {schema}.person enable row level security;
drop policy if exists scope on {schema}.person;
create policy scope on {schema}.person for select to bench_reader using (
    owner = {user} or team = {team} or owner = any(array(select id from {schema}."user" where team = {team})))
"""


@dataclass(frozen=True)
class Asked:
    """The member who asks, and the addresses of each measurement."""

    actor: Actor
    token: str
    paths: Mapping[str, Sequence[str]]

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def run() -> list[dict[str, Any]]:
    """All lines, those of the largest size last."""
    with server() as (dsn, folder):
        asked = {size: asyncio.run(_prepared(dsn, folder, _schema(size), size)) for size in SIZES}
        return measured(dsn, folder, asked)


def measured(dsn: str, folder: Path, asked: Mapping[int, Asked]) -> list[dict[str, Any]]:
    """The lines for workspaces that are filled."""
    with ExitStack() as servers:
        ours = {size: servers.enter_context(our_server(dsn, folder, _schema(size))) for size in asked}
        found = {name: asyncio.run(_percentiles(ours, asked, name)) for name in _MOST}
        compared = [_against(dsn, folder, size, ours[size], asked[size]) for size in asked]
    return [*compared, *_lines(found)]


def _schema(size: int) -> str:
    return f"bench{size}"


def _against(dsn: str, folder: Path, size: int, ours: int, asked: Asked) -> dict[str, Any]:
    with postgrest(dsn, folder, _schema(size)) as reference:
        return asyncio.run(_compared(ours, reference, asked, size))


def _lines(found: Mapping[str, Mapping[int, float]]) -> Iterator[dict[str, Any]]:
    """How long each takes at each size, then by how much that grows."""
    for size in SIZES:
        yield from (_line(f"scale_{name}_p95", found[name][size], _MOST[name], size) for name in found)
    smallest, *larger = SIZES
    for size in larger:
        yield from (_line(f"scale_{name}_growth", by[size], by[smallest], size) for name, by in found.items())


async def _prepared(dsn: str, folder: Path, schema: str, size: int) -> Asked:
    async with open_workspace(dsn, folder / "data", schema) as workspace:
        await base.fill(workspace, size)
        asked = await _asked(workspace, schema)
    for _ in range(8):
        async with open_workspace(dsn, folder / "data", schema) as workspace:
            await _tuned(workspace, asked.actor)
    return asked


async def _asked(workspace: Workspace, schema: str) -> Asked:
    async with workspace.context() as ctx:
        row = await ctx.tx.row("select id, team from \"user\" where role = 'member' order by id limit 1")
        assert row is not None
        await ctx.tx.execute(_POLICY.format(schema=schema, user=row["id"], team=row["team"]))
        token = await create_token(ctx, row["id"], "bench")
        team = await ctx.tx.rows('select id from "user" where team = $1 order by id', row["team"])
        ids = await ctx.tx.rows("select id from company where team = $1 order by md5(id::text) limit 200", row["team"])
    actor = Actor(row["id"], "member", row["team"], colleagues=tuple(r["id"] for r in team))
    return Asked(actor, token, await _paths(workspace, actor, [r["id"] for r in ids]))


async def _paths(workspace: Workspace, actor: Actor, companies: Sequence[int]) -> dict[str, list[str]]:
    people = f"/api/v1/people?limit=50&columns={_FIELDS}"
    counted = "/api/v1/people?limit=1&columns=last_name&count=true"
    return {
        "list_of_all": [people],
        "list_first_page": [f"{people}&sort=-balance{_json(_two(c))}" for c in _COUNTRIES],
        "list_last_page": [await _last(workspace, actor, people, c) for c in _COUNTRIES],
        "list_by_related": [f"{people}{_json(_employed(c))}" for c in _COUNTRIES],
        "list_having_related": [f"/api/v1/companies?limit=50{_json(_having(k))}" for k in _KINDS],
        "record_page": [f"/api/v1/companies/{number}/page" for number in companies],
        "count_of_all": [counted],
        "count_filtered": [f"{counted}&sort=-balance{_json(_two(c))}" for c in _COUNTRIES],
    }


def _two(country: str) -> Any:
    return {"and": [{"field": "country", "op": "eq", "value": country}, {"field": "score", "op": "ge", "value": 50}]}


def _employed(country: str) -> Any:
    return {"related": "employment.person", "filter": {"field": "company.country", "op": "eq", "value": country}}


def _having(kind: str) -> Any:
    return {"related": "activity.company", "filter": {"field": "kind", "op": "eq", "value": kind}}


def _json(tree: Any) -> str:
    return f"&filter={quote(json.dumps(tree))}"


async def _last(workspace: Workspace, actor: Actor, people: str, country: str) -> str:
    """The last page: people without a balance come last, those with the smallest numbers at the very end."""
    empty = {"and": [*_two(country)["and"], {"field": "balance", "op": "empty"}]}
    async with workspace.context(actor, readonly=True) as ctx:
        found = json.loads(await list_page(ctx, "person", Query(filter=empty, sort=("id",), limit=51)))["data"]
    cursor = f"&cursor={encode_cursor([None, str(found[50]['id'])])}" if len(found) > 50 else ""
    return f"{people}&sort=-balance{_json(_two(country))}{cursor}"


async def _tuned(workspace: Workspace, actor: Actor) -> None:
    """Each list as often as people ask for it in a while, then the builds that it queued."""
    for country in _COUNTRIES:
        for name, query in (
            ("person", Query(filter=_two(country), sort=("-balance",), count=True)),
            ("person", Query(filter=_employed(country))),
            *(("company", Query(filter=_having(kind))) for kind in _KINDS),
        ):
            async with workspace.context(actor, readonly=True) as ctx:
                await list_page(ctx, name, query)
    for kind, work in (("tuning.index", build), ("tuning.path", build_path)):
        for job in await workspace.db.rows("delete from job where kind = $1 returning args", kind):
            await work(SimpleNamespace(workspace=workspace, args=job["args"]))


async def _percentiles(ours: Mapping[int, int], asked: Mapping[int, Asked], name: str) -> dict[int, float]:
    """Milliseconds of each size, medians of rounds in turn."""
    rounds: dict[int, list[float]] = {size: [] for size in ours}
    for seconds in (1.0, *[SECONDS] * ROUNDS):
        for size, port in ours.items():
            one = asked[size]
            times = await answer_times(port, one.paths[name], one.headers, clients=CLIENTS, seconds=seconds)
            rounds[size].append(sorted(times)[int(len(times) * 0.95)] * 1000)
    return {size: median(found[1:]) for size, found in rounds.items()}


def _line(name: str, ours: float, most: float, size: int) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": round(most, 1),
        "ratio": round(most / ours, 3),
        "unit": "ms",
        "rows": size,
    }


async def _compared(ours: int, reference: int, asked: Asked, size: int) -> dict[str, Any]:
    select = f"/person?limit=50&select={_SYSTEM},{_FIELDS},balance_currency&deleted_at=is.null"
    order = "&score=gte.50&order=balance.desc.nullslast,id.desc"
    theirs = [f"{select}&country=eq.{quote(country)}{order}" for country in _COUNTRIES]
    paths = asked.paths["list_first_page"]
    _agree(ours, paths[3], asked.headers, reference, theirs[3])
    found: dict[int, list[float]] = {ours: [], reference: []}
    sides = ((ours, paths, asked.headers), (reference, theirs, {"Accept": "application/json"}))
    for seconds in (1.0, *[SECONDS] * ROUNDS):
        for port, addresses, headers in sides:
            found[port].append(await answers_per_second(port, addresses, headers, clients=CLIENTS, seconds=seconds))
    mine, other = (median(found[port][1:]) for port in (ours, reference))
    return {
        "name": "scale_list_vs_postgrest",
        "ours": round(mine, 1),
        "reference": round(other, 1),
        "ratio": round(mine / other, 3),
        "unit": "requests/s",
        "rows": size,
    }


def _agree(ours: int, path: str, headers: Mapping[str, str], reference: int, other: str) -> None:
    """RuntimeError unless both show the same people."""
    mine = get_json(f"http://127.0.0.1:{ours}{path}", dict(headers))["data"]
    theirs = get_json(f"http://127.0.0.1:{reference}{other}", {})
    if [r["id"] for r in mine] != [r["id"] for r in theirs] or len(mine) != 50:
        raise RuntimeError("scale_list_vs_postgrest: the two do not show the same people")
