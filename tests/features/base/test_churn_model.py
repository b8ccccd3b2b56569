"""The churn model at the door."""

from __future__ import annotations

import httpx


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
