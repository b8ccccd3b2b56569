"""Live updates over a real connection: what is committed arrives, and only with those who may see it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.serving import serving
from visavis import records
from visavis.features.accounts import api as accounts
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Unavailable
from visavis.store import jobs
from visavis.web import serve, visible

Event = tuple[str, dict[str, Any], str]


@pytest.fixture
def server(dsn: str, schema: str, tmp_path: Path):
    with serving(dsn, schema, tmp_path) as found:
        yield found


@asynccontextmanager
async def listening(address: str, token: str, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    asked = {"Authorization": f"Bearer {token}", **headers}
    async with (
        httpx.AsyncClient(base_url=f"{address}/api/v1", headers=asked, timeout=20) as client,
        client.stream("GET", "/events") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith("retry:")
        yield events_of(lines)


async def events_of(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    found: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if line:
            found[name] = value
        elif "event" in found:
            yield found["event"], json.loads(found["data"]), found.get("id", "")
            found = {}


async def next_of(events: AsyncIterator[Event], name: str) -> Event:
    async with asyncio.timeout(15):
        async for event in events:
            if event[0] == name:
                return event
    raise AssertionError("the stream ended")


async def test_a_change_arrives(server: tuple[str, str], workspace: Workspace) -> None:
    async with listening(*server) as events:
        async with workspace.context() as ctx:
            made = await records.create(ctx, "company", {"name": "Acme"})
        _, record, place = await next_of(events, "record")
        assert {k: record[k] for k in ("object", "id", "kind")} == {
            "object": "company",
            "id": made.id,
            "kind": "created",
        }
        assert place == str(record["seq"])
        async with workspace.context() as ctx:
            job_id = await jobs.enqueue(ctx.tx, "nothing")
        _, job, _ = await next_of(events, "job")
        assert (job["id"], job["state"]) == (job_id, "queued")
        async with workspace.context() as ctx:
            await ctx.tx.notify("insight", '{"as_of":"2026-11-22"}')
        assert (await next_of(events, "insight"))[1] == {"as_of": "2026-11-22"}


async def test_what_was_missed_comes_first(server: tuple[str, str], workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        made = await records.create(ctx, "company", {"name": "Acme"})
    async with listening(*server, **{"Last-Event-ID": "0"}) as events:
        seen = [(await next_of(events, "record"))[1] for _ in range(2)]
    assert made.id in {record["id"] for record in seen}


async def test_who_missed_much_hears_that_all_may_have_changed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "MOST_MISSED", 2)
    async with workspace.context() as ctx:
        for name in ("Acme", "Bolt", "Cog"):
            await records.create(ctx, "company", {"name": name})
        last = await records.create(ctx, "product", {"name": "Tea"})
        newest = await ctx.tx.value("select max(seq) from event where record_id = $1", last.id)
        told = await visible.since(ctx, 0)
    assert {"seq": newest, "object": "product", "id": 0, "kind": "updated"} in told
    assert {event["id"] for event in told} == {0}


async def test_one_hears_only_what_one_may_see(server: tuple[str, str], workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        bob = await records.create(ctx, "user", {"name": "Bob", "role": "member", "active": True})
        token = await accounts.create_token(ctx, bob.id, "test")
    async with listening(server[0], token) as events:
        async with workspace.context() as ctx:
            await records.create(ctx, "company", {"name": "Not Bob's"})
            await jobs.enqueue(ctx.tx, "nothing")
            his = await records.create(ctx, "company", {"name": "Bob's", "owner": bob.id})
        heard = (await next_of(events, "record"))[1]
        while heard["object"] != "company":
            heard = (await next_of(events, "record"))[1]
        assert heard["id"] == his.id


async def test_a_new_field_reaches_every_process(server: tuple[str, str], ann: httpx.AsyncClient) -> None:
    address, token = server
    async with listening(address, token) as events:
        field = {"name": "colour", "type": "text", "label": {"en": "Colour"}}
        assert (await ann.post("/catalogue/objects/company/fields", json=field)).status_code == 201
        _, catalogue, _ = await next_of(events, "catalogue")
        async with httpx.AsyncClient(
            base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}
        ) as other:
            assert (await other.post("/companies", json={"name": "A", "colour": "red"})).status_code == 201
            assert (await other.get("/catalogue")).json()["version"] == catalogue["version"]


async def test_signing_out_is_heard_by_every_process(server: tuple[str, str], anyone: httpx.AsyncClient) -> None:
    address, _ = server
    right = {"email": "ann@example.com", "password": "correct horse battery"}
    async with httpx.AsyncClient(base_url=f"{address}/api/v1") as there:
        await there.post("/sessions", json=right)
        secret = there.cookies["vav_session"]
        assert (await there.get("/me")).status_code == 200
        headers = {"Cookie": f"vav_session={secret}", "X-CSRF-Token": accounts.csrf_of(secret)}
        assert (await anyone.delete("/sessions/current", headers=headers)).status_code == 204
        async with asyncio.timeout(5):
            while (await there.get("/me")).status_code != 401:  # noqa: ASYNC110  (polls another process)
                await asyncio.sleep(0.02)


async def test_a_lost_connection_comes_back(server: tuple[str, str], workspace: Workspace, schema: str) -> None:
    async with workspace.context() as ctx:
        lost = await ctx.tx.value(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where query ilike $1 and pid <> pg_backend_pid()",
            f'listen "{schema}.%',
        )
    assert lost == 1
    async with asyncio.timeout(15):
        while not await _hears(server, workspace):
            continue


async def _hears(server: tuple[str, str], workspace: Workspace) -> bool:
    async with listening(*server) as events:
        async with workspace.context() as ctx:
            made = await records.create(ctx, "company", {"name": "Acme"})
        async for name, data, _ in events:
            if name == "record" and data["id"] == made.id:
                return True
    return False


async def test_open_streams_do_not_hold_up_the_end(dsn: str, schema: str, tmp_path: Path) -> None:
    with serving(dsn, schema, tmp_path) as (address, token):
        client = httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=20)
        stream = await client.send(client.build_request("GET", f"{address}/api/v1/events"), stream=True)
    async with asyncio.timeout(10):
        assert b"retry" in b"".join([part async for part in stream.aiter_bytes()])
    await client.aclose()


async def test_a_taken_port_is_named(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Unavailable, match="cannot be opened"):
        await serve(workspace, port=taken.getsockname()[1])


def test_many_changes_become_one() -> None:
    many = [{"seq": n, "object": "company", "id": n, "kind": "updated"} for n in range(1, visible.MOST_EACH + 2)]
    batch = {"object": "person", "kind": "created", "count": 7}
    assert visible.gathered([*many, batch]) == [
        {"seq": 0, "object": "person", "id": 0, "kind": "created"},
        {"seq": visible.MOST_EACH + 1, "object": "company", "id": 0, "kind": "updated"},
    ]
