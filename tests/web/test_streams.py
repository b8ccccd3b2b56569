"""An open stream belongs to somebody who may still come in, however much there is to tell."""

from __future__ import annotations

import asyncio

import pytest

from visavis.features.accounts import api as accounts
from visavis.features.app import Request
from visavis.features.runtime import Workspace
from visavis.web import live
from visavis.web.identity import Identities


async def test_a_busy_stream_ends_with_the_token(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    async with workspace.context() as ctx:
        user_id = await accounts.ensure_owner(ctx, "Ann", "ann@example.com")
        token = await accounts.create_token(ctx, user_id, "test")
    identities = Identities(workspace.db)
    hub = live.Hub(workspace, identities)
    headers = {"authorization": f"Bearer {token}"}
    actor = await identities.actor("GET", headers, {})
    assert actor is not None
    async with workspace.context(actor, readonly=True) as ctx:
        flow = (await hub.open(ctx, Request({}, {}, headers))).body
    async with workspace.db.transaction() as tx:
        await tx.execute("delete from api_token")
    identities.forget()
    heard = 0
    async with asyncio.timeout(15):
        async for _ in flow:
            hub._tell_all(b"busy")
            await asyncio.sleep(0.01)
            heard += 1
    assert heard > 1
