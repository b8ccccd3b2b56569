"""Jobs as their users see them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from visavis.features.jobs import routes
from visavis.features.runtime import Workspace
from visavis.store import jobs


async def test_other_jobs_push_none_of_mine_off_the_list(
    ann: httpx.AsyncClient, colleague: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST", 2)
    bob = await colleague("Bob", "member")
    user = (await bob.get("/me")).json()["user"]["id"]
    async with workspace.context() as ctx:
        mine = await jobs.enqueue(ctx.tx, "nothing", actor_id=user)
        others = [await jobs.enqueue(ctx.tx, "nothing") for _ in range(3)]
    assert [job["id"] for job in (await bob.get("/jobs")).json()["data"]] == [mine]
    assert [job["id"] for job in (await ann.get("/jobs")).json()["data"]] == others[:0:-1]
