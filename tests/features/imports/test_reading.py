"""Files of every kind, well and ill."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.features.imports import detect, workbook
from visavis.features.imports.options import Options
from visavis.features.imports.reading import Source, format_of, look, open_source
from visavis.kernel.errors import Invalid, Problem, TooLarge

Make = Callable[[str, str | bytes], Path]


def opened(path: Path) -> Source:
    kind = format_of(path.name)
    return open_source(path, kind, look(path, kind, {}))


def cells(path: Path) -> list[dict[str, object]]:
    return [row for batch in opened(path).batches() for row in batch.cells.to_pylist()]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Łódź, 서울, 北京, חיפה, Brașov"),
        ("utf-8-sig", "Łódź, 서울"),
        ("utf-16", "서울 北京 חיפה"),
        ("utf-16-le", "Brașov and more plain letters"),
        ("cp1252", "Café Müller, façade, niño, señor"),
        ("cp1251", "Москва и Санкт-Петербург"),
        ("cp1255", "שלום עולם חיפה"),
        ("cp949", "서울특별시 강남구 안녕하세요"),
        ("gb18030", "北京市朝阳区有限公司"),
    ],
)
def test_encodings(make: Make, encoding: str, text: str) -> None:
    path = make("a.csv", f'name,note\n"{text}",x\n'.encode(encoding))
    assert cells(path) == [{"name": text, "note": "x"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(make: Make, delimiter: str) -> None:
    path = make("a.csv", delimiter.join("abc") + "\n" + delimiter.join("123") + "\n")
    assert opened(path).options.delimiter == delimiter
    assert cells(path) == [{"a": "1", "b": "2", "c": "3"}]


def test_decimal_sign_and_order_of_dates() -> None:
    assert detect.decimal_of(["1.234,50", "7", "abc"]) == ","
    assert detect.decimal_of(["1,234.50", "0.5"]) == "."
    assert detect.decimal_of(["12", "1,234"]) == "."
    assert detect.date_order_of(["01/02/2026", "01/31/2026"]) == "mdy"
    assert detect.date_order_of(["31.01.2026"]) == "dmy"
    assert detect.date_order_of(["01/02/2026"]) == "dmy"


def test_rows_keep_their_numbers_beside_misshapen_ones(make: Make) -> None:
    path = make("a.csv", 'a,b\n1,2\n3\n"x\ny",4\n5,6,7\n,\n8,9\n')
    (batch,) = opened(path).batches()
    assert batch.rows.tolist() == [2, 4, 7]
    assert [(r.row, r.cells) for r in batch.ragged] == [(3, ("3",)), (5, ("5", "6", "7"))]
    assert batch.cells.to_pydict() == {"a": ["1", "x\ny", "8"], "b": ["2", "4", "9"]}


def test_a_misshapen_row_with_an_endless_cell(make: Make) -> None:
    (batch,) = opened(make("a.csv", f"a,b\n1,2\n{'x' * 200_000},3,4\n5,6\n")).batches()
    assert batch.rows.tolist() == [2, 4]
    assert [(r.row, r.cells) for r in batch.ragged] == [(3, ("x" * 200_000, "3", "4"))]


def test_columns_without_or_with_the_same_name(make: Make) -> None:
    assert opened(make("a.csv", "a,,a\n1,2,3\n")).columns == ("a", "Column 2", "a (2)")


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    hidden = book.add_worksheet("Hidden")
    hidden.write_row(0, 0, ["no"])
    sheet = book.add_worksheet("People")
    sheet.activate()
    hidden.hide()
    sheet.set_first_sheet()
    day, moment = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    sheet.write_row(0, 0, ["Name", "Born", "Seen", "Paid", "Active"])
    sheet.write_string(1, 0, "김민수")
    sheet.write_datetime(1, 1, dt.date(1990, 5, 1), day)
    sheet.write_datetime(1, 2, dt.datetime(2026, 1, 2, 3, 4), moment)  # noqa: DTZ001
    sheet.write_number(1, 3, 12.5)
    sheet.write_boolean(1, 4, True)
    book.close()
    assert cells(path) == [
        {"Name": "김민수", "Born": "1990-05-01", "Seen": "2026-01-02 03:04:00", "Paid": "12.5", "Active": "true"}
    ]
    with pytest.raises(Invalid, match="no sheet"):
        open_source(path, "xlsx", Options(sheet="Nope"))


def test_parquet_keeps_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": [1, None], "t": pa.array([0, None], pa.timestamp("us"))}), path)
    (batch,) = opened(path).batches()
    assert [str(t) for t in batch.cells.schema.types] == ["int64", "timestamp[us]"]


HOSTILE: dict[str, tuple[str, bytes]] = {
    "empty": ("a.csv", b""),
    "only a line end": ("a.csv", b"\n\n"),
    "picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
    "all NUL": ("a.csv", b"\x00" * 5000),
    "10,000 columns": ("a.csv", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n"),
    "open quotation mark": ("a.csv", b'a,b\n"' + b"x" * (20 << 20)),
    "one endless row": ("a.csv", b"a,b\n" + b"x" * (20 << 20)),
    "no workbook": ("a.xlsx", b"not a zip"),
    "half a workbook": ("a.xlsx", b"PK\x03\x04" + b"\x00" * 100),
    "no parquet": ("a.parquet", b"PAR1 no PAR1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_clear_problem(make: Make, name: str) -> None:
    path = make(*HOSTILE[name])
    with pytest.raises(Problem) as refused:
        cells(path)
    assert refused.value.status in (413, 422) and refused.value.detail.endswith((".", "?"))


def test_a_wrong_encoding_is_said(make: Make) -> None:
    path = make("a.csv", "a\ncafé\n".encode("cp1252"))
    with pytest.raises(Invalid, match="encoding"):
        list(open_source(path, "csv", Options(encoding="utf-8")).batches())
    with pytest.raises(Invalid, match="encoding"):
        open_source(path, "csv", Options(encoding="klingon"))


def test_truncated_parquet_and_workbook(tmp_path: Path) -> None:
    whole = tmp_path / "b.parquet"
    pq.write_table(pa.table({"n": list(range(10_000))}), whole)
    (tmp_path / "a.parquet").write_bytes(whole.read_bytes()[:-100])
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    book.add_worksheet().write(0, 0, "x")
    book.close()
    (tmp_path / "a.xlsx").write_bytes((tmp_path / "b.xlsx").read_bytes()[:-200])
    for name in ("a.parquet", "a.xlsx"):
        with pytest.raises(Invalid):
            cells(tmp_path / name)


def test_a_swelling_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 4 << 20)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    with pytest.raises(TooLarge):
        cells(path)


def test_a_workbook_that_claims_every_cell_costs_only_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "corners.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "x")
    sheet.write(1_048_575, 16_383, "y")
    book.close()
    with pytest.raises(TooLarge):
        cells(path)


def test_nul_in_a_cell_is_one_bad_cell(make: Make) -> None:
    assert cells(make("a.csv", "a,b\n" + "plain,1\n" * 200 + "x\x00y,2\n"))[-1] == {"a": "x\x00y", "b": "2"}


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [b",", b";", b"\n", b"\r\n", b"\r", b'"', b"\t", b"|", b"a", b"1,5", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf"]
        ),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES, ending=st.sampled_from(["csv", "parquet"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, pieces: list[bytes], ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes((b"PAR1" if ending == "parquet" else b"") + b"".join(pieces))
    try:
        source = opened(path)
        rows = [row for batch in source.batches() for row in batch.rows.tolist()]
    except Problem:
        return
    assert rows == sorted(set(rows))
