"""People whose balance is above the mean of their own branch: the first page of the list, of a million people.

An owner, who sees all, and a member of a team ask over HTTP, in three orders, one after the other. Milliseconds beside
the most that it may take: `first` is the slowest before there is an index for it, `p95` with those that the worker has
built since. `written` is the slowest right after a balance has changed, and fails where that does not show.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx

from bench import base
from bench.list_vs_postgrest import our_server
from bench.place import server
from visavis.features.accounts.api import create_token
from visavis.features.runtime import Workspace, open_workspace
from visavis.features.tuning.jobs import build

PEOPLE = int(os.environ.get("VISAVIS_BENCH_PEOPLE", "1000000").split(",")[-1])
LIMIT_MS = 1000.0
REPEATS = 7
_ABOVE = {"field": "balance", "op": "gt", "mean_of_group": "branch"}
_PATH = f"/api/v1/people?limit=50&filter={quote(json.dumps(_ABOVE))}"
_ORDERS = ("", "&sort=-balance", "&sort=last_name")


def run() -> list[dict[str, Any]]:
    """One line for each measurement; `ratio` reaches 1 where the limit is kept."""
    with server() as (dsn, folder):
        return measured(dsn, folder, filled=False)


def measured(dsn: str, folder: Path, *, filled: bool) -> list[dict[str, Any]]:
    """The lines of a workspace, filled first unless it is."""
    schema = f"above{PEOPLE}"
    tokens = asyncio.run(_prepared(dsn, folder, schema, filled))
    with our_server(dsn, folder, schema) as port:
        first = {who: _answers(port, token, 1) for who, token in tokens.items()}
        asyncio.run(_tuned(dsn, folder, schema))
        later = {who: _answers(port, token, REPEATS) for who, token in tokens.items()}
        lines = [_line(f"above_mean_{who}_first", max(times)) for who, times in first.items()]
        lines += [_line(f"above_mean_{who}_p95", _percentile(times)) for who, times in later.items()]
        return [*lines, _line("above_mean_written", _written(port, tokens["owner"]))]


async def _prepared(dsn: str, folder: Path, schema: str, filled: bool) -> dict[str, str]:
    async with open_workspace(dsn, folder / "data", schema) as workspace:
        if not filled:
            await base.fill_people(workspace, PEOPLE)
        async with workspace.context() as ctx:
            rows = await ctx.tx.rows('select role, min(id) as id from "user" group by role')
            ids = {row["role"]: row["id"] for row in rows}
            return {role: await create_token(ctx, ids[role], "bench") for role in ("owner", "member")}


async def _tuned(dsn: str, folder: Path, schema: str) -> None:
    async with open_workspace(dsn, folder / "data", schema) as workspace:
        await _built(workspace)


async def _built(workspace: Workspace) -> None:
    for job in await workspace.db.rows("delete from job where kind = 'tuning.index' returning args"):
        await build(SimpleNamespace(workspace=workspace, args=job["args"]))


def _answers(port: int, token: str, times: int) -> list[float]:
    with _client(port, token) as client:
        return [_asked(client, order)[0] for _ in range(times) for order in _ORDERS]


def _asked(client: httpx.Client, order: str) -> tuple[float, list[dict[str, Any]]]:
    began = time.perf_counter()
    answer = client.get(_PATH + order)
    spent = (time.perf_counter() - began) * 1000
    data: list[dict[str, Any]] = answer.raise_for_status().json()["data"]
    if len(data) != 50:
        raise RuntimeError(f"above_mean: {len(data)} people instead of 50")
    return spent, data


def _written(port: int, token: str) -> float:
    """The slowest list after a change that takes its first person out of it."""
    slowest = 0.0
    with _client(port, token) as client:
        for _ in range(REPEATS):
            first = _asked(client, _ORDERS[1])[1][0]["id"]
            version = client.get(f"/api/v1/people/{first}").headers["etag"]
            body = {"balance": {"amount": "0", "currency": "EUR"}}
            client.patch(f"/api/v1/people/{first}", json=body, headers={"If-Match": version}).raise_for_status()
            spent, data = _asked(client, _ORDERS[1])
            if any(row["id"] == first for row in data):
                raise RuntimeError("above_mean: a balance that has gone down is still above the mean")
            slowest = max(slowest, spent)
    return slowest


def _client(port: int, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)


def _percentile(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _line(name: str, ours: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": LIMIT_MS,
        "ratio": round(LIMIT_MS / ours, 3),
        "unit": "ms",
        "rows": PEOPLE,
    }


if __name__ == "__main__":
    for line in run():
        print(line)
