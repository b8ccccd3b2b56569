"""Remarks of models: their sentence, their code, and the page's own words for them."""

from __future__ import annotations

import json
from pathlib import Path

from visavis.insight.answers.scope import remarks
from visavis.insight.models.notes import WORDS, Note

FEATURES = Path(__file__).parents[3] / "ui" / "src" / "features"
ELSEWHERE = {"ratio_mismatch", "small_group", "peeked", "covariate_weak", "wallet_estimated"}


def test_runs_tell_notes_and_sentences_those_from_before_too() -> None:
    note = Note("few_returned", {"customers": 1234, "needed": 20}).as_json()
    told = remarks([note, "A sentence."])
    assert told["warnings"] == ["1,234 customers bought again: the model needs at least 20.", "A sentence."]
    assert told["notes"] == [note, {"code": "", "params": {}, "words": "A sentence."}]


def test_the_page_has_words_for_each_code() -> None:
    known: set[str] = set()
    for path in FEATURES.glob("*/messages/he.json"):
        known |= set(json.loads(path.read_text("utf-8")))
    assert {f"model.note.{code}" for code in set(WORDS) - ELSEWHERE} <= known
