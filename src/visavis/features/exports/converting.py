"""From rows as PostgreSQL copied them to a workbook or a Parquet file, batch by batch. Blocking: run in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from visavis.features.exports.columns import Column, Kind
from visavis.features.exports.sheets import LONGEST_CELL, Workbook

BLOCK = 8 << 20
Tell = Callable[[int], None]
_TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "decimal": pa.decimal128(21, 6),
    "money": pa.decimal128(19, 4),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", "UTC"),
}


def to_parquet(rows: Path, target: Path, columns: Sequence[Column], tell: Tell) -> list[str]:
    """Typed columns, in groups of a batch each; what there is to say about it."""
    schema = pa.schema([(c.name, _TYPES.get(c.kind, pa.string())) for c in columns])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(rows, columns):
            arrays = [_as(array, field.type) for array, field in zip(batch.columns, schema, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            tell(batch.num_rows)
    return []


def to_workbook(rows: Path, target: Path, columns: Sequence[Column], title: str, tell: Tell) -> list[str]:
    """Cells of the type of their column; what there is to say about it."""
    with Workbook(target, title, columns) as book:
        for batch in _batches(rows, columns):
            book.write(batch)
            tell(batch.num_rows)
    if not book.cut:
        return []
    return [f"{book.cut:,} texts were cut at {LONGEST_CELL:,} characters, the most that a cell holds: choose CSV."]


def _batches(rows: Path, columns: Sequence[Column]) -> Iterable[Any]:
    """Texts; null where PostgreSQL wrote nothing, empty where it wrote an empty text."""
    if not rows.stat().st_size:
        return ()
    names = [str(place) for place in range(len(columns))]
    found: Iterable[Any] = pacsv.open_csv(
        rows,
        pacsv.ReadOptions(column_names=names, block_size=BLOCK, use_threads=False),
        pacsv.ParseOptions(newlines_in_values=True),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    return found


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pc.equal(array, "true")
    return array.cast(kind)
