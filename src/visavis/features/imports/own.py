"""Files that this product has exported itself, known by their first two columns.

Keys of records are there as the export writes them: the external id, or ``<workspace>/<id>`` for a record without one.
In CSV every cell that a spreadsheet would take for a formula, or looks escaped, has one apostrophe more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from visavis.catalogue import Catalogue, Object

MARKED, BARE, KEY = ":id", ":number", ":key"
_ESCAPED = r"^'('*[=+\-@\t\n\r＋－＝＠])"
_HEAD = re.compile(rf'^\ufeff?"?([a-z][a-z0-9_]*)({MARKED}|{BARE})"?,"?\1{KEY}"?[,\r\n]')


def is_own(columns: Sequence[str]) -> bool:
    """Whether the header is that of an export."""
    name, _, kind = (columns[0] if columns else "").partition(":")
    return len(columns) > 1 and f":{kind}" in (MARKED, BARE) and columns[1] == name + KEY


def is_escaped(columns: Sequence[str]) -> bool:
    """Whether its cells have marks against formulas."""
    return is_own(columns) and columns[0].endswith(MARKED)


def begins_like_own(text: str) -> bool:
    """The same for the beginning of a CSV file, before anything is known about it."""
    return _HEAD.match(text) is not None


def object_of(columns: Sequence[str], catalogue: Catalogue) -> Object | None:
    """Whose records they are, if the workspace has such."""
    return catalogue.by_name.get(columns[0].partition(":")[0]) if is_own(columns) else None


def bare(text: pa.Array) -> pa.Array:
    """The cells without the marks."""
    return pc.replace_substring_regex(text, _ESCAPED, r"\1")


def id_of(key: str) -> str:
    """SQL: the id in a key, null where it is none of this workspace."""
    here = f"split_part({key}, '/', 1) = (select value #>> '{{}}' from setting where key = 'identity')"
    number = f"split_part({key}, '/', 2)"
    return f"case when {here} and {number} ~ '^[0-9]{{1,16}}$' then {number}::bigint end"
