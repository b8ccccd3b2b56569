"""Read a file of any of the formats as record batches, in constant memory. CSV arrives as text, Parquet typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from visavis.features.imports import detect, own, personal, workbook
from visavis.features.imports.gate import Gate
from visavis.features.imports.options import Options
from visavis.features.imports.probe import probe
from visavis.kernel.errors import Invalid, TooLarge

MAX_COLUMNS = 1000
MAX_ROW_BYTES = 8 << 20
BATCH_ROWS = 65_536
MAX_BATCH_ROWS = 1 << 17
MAX_RAGGED = 100_000
FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet",
    ".vcf": "vcard", ".vcard": "vcard", ".ics": "calendar", ".ical": "calendar", ".mbox": "mail", ".eml": "mail",
}  # fmt: skip
_HEAD_ROWS = 2000
_PATIENCE_NATIVE = 1.0
_PATIENCE_DECODED = 5.0


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row with too many or too few cells."""

    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: their numbers as a spreadsheet counts them (the header is 1), and their cells by column."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    cells: pa.RecordBatch
    ragged: tuple[Ragged, ...] = ()


@dataclass(frozen=True)
class Source:
    """One readable file. ``path`` is a CSV or Parquet file; a workbook has been turned into CSV beside it."""

    path: Path
    format: str
    options: Options
    columns: tuple[str, ...] = field(default=())

    def batches(self) -> Iterator[Batch]:
        """All rows from the beginning; ``Invalid`` or ``TooLarge`` where the file cannot be read on."""
        with _readable(self.path if self.format == "csv" else None, self.options.encoding):
            yield from _parquet_batches(self) if self.format == "parquet" else _csv_batches(self)

    def head(self) -> Batch:
        """The first rows, for samples and guesses."""
        first = next(self.batches(), None)
        if first is None:
            return Batch(np.empty(0, np.int64), _no_rows(self.columns))
        return Batch(first.rows[:_HEAD_ROWS], first.cells.slice(0, _HEAD_ROWS), first.ragged)


def format_of(filename: str) -> str:
    """csv, xlsx, parquet, vcard, calendar or mail by the ending of the name; ``Invalid`` for any other."""
    found = FORMATS.get(Path(filename).suffix.lower())
    if found is None:
        raise Invalid(
            "Files end in .csv, .tsv, .txt, .xlsx, .parquet, .vcf, .ics, .mbox or .eml. Save it as one of them."
        )
    return found


def look(path: Path, kind: str, said: dict[str, Any]) -> Options:
    """The options for a file: what the user said, and what its bytes tell for the rest."""
    if kind == "parquet":
        probe(path)
        return Options(**said)
    if kind != "csv":
        path = _as_csv(path, kind, said.get("sheet"))
        found: dict[str, Any] = {"encoding": "utf-8", "delimiter": ","}
    else:
        encoding = said.get("encoding") or detect.encoding_of(path)
        head = _head_text(path, encoding)
        if own.begins_like_own(head):
            written: dict[str, Any] = {"encoding": encoding, "delimiter": ",", "decimal": ".", "date_order": "ymd"}
            return Options(**(written | said))
        found = {"encoding": encoding, "delimiter": detect.delimiter_of(head)}
    draft = Options(**(found | said))
    cells = _text_cells(open_source(path, "csv", draft).head().cells)
    guessed = {"decimal": detect.decimal_of(cells), "date_order": detect.date_order_of(cells)}
    return Options(**(found | guessed | said))


def open_source(path: Path, kind: str, options: Options) -> Source:
    """The file, ready to be read; ``Invalid`` for one that is empty, broken or not what its name says."""
    if path.stat().st_size == 0:
        raise Invalid("The file is empty.")
    with _readable():
        if kind == "parquet":
            names = pq.ParquetFile(path).schema_arrow.names
            return Source(path, kind, options, _checked(names))
        if kind != "csv":
            path = _as_csv(path, kind, options.sheet)
            return Source(path, "csv", options, _header(path, Options()))
        return Source(path, kind, options, _header(path, options))


def _as_csv(path: Path, kind: str, sheet: str | None) -> Path:
    return workbook.as_csv(path, sheet) if kind == "xlsx" else personal.as_csv(path, kind)


def _header(path: Path, options: Options) -> tuple[str, ...]:
    text = _head_text(path, options.encoding)
    try:
        first = next((row for row in csv.reader(io.StringIO(text), delimiter=options.delimiter) if row), [])
    except csv.Error as error:
        raise TooLarge("The first row cannot be read: is a quotation mark left open?") from error
    if not first:
        raise Invalid("The file is empty.")
    return _checked([name.strip().replace("\x00", "") for name in first])


def _checked(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) > MAX_COLUMNS:
        raise TooLarge(f"The file has {len(names):,} columns; {MAX_COLUMNS:,} fit. Remove those that are not needed.")
    seen: dict[str, int] = {}
    unique = []
    for place, given in enumerate(names, 1):
        name = given[:200] or f"Column {place}"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _head_text(path: Path, encoding: str) -> str:
    try:
        return detect.head_text(path, encoding)
    except LookupError as error:
        raise Invalid(f"'{encoding}' is no known encoding. Use one like utf-8 or cp1252.") from error


def _csv_batches(source: Source) -> Iterator[Batch]:
    misshapen = _Misshapen(source)
    numbers = misshapen.numbers
    last: Batch | None = None
    with Gate(source.path, _PATIENCE_NATIVE if _is_utf8(source) else _PATIENCE_DECODED) as file:
        try:
            reader = pacsv.open_csv(file, *_csv_options(source, misshapen.keep))
            for cells in reader:
                last = Batch(numbers.take(cells.num_rows), cells, misshapen.taken())
                if _is_left_open(last) and detect.is_left_open(source.path):
                    row = int(last.rows[-1])
                    raise Invalid(
                        f"The text in row {row:,} has a quotation mark that is never closed. Close it, or double it."
                    )
                yield from _in_parts(_without_blank_rows(last))
        except pa.ArrowInvalid:
            if misshapen.refusal:
                raise misshapen.refusal from None
            raise
    if rest := misshapen.taken():
        yield Batch(np.empty(0, np.int64), _no_rows(source.columns), rest)


def _is_utf8(source: Source) -> bool:
    return source.options.encoding in ("utf-8", "utf-8-sig")


def _is_left_open(batch: Batch) -> bool:
    """Whether the last cell goes over several lines, as all does behind a quotation mark that is not closed."""
    if not batch.cells.num_rows:
        return False
    texts = (column[-1].as_py() for column in reversed(batch.cells.columns))
    return "\n" in (next((text for text in texts if text), None) or "")


class _Misshapen:
    """Rows with another number of cells than the header. There may be many, but not all of a large file."""

    def __init__(self, source: Source) -> None:
        self.numbers = _Numbers()
        self.refusal: TooLarge | None = None
        self._source = source
        self._found: list[Ragged] = []
        self._count = 0

    def keep(self, row: Any) -> str:
        """Called by the reader for each such row."""
        self._count += 1
        number = self.numbers.skip(row.number)
        if self._count > MAX_RAGGED:
            width = len(self._source.columns)
            self.refusal = TooLarge(
                f"More than {MAX_RAGGED:,} rows, up to row {number:,}, have not the {width} cells of the header."
                " Is the delimiter the right one, or a quotation mark missing?"
            )
            return "error"
        self._found.append(Ragged(number, _cells_of(row.text, self._source.options.delimiter)))
        return "skip"

    def taken(self) -> tuple[Ragged, ...]:
        """Those found since the last time."""
        found, self._found = tuple(self._found), []
        return found


def _cells_of(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([text], delimiter=delimiter), []))
    except csv.Error:
        return tuple(text.split(delimiter))


def _in_parts(batch: Batch) -> Iterator[Batch]:
    """Rows of a few bytes are many in a block; so many at once as bounded memory allows."""
    for start in range(0, max(1, len(batch.rows)), MAX_BATCH_ROWS):
        rows = batch.rows[start : start + MAX_BATCH_ROWS]
        yield Batch(rows, batch.cells.slice(start, MAX_BATCH_ROWS), batch.ragged if start == 0 else ())


class _Numbers:
    """Rows keep their number in the file although misshapen rows between them are left out."""

    def __init__(self) -> None:
        self._next = 2
        self._skipped: set[int] = set()

    def skip(self, number: int | None) -> int:
        known = number if number is not None else self._next
        self._skipped.add(known)
        return known

    def take(self, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        reach = count + sum(1 for n in self._skipped if n >= self._next)
        candidates = np.arange(self._next, self._next + reach, dtype=np.int64)
        if self._skipped:
            candidates = candidates[~np.isin(candidates, np.fromiter(self._skipped, np.int64))]
        rows = candidates[:count]
        if count:
            self._next = int(rows[-1]) + 1
            self._skipped = {n for n in self._skipped if n >= self._next}
        return rows


def _csv_options(source: Source, keep: Any) -> tuple[Any, Any, Any]:
    text = {name: pa.string() for name in source.columns}
    encoding = "utf8" if _is_utf8(source) else source.options.encoding
    return (
        pacsv.ReadOptions(
            use_threads=False,
            block_size=MAX_ROW_BYTES,
            column_names=list(source.columns),
            skip_rows_after_names=1,
            encoding=encoding,
        ),
        pacsv.ParseOptions(delimiter=source.options.delimiter, newlines_in_values=True, invalid_row_handler=keep),
        pacsv.ConvertOptions(
            column_types=text, strings_can_be_null=True, quoted_strings_can_be_null=True, null_values=[""]
        ),
    )


def _without_blank_rows(batch: Batch) -> Batch:
    if not batch.cells.num_columns or batch.cells.column(0).null_count == 0:
        return batch
    filled = np.zeros(batch.cells.num_rows, dtype=bool)
    for column in batch.cells.columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
        if filled.all():
            return batch
    return Batch(batch.rows[filled], batch.cells.filter(pa.array(filled)), batch.ragged)


def _parquet_batches(source: Source) -> Iterator[Batch]:
    start = 2
    for cells in pq.ParquetFile(source.path).iter_batches(batch_size=BATCH_ROWS):
        rows = np.arange(start, start + cells.num_rows, dtype=np.int64)
        start += cells.num_rows
        yield Batch(rows, cells.rename_columns(list(source.columns)))


@contextmanager
def _readable(path: Path | None = None, encoding: str = "") -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, UnicodeError, OSError, LookupError) as error:
        raise _problem(str(error), path, encoding) from error


def _problem(text: str, path: Path | None, encoding: str) -> Invalid | TooLarge:
    if "straddling" in text:
        return TooLarge(f"A row is longer than {MAX_ROW_BYTES >> 20} MiB: is a quotation mark left open?")
    if any(word in text for word in ("UTF8", "UTF-8", "codec", "encoding")):
        line = detect.bad_line(path, encoding) if path else None
        place = f"In line {line:,} some" if line else "Some"
        return Invalid(
            f"{place} letters cannot be read as {encoding or 'text'}. Choose another encoding, or save as UTF-8."
        )
    if "Empty CSV" in text:
        return Invalid("The file is empty.")
    return Invalid("The file is damaged or not what its name says. Save it again, or export it anew.")


def _no_rows(columns: Sequence[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=pa.schema([(name, pa.string()) for name in columns]))


def _text_cells(cells: pa.RecordBatch) -> list[str]:
    texts = (c for c in cells.columns if pa.types.is_string(c.type))
    return [cell for column in texts for cell in pc.unique(column.slice(0, 500)).to_pylist() if cell]
