"""An XLSX sheet becomes a CSV file beside it, once, read apart.

A workbook is a zip of XML that can be made to swell without end, and its reader keeps a sheet in memory.
"""

from __future__ import annotations

import csv
import os
import sys
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from visavis.features.imports import apart, unpacking
from visavis.kernel.errors import Invalid, TooLarge

MAX_UNPACKED = 400 << 20
_TOO_LARGE = "The workbook is too large to be read. Save the sheet as CSV."
_BROKEN = "The workbook is damaged or protected by a password. Save it again, or as CSV."
_EXIT = {3: "The workbook has no sheet of that name.", 4: "The file is empty."}


def as_csv(path: Path, sheet: str | None = None) -> Path:
    """The path of the CSV file; made anew unless it is there. ``Invalid`` or ``TooLarge`` says what is wrong."""
    if path.suffix == ".csv":
        return path
    target = path.with_name(f"{path.stem}.{zlib.crc32((sheet or '').encode()):08x}.sheet.csv")
    if not target.exists():
        _check_size(path)
        apart.convert(
            "visavis.features.imports.workbook",
            path,
            target,
            sheet or "",
            refusals=_EXIT,
            broken=_BROKEN,
            too_large=_TOO_LARGE,
        )
    return target


def _check_size(path: Path) -> None:
    """Unpack without keeping: sizes written in the file may lie."""
    try:
        unpacking.check_directory(path)
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            total = 0
            for info in archive.infolist():
                total += _unpacked(raw, info, MAX_UNPACKED - total)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise Invalid(_BROKEN) from error


def _unpacked(raw: Any, info: zipfile.ZipInfo, room: int) -> int:
    raw.seek(info.header_offset)
    header = raw.read(30)
    if len(header) < 30:
        raise zipfile.BadZipFile("truncated")
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
    stored = info.compress_type == zipfile.ZIP_STORED
    size = info.compress_size if stored else _inflated(raw, info.compress_size, room)
    if size > room:
        raise TooLarge(_TOO_LARGE)
    return size


def _inflated(raw: Any, packed: int, room: int) -> int:
    engine, size, left = zlib.decompressobj(-15), 0, packed
    while left > 0 and size <= room and not engine.eof:
        chunk = raw.read(min(1 << 16, left))
        if not chunk:
            raise zipfile.BadZipFile("truncated")
        left -= len(chunk)
        while chunk and size <= room:
            size += len(engine.decompress(chunk, 1 << 20))
            chunk = engine.unconsumed_tail
    return size


def _child(source: str, target: str, sheet: str) -> int:
    """Runs in the process of its own."""
    apart.bound_memory()
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(source)
    visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    if sheet and sheet not in book.sheet_names:
        return 3
    for name in [sheet] if sheet else visible or book.sheet_names:
        rows = book.get_sheet_by_name(name).iter_rows()
        if _write(rows, Path(target)):
            return 0
    return 4


def _write(rows: Any, target: Path) -> int:
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            cells = [_text(cell) for cell in row]
            if any(cells):
                writer.writerow(cells)
                count += 1
    return count


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else str(cell).replace("\x00", "").strip()


if __name__ == "__main__":
    raise SystemExit(_child(*sys.argv[1:4]))
