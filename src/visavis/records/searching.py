"""Search over every record type at once, in a table that stands beside the records (decision 0015)."""

from __future__ import annotations

from visavis.records.finding import fitting, search, text_condition
from visavis.records.indexing import (
    FILL_JOB,
    MANY,
    bring_in,
    fill_soon,
    index,
    index_many,
    is_waiting,
    later,
    note,
    note_new,
    prepare,
    searchable,
    waiting,
)

__all__ = [
    "FILL_JOB",
    "MANY",
    "bring_in",
    "fill_soon",
    "fitting",
    "index",
    "index_many",
    "is_waiting",
    "later",
    "note",
    "note_new",
    "prepare",
    "search",
    "searchable",
    "text_condition",
    "waiting",
]
