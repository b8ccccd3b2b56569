"""A request ends after so many seconds, in the database too, and says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from visavis.features.accounts import api as accounts
from visavis.features.app import Answer, Request, Route
from visavis.features.runtime import Workspace
from visavis.records import Context
from visavis.web import create_app

_AT_WORK = "select count(*) from pg_stat_activity where query like '%pg_sleep(50)%' and pid <> pg_backend_pid()"


async def _slow(ctx: Context, request: Request) -> Answer:
    await ctx.tx.execute("insert into team (name) values ('Half done')")
    await ctx.tx.value("select pg_sleep(50)")
    return Answer()


@asynccontextmanager
async def _impatient(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    async with workspace.context() as ctx:
        user_id = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
        headers = {"Authorization": f"Bearer {await accounts.create_token(ctx, user_id, 'test')}"}
    transport = httpx.ASGITransport(create_app(workspace, patience=1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example/api/v1", headers=headers) as client:
        yield client


async def test_a_list_that_takes_too_long_is_stopped(workspace: Workspace) -> None:
    async with _impatient(workspace) as ann, workspace.db.transaction() as tx:
        await tx.execute("lock table company in access exclusive mode")
        slow = await ann.get("/companies")
        assert (slow.status_code, slow.json()["type"]) == (503, "about:blank#too-slow")
        assert "filter" in slow.json()["detail"]
        assert (await ann.get("/people")).status_code == 200


async def test_nothing_of_it_stays_and_the_database_rests(workspace: Workspace) -> None:
    workspace.app.add_routes(Route("POST", "/slow", _slow, "Sleeps"))
    async with _impatient(workspace) as ann:
        answers = await asyncio.gather(*(ann.post("/slow") for _ in range(3)))
        assert {answer.status_code for answer in answers} == {503}
        assert await workspace.db.value(_AT_WORK) == 0
        assert (await ann.get("/teams")).json()["data"] == []
