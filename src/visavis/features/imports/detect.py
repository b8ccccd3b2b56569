"""Find out encoding, delimiter, decimal sign and order of dates from the bytes themselves."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from visavis.features.imports.options import DateOrder
from visavis.kernel.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FALLBACKS = ("cp949", "gb18030", "cp1255", "cp1251", "cp1250", "cp1252")
_LETTERS = {
    "cp949": re.compile("[가-힣]"),
    "gb18030": re.compile("[一-鿿]"),
    "cp1255": re.compile("[א-ת]"),
    "cp1251": re.compile("[а-яА-Я]"),
    "cp1250": re.compile("[ăâîșşțţąćęłńóśźżčďěňřšťůžáéíőöüű]", re.IGNORECASE),
    "cp1252": re.compile("[àâäáãåçèéêëìíîïñòóôöõøùúûüßæœ]", re.IGNORECASE),
}
_MIXED = re.compile("[a-zA-Z][가-힣一-鿿א-תа-яА-Я]|[가-힣一-鿿א-תа-яА-Я][a-zA-Z]")
_SLAB = 1 << 20
_DECIMAL_COMMA = re.compile(r"^[-+(]?\d{1,3}(\.\d{3})+(,\d+)?\)?$|^[-+(]?\d+,(\d{1,2}|\d{4,})\)?$", re.ASCII)
_DECIMAL_POINT = re.compile(r"^[-+(]?\d{1,3}(,\d{3})+(\.\d+)?\)?$|^[-+(]?\d+\.(\d{1,2}|\d{4,})\)?$", re.ASCII)
_DATE = re.compile(r"^(\d{1,2})([./\- ])(\d{1,2})\2(\d{4}|\d{2})\b", re.ASCII)


def encoding_of(path: Path) -> str:
    """The encoding of a text file; ``Invalid`` for one that is no text."""
    with path.open("rb") as file:
        head = file.read(_SLAB)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if wide := _utf16_without_bom(head):
        return wide
    if _is_binary(head):
        raise Invalid("This is not a text file. Save it as CSV, XLSX or Parquet.")
    return "utf-8" if _is_utf8(path) else _guess(head)


def _is_binary(head: bytes) -> bool:
    control = sum(head.count(byte) for byte in (*range(1, 9), *range(14, 27)))
    return head.count(0) * 20 > len(head) or control * 20 > len(head)


def _utf16_without_bom(head: bytes) -> str | None:
    sample = head[:4096]
    if len(sample) < 4 or sample.count(0) * 3 < len(sample):
        return None
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if min(odd, even) * 10 > max(odd, even):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while slab := file.read(_SLAB):
                decoder.decode(slab)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess(head: bytes) -> str:
    """The code page whose letters make up most of what is not ASCII."""
    high = head[: 1 << 16]
    return max(_FALLBACKS, key=lambda name: _fit(high, name))


def _fit(raw: bytes, name: str) -> float:
    try:
        text = codecs.getincrementaldecoder(name)().decode(raw)
    except UnicodeDecodeError:
        return -1.0
    foreign = [c for c in text if not c.isascii()]
    if not foreign:
        return 0.0
    good = sum(1 for c in foreign if _LETTERS[name].match(c))
    doubled = len(re.findall(r"[a-z][A-ZА-ЯÀ-Þ]", text))
    mixed = 0 if name in ("cp1250", "cp1252") else len(_MIXED.findall(text))
    return (good - doubled - mixed) / len(foreign)


def delimiter_of(text: str) -> str:
    """The delimiter that splits the first lines into the same number of cells, more than one; else a comma."""
    scores = {d: _evenness(text, d) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: scores[d])
    return best if scores[best] > 0 else ","


def _evenness(text: str, delimiter: str) -> float:
    lines = text.splitlines(keepends=True)[:60]
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0
    if not widths or widths[0] < 2:
        return 0.0
    return widths.count(widths[0]) / len(widths) * (1 + min(widths[0], 50) / 100)


def decimal_of(cells: Iterable[str]) -> Literal[".", ","]:
    """The decimal sign by the numbers that only one reading allows."""
    votes: Counter[str] = Counter()
    for cell in cells:
        text = cell.strip().strip("€$£ ")
        votes[","] += _DECIMAL_COMMA.match(text) is not None
        votes["."] += _DECIMAL_POINT.match(text) is not None
    return "," if votes[","] > votes["."] else "."


def date_order_of(cells: Iterable[str]) -> DateOrder:
    """Day or month first, by a date that only one reading allows; day first where nothing tells."""
    month_first = day_first = 0
    for cell in cells:
        if found := _DATE.match(cell.strip()):
            first, second = int(found[1]), int(found[3])
            day_first += 12 < first <= 31 and second <= 12
            month_first += 12 < second <= 31 and first <= 12
    return "mdy" if month_first > day_first else "dmy"


def head_text(path: Path, encoding: str, size: int = 1 << 17) -> str:
    """The first characters, without half a character at the end."""
    with path.open("rb") as file:
        raw = file.read(size)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
    return io.StringIO(text).read().lstrip("\ufeff")
