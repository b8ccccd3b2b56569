"""SQL files as namespaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from visavis.store.queries import queries


def test_blocks_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("-- A file.\n-- name: one\nselect 1\n\n-- name: two_b\n-- why\nselect 2\n")
    found = queries(file)
    assert dict(found) == {"one": "select 1", "two_b": "-- why\nselect 2"}
    assert found.one == found["one"]
    with pytest.raises(AttributeError, match=r"a\.sql has no query named three"):
        _ = found.three


@pytest.mark.parametrize("text", ["select 1", "-- name: a\nselect 1\n-- name: a\nselect 2"])
def test_names_are_needed_and_unique(tmp_path: Path, text: str) -> None:
    file = tmp_path / "b.sql"
    file.write_text(text)
    with pytest.raises(ValueError, match="a name of its own"):
        queries(file)
