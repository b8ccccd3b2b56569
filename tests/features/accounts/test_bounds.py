"""How far a token reaches: never further than it was made for."""

from __future__ import annotations

import httpx

from tests.web.conftest import client_of
from visavis.features.runtime import Workspace


async def test_a_cookie_beside_a_token_widens_nothing(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    made = (await ann.post("/tokens", json={"name": "till", "role": "reader"})).json()
    beside = {"Authorization": f"Bearer {made['token']}", "Cookie": "vav_session=anything"}
    async with client_of(workspace, **beside) as till:
        assert (await till.post("/tokens", json={"name": "wider"})).json()["role"] == "reader"
        assert (await till.put("/me/password", json={"new": "a long new one indeed"})).status_code == 409
        assert (await till.delete("/sessions/current")).status_code == 404
