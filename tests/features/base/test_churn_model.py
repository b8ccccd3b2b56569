"""The churn model at the door."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import httpx
import pytest

from visavis.insight.answers.declared import FITS
from visavis.insight.lane import Lane
from visavis.kernel.errors import Unavailable


async def test_a_churn_model_is_asked_for_and_refuses_in_words(ann: httpx.AsyncClient) -> None:
    asked = {"target": "industry", "gone": "Trade", "features": ["employees"], "known_after": ["founded"]}
    told = (await ann.post("/insight/churn-model", json=asked)).json()
    assert told["object"] == "company" and told["quality"] is None
    assert told["notes"][-1]["code"] == "too_few_events" and told["warnings"][-1].endswith(".")


async def test_a_wrong_column_is_said(ann: httpx.AsyncClient) -> None:
    wrong = await ann.post("/insight/churn-model", json={"target": "address", "gone": "x"})
    assert wrong.status_code == 409 and "address" in wrong.text
    malformed = await ann.post("/insight/churn-model", json={"target": "A b", "gone": "x", "more": 1})
    assert malformed.status_code == 422


async def test_a_third_model_at_a_time_hears_that_it_is_busy(ann: httpx.AsyncClient) -> None:
    asked = {"target": "industry", "gone": "Trade", "features": ["employees"]}
    with FITS.place(), FITS.place():
        busy = await ann.post("/insight/churn-model", json=asked)
    assert busy.status_code == 503 and "try again in a minute" in busy.text
    assert (await ann.post("/insight/churn-model", json=asked)).status_code == 200


async def test_a_place_is_taken_until_the_thread_ends() -> None:
    lane, end = Lane(1, "busy"), threading.Event()

    async def fit() -> None:
        with lane.place() as work:
            await work(end.wait)

    task = asyncio.create_task(fit())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(Unavailable), lane.place():
        pass
    end.set()
    async with asyncio.timeout(10):
        while True:
            with suppress(Unavailable), lane.place():
                break
            await asyncio.sleep(0.001)
    with lane.place() as work:
        assert await work(int, "3") == 3
