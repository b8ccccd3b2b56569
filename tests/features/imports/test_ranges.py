"""Ranges are written several at a time: what is left of them after a kill."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from visavis.features.imports.merging import _left

ROWS = st.integers(0, 60)


def _spans(ends: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(sorted(set(ends))))


@given(st.lists(ROWS, max_size=8), st.lists(ROWS, max_size=8), st.data())
def test_each_row_is_written_once(ends: list[int], others: list[int], data: st.DataObject) -> None:
    """Also where the ranges of the earlier attempt were of another size."""
    ends = sorted(set(ends))
    done = [span for span in _spans(others) if data.draw(st.booleans())]
    rows = [row for low, high in _left(ends, done) for row in range(low + 1, high + 1)]
    written = {row for low, high in done for row in range(low + 1, high + 1)}
    whole = range(ends[0] + 1, ends[-1] + 1) if ends else range(0)
    assert rows == [row for row in whole if row not in written]
