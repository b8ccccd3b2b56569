"""Rows into a workbook (Office Open XML, ECMA-376), as a stream: one row at a time, sheet after sheet."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from visavis.features.exports.columns import Column, Kind

MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
_MOST_DIGITS = 15
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1).toordinal()
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ODD_RE2 = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}_"
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DATE, _MOMENT, _HEAD = 1, 2, 3
_TEXT_OPEN, _TEXT_CLOSE = '<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
_STYLES = (
    f'<styleSheet {_MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)


class Workbook:
    """A workbook in the making. ``cut`` counts the texts that were longer than a cell can be."""

    def __init__(self, path: Path, title: str, columns: Sequence[Column], *, most_rows: int = MOST_ROWS) -> None:
        self.cut = 0
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._title = _FORBIDDEN_IN_NAMES.sub(" ", title).strip()[:24] or "Sheet"
        self._columns = columns
        self._most_rows = most_rows
        self._sheets: list[str] = []
        self._sheet: IO[bytes] | None = None
        self._row = 0

    def __enter__(self) -> Self:
        self._open_sheet()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._sheet is not None:
            self._close_sheet()
        if kind is None:
            self._write_frame()
        self._zip.close()

    def write(self, cells: pa.RecordBatch) -> None:
        """Rows of texts as the columns write them; a full sheet is followed by another."""
        done = 0
        while done < cells.num_rows:
            if self._row == self._most_rows:
                self._close_sheet()
                self._open_sheet()
            part = cells.slice(done, self._most_rows - self._row)
            self._put(part)
            self._row += part.num_rows
            done += part.num_rows

    def _put(self, cells: pa.RecordBatch) -> None:
        """Column by column, then all at once: the rows of a batch lie one behind the other in one buffer."""
        assert self._sheet is not None
        columns = [pc.fill_null(self._written(c.kind, a), "<c/>") for c, a in zip(self._columns, cells, strict=True)]
        rows = pc.binary_join_element_wise("<row>", *columns, "</row>", "")
        self._sheet.write(_joined(rows))

    def _written(self, kind: Kind, texts: pa.Array) -> pa.Array:
        if kind in ("integer", "decimal", "money") and _all_within(texts, _MOST_DIGITS):
            return pc.binary_join_element_wise("<c><v>", texts, "</v></c>", "")
        if kind == "text" and _all_within(texts, LONGEST_CELL) and not pc.any(_is_odd(texts)).as_py():
            return pc.binary_join_element_wise(_TEXT_OPEN, _escaped_for_xml(texts), _TEXT_CLOSE, "")
        return self._one_by_one(kind, texts)

    def _one_by_one(self, kind: Kind, texts: pa.Array) -> pa.Array:
        """Each distinct cell by itself."""
        write: dict[str, Callable[[str], str]] = {
            "integer": self._number, "decimal": self._number, "money": self._number,
            "boolean": _boolean, "date": self._date, "datetime": self._moment,
        }  # fmt: skip
        coded = texts.dictionary_encode()
        how = write.get(kind, self._text)
        shown = pa.array([how(text) for text in coded.dictionary.to_pylist()], pa.string())
        return pa.DictionaryArray.from_arrays(coded.indices, shown).dictionary_decode()

    def _open_sheet(self) -> None:
        number = len(self._sheets) + 1
        self._sheets.append(self._title if number == 1 else f"{self._title} {number}")
        self._sheet = self._zip.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True)
        view = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/>'
        self._sheet.write(f"<worksheet {_MAIN}>{view}</sheetView></sheetViews><sheetData>".encode())
        head = "".join(self._text(c.name, _HEAD) for c in self._columns)
        self._sheet.write(f"<row>{head}</row>".encode())
        self._row = 1

    def _close_sheet(self) -> None:
        assert self._sheet is not None
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._sheet = None

    def _number(self, cell: str) -> str:
        """A sheet keeps 15 digits of a number; one with more stays a text."""
        if sum(c.isdigit() for c in cell) > _MOST_DIGITS:
            return self._text(cell)
        return f"<c><v>{cell}</v></c>"

    def _date(self, cell: str) -> str:
        day = date.fromisoformat(cell).toordinal()
        return self._text(cell) if day < _FIRST_DAY else f'<c s="{_DATE}"><v>{day - _EPOCH}</v></c>'

    def _moment(self, cell: str) -> str:
        moment = datetime.fromisoformat(cell)
        day = moment.toordinal()
        if day < _FIRST_DAY:
            return self._text(cell)
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
        return f'<c s="{_MOMENT}"><v>{day - _EPOCH + seconds / 86_400!r}</v></c>'

    def _text(self, cell: str, style: int = 0) -> str:
        if len(cell) > LONGEST_CELL:
            self.cut += 1
            cell = cell[:LONGEST_CELL]
        shown = _ODD.sub(_escaped, cell) if _ODD.search(cell) else cell
        mark = f' s="{style}"' if style else ""
        return _TEXT_OPEN.replace("<c", f"<c{mark}", 1) + _xml(shown) + _TEXT_CLOSE

    def _write_frame(self) -> None:
        numbers = range(1, len(self._sheets) + 1)
        sheets = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in zip(numbers, self._sheets, strict=True)
        )
        links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
        kinds = "".join(_kind(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)
        self._add("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>')
        self._add("xl/styles.xml", _STYLES)
        self._add("xl/_rels/workbook.xml.rels", _links(links + _link(len(numbers) + 1, "styles", "styles.xml")))
        self._add("_rels/.rels", _links(_link(1, "officeDocument", "xl/workbook.xml")))
        self._add(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{kinds}{_kind('xl/workbook.xml', 'sheet.main')}{_kind('xl/styles.xml', 'styles')}</Types>",
        )

    def _add(self, name: str, body: str) -> None:
        self._zip.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{body}')


def _all_within(texts: pa.Array, longest: int) -> bool:
    most = pc.max(pc.utf8_length(texts)).as_py()
    return most is None or most <= longest


def _joined(texts: pa.Array) -> pa.Buffer:
    """What the array holds, without copying it."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return data.slice(int(places[0]), int(places[-1] - places[0]))


def _is_odd(texts: pa.Array) -> pa.Array:
    return pc.match_substring_regex(texts, _ODD_RE2)


def _escaped_for_xml(texts: pa.Array) -> pa.Array:
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        texts = pc.replace_substring(texts, sign, written)
    return texts


def _boolean(cell: str) -> str:
    return f'<c t="b"><v>{int(cell == "true")}</v></c>'


def _xml(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _escaped(found: re.Match[str]) -> str:
    """As ECMA-376 writes what XML cannot (part 1, 22.9.2.19)."""
    return f"_x{ord(found[0]):04X}_"


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'


def _links(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _kind(part: str, kind: str) -> str:
    return f'<Override PartName="/{part}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>'
