"""The rows that did not go in, as a CSV file that can be corrected and loaded again."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import numpy as np

from visavis.features.imports.cells import text_of
from visavis.features.imports.header import OWN_COLUMNS
from visavis.features.imports.reading import Batch, Source

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_HARMLESS = re.compile(r"^[+\-]?[\d\s().,/:\-]*$")
_CHUNK_ROWS = 1000

Faults = Mapping[int, tuple[str | None, str]]


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers and telephone numbers stay as they are."""
    return f"'{cell}" if _FORMULA.match(cell) and not _HARMLESS.match(cell) else cell


async def lines(source: Source, faults: Faults) -> AsyncIterator[bytes]:
    """CSV in UTF-8 with a mark for Excel: the columns of the file, and row number, key and reason of each bad row."""
    columns = [c for c in source.columns if c not in OWN_COLUMNS]
    yield "\ufeff".encode() + _csv([[*columns, *OWN_COLUMNS]])
    chunks = _chunks(source, columns, faults)
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk


def _chunks(source: Source, columns: list[str], faults: Faults) -> Iterator[bytes]:
    wanted = np.fromiter(faults, np.int64, len(faults))
    for batch in source.batches():
        rows = _bad_rows(batch, columns, faults, wanted)
        rows += [_line(r.row, _fitted(r.cells, source, columns), faults) for r in batch.ragged if r.row in faults]
        rows.sort(key=lambda row: int(row[len(columns)]))
        for start in range(0, len(rows), _CHUNK_ROWS):
            yield _csv(rows[start : start + _CHUNK_ROWS])


def _bad_rows(batch: Batch, columns: list[str], faults: Faults, wanted: np.ndarray[Any, Any]) -> list[list[str]]:
    places = np.flatnonzero(np.isin(batch.rows, wanted))
    if not len(places):
        return []
    found = batch.cells.take(places)
    texts = [text_of(found.column(column)).to_pylist() for column in columns]
    return [
        _line(int(batch.rows[place]), [text[at] or "" for text in texts], faults) for at, place in enumerate(places)
    ]


def _fitted(cells: tuple[str, ...], source: Source, columns: list[str]) -> list[str]:
    """A misshapen row under the header: what is too much stands in the last column."""
    width = len(source.columns)
    whole = [*cells[: width - 1], source.options.delimiter.join(cells[width - 1 :])] if len(cells) > width else [*cells]
    whole += [""] * (width - len(whole))
    return [cell for name, cell in zip(source.columns, whole, strict=True) if name in columns]


def _line(row: int, cells: list[str], faults: Faults) -> list[str]:
    key, reason = faults[row]
    return [*(neutral(c) for c in cells), str(row), neutral(key or ""), neutral(reason)]


def _csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("utf-8", "replace")
