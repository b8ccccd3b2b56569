"""Entered fields as methods read them: amounts of the workspace's currency; those of others are unknown and counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from visavis.insight.analyses.base import Analysis, Made, Tables
from visavis.insight.engine import Engine, Frame
from visavis.insight.models.notes import Note, told
from visavis.insight.settings import Settings

CURRENCY = "_currency"
_OTHERS = "other_currencies"
_COUNTS = pa.schema([("field", pa.string()), ("rows", pa.int64())])


def given(engine: Engine, customer: str, rows: pa.Table | None, settings: Settings) -> dict[str, Frame]:
    """A frame for each field of `rows`: `field.<name>`, of texts `text.<name>` too; and the amounts left out."""
    if rows is None:
        return {}
    known, others = in_currency(rows, settings.currency)
    frame = engine.frame(f"entered_{customer}", known)
    counts = pa.table([list(others), list(others.values())], _COUNTS)
    fields = [field for field in known.schema if field.name != "id"]
    texts = [field.name for field in fields if pa.types.is_string(field.type)]
    return {
        **{f"text.{name}": frame for name in texts},
        **{f"field.{field.name}": frame for field in fields},
        _OTHERS: engine.frame(f"other_currencies_{customer}", counts),
    }


def in_currency(rows: pa.Table, currency: str) -> tuple[pa.Table, dict[str, int]]:
    """The rows without the columns that say a currency, amounts of others null; and how many of a field those were.

    An amount without a currency counts as of this one. Rows of which nothing is known any more are left out.
    """
    amounts = [name for name in rows.column_names if f"{name}{CURRENCY}" in rows.column_names]
    others = {name: _other(rows, name, currency) for name in amounts}
    columns = {
        name: pc.if_else(others[name], None, rows.column(name)) if name in others else rows.column(name)
        for name in rows.column_names
        if name.removesuffix(CURRENCY) not in others or name in others
    }
    counts = {name: pc.sum(mask).as_py() or 0 for name, mask in others.items()}
    known = pa.table(columns)
    if any(counts.values()):
        filled = (pc.is_valid(known.column(name)) for name in known.column_names if name != "id")
        known = known.filter(reduce(pc.or_, filled))
    return known, {name: count for name, count in counts.items() if count}


def _other(rows: pa.Table, name: str, currency: str) -> pa.ChunkedArray:
    differs = pc.fill_null(pc.not_equal(rows.column(f"{name}{CURRENCY}"), currency), False)
    return pc.and_(differs, pc.is_valid(rows.column(name)))


def remarked(engine: Engine, tables: Tables, analysis: Analysis, settings: Settings, made: Made) -> Made:
    """The same, its document saying how many amounts of the fields that it was to read were left out."""
    asked = analysis.asked(settings)
    if not asked:
        return made
    rows = engine.arrow(tables[_OTHERS], _COUNTS).to_pylist() if _OTHERS in tables else []
    counts = {row["field"]: row["rows"] for row in rows if row["field"] in asked}
    more = told(other_currency(counts.items(), settings.currency))
    return replace(made, document={**made.document, **{key: [*made.document.get(key, ()), *more[key]] for key in more}})


def other_currency(counts: Iterable[tuple[str, int]], currency: str) -> list[Note]:
    """The remark for each field of which some amounts are in another currency."""
    return [
        Note("other_currency", {"column": name, "rows": count, "currency": currency})
        for name, count in sorted(counts)
        if count
    ]
