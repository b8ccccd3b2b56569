"""The one engine for any record type."""

from visavis.records.context import Context
from visavis.records.counting import count
from visavis.records.facts import facts, verify
from visavis.records.history import history, timeline
from visavis.records.listing import list_page
from visavis.records.pages import page_of
from visavis.records.query import Query, where
from visavis.records.reading import Read, read
from visavis.records.rewinding import as_of
from visavis.records.searching import search
from visavis.records.summing import summary
from visavis.records.writing import create, restore, trash, update

__all__ = [
    "Context",
    "Query",
    "Read",
    "as_of",
    "count",
    "create",
    "facts",
    "history",
    "list_page",
    "page_of",
    "read",
    "restore",
    "search",
    "summary",
    "timeline",
    "trash",
    "update",
    "verify",
    "where",
]
