"""Search over every record type at once, in a table that stands beside the records (decision 0015)."""

from __future__ import annotations

from visavis.records.finding import fitting, search, text_condition
from visavis.records.indexing import (
    FILL_JOB,
    MANY,
    bring_in,
    index,
    index_many,
    later,
    later_new,
    later_these,
    prepare,
    searchable,
    waiting,
)

__all__ = [
    "FILL_JOB",
    "MANY",
    "bring_in",
    "fitting",
    "index",
    "index_many",
    "later",
    "later_new",
    "later_these",
    "prepare",
    "search",
    "searchable",
    "text_condition",
    "waiting",
]
