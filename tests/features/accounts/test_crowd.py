"""More callers at once than the pool has connections: all get an answer, and none slips past the count."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import httpx

from visavis.features.accounts.logic import MOST_PER_PAIR

CROWD = 12


async def statuses(calls: list[Coroutine[Any, Any, httpx.Response]]) -> Counter[int]:
    async with asyncio.timeout(60):
        return Counter(answer.status_code for answer in await asyncio.gather(*calls))


async def test_many_sign_in_at_once(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    wrong = {"email": "ann@example.com", "password": "a guess"}
    found = await statuses([anyone.post("/sessions", json=wrong) for _ in range(CROWD)])
    assert found == {401: MOST_PER_PAIR, 429: CROWD - MOST_PER_PAIR}


async def test_many_fields_at_once(ann: httpx.AsyncClient) -> None:
    fields = [{"name": f"extra_{n}", "type": "text", "label": {"en": "Extra"}} for n in range(CROWD)]
    found = await statuses([ann.post("/catalogue/objects/company/fields", json=field) for field in fields])
    assert found == {201: CROWD}
