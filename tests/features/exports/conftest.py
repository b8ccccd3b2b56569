"""A workspace with the record type that has a field of every type, and the clients of the HTTP door."""

from __future__ import annotations

from tests.records.conftest import things
from tests.web.conftest import ann, anyone, colleague, workspace

__all__ = ["ann", "anyone", "colleague", "things", "workspace"]
