"""The names of columns without what differs from system to system."""

from __future__ import annotations

import unicodedata


def squash(text: str) -> str:
    """A header or label with only its letters and digits, so that ``Invoice No.`` and ``invoice_no`` are one."""
    folded = unicodedata.normalize("NFKC", text).casefold().removesuffix("__c").removeprefix("property_")
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c).startswith("M"))
