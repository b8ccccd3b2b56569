"""Find out encoding, delimiter, decimal sign and order of dates from the bytes themselves."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from visavis.features.imports import charsets
from visavis.features.imports.options import DateOrder
from visavis.kernel.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SLAB = 1 << 20
_MARKS = frozenset("\r\n\t,;| 0123456789")
_ASCII = bytes(range(128))
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_MOST_DAMAGED = 64 << 20
_BLANKED = bytes(b if b >= 0x40 else 0x20 for b in range(256))
_LONGEST_WORD = 600
_MOST_FOREIGN = 1 << 15
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
    return "utf-8" if _is_utf8(path) else charsets.best(_foreign_words(path))


def _is_binary(head: bytes) -> bool:
    control = sum(head.count(byte) for byte in (*range(1, 9), *range(14, 27)))
    return head.count(0) * 20 > len(head) or control * 20 > len(head)


def _utf16_without_bom(head: bytes) -> str | None:
    """By its line ends, delimiters, blanks and digits, each of which has a NUL beside it."""
    sample = head[: min(len(head), 1 << 14) & ~1]
    if 0 not in sample:
        return None
    found = {name: _share_of_marks(sample, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(found, key=lambda name: found[name])
    return best if found[best] > 0.01 else None


def _share_of_marks(sample: bytes, name: str) -> float:
    text = codecs.getincrementaldecoder(name)(errors="replace").decode(sample)
    strange = sum((unicodedata.category(c) in ("Cn", "Cc", "Co") and c not in "\r\n\t") or c == "\ufffd" for c in text)
    if not text or strange * 50 > len(text):
        return 0.0
    return sum(c in _MARKS for c in text) / len(text)


def _is_utf8(path: Path) -> bool:
    return bad_line(path, "utf-8") is None or _is_damaged_utf8(path)


def _is_damaged_utf8(path: Path) -> bool:
    """A bad letter among many good ones: as another encoding all of them would be wrong."""
    good = bad = 0
    with path.open("rb") as file:
        while (slab := file.read(_SLAB)) and file.tell() <= _MOST_DAMAGED:
            good += len(_MULTIBYTE.findall(slab))
            bad += len(_MULTIBYTE.sub(b"", slab).translate(None, _ASCII))
    return good > bad * 20


def bad_line(path: Path, encoding: str) -> int | None:
    """The number of the first line that cannot be read in this encoding."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        return None
    line = 1
    with path.open("rb") as file:
        for slab in iter(lambda: file.read(_SLAB), b""):
            try:
                line += decoder.decode(slab).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return line
    return None


def is_left_open(path: Path) -> bool:
    """Whether the quotation marks of a file do not come in pairs."""
    with path.open("rb") as file:
        return sum(slab.count(b'"') for slab in iter(lambda: file.read(_SLAB), b"")) % 2 == 1


def _foreign_words(path: Path) -> bytes:
    """Words that are not all ASCII, from the whole file, each in a line."""
    words: dict[bytes, None] = {}
    size = 0
    with path.open("rb") as file:
        while (slab := file.read(_SLAB)) and size < _MOST_FOREIGN:
            for word in slab.translate(_BLANKED).split():
                if not word.isascii() and len(word) <= _LONGEST_WORD and word not in words:
                    words[word] = None
                    size += len(word)
                    if size >= _MOST_FOREIGN:
                        break
    return b"\n".join(words)


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
