"""The data dictionary in the docs is the one that the product declares."""

from __future__ import annotations

from pathlib import Path

from visavis.insight.star import dictionary

PAGE = Path(__file__).parents[2] / "docs" / "warehouse.md"


def test_the_dictionary_in_the_docs_is_the_declared_one() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(dictionary())
