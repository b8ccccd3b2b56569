"""Files that are meant to harm: a clear problem, bounded memory, and the server goes on.

``VISAVIS_HOSTILE_MIB=1024`` makes the large ones as large as they would be in earnest.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.access import SYSTEM
from visavis.features.accounts import api as accounts
from visavis.features.imports import unpacking, workbook
from visavis.features.imports.api import import_file
from visavis.features.imports.reading import format_of, look, open_source
from visavis.features.imports.unpacking import files_of
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Invalid, Problem, TooLarge
from visavis.web.app import create_app

Make = Callable[[str, str | bytes], Path]
LARGE = int(os.environ.get("VISAVIS_HOSTILE_MIB", "20"))
MOST_MIB = 1024


def fill(path: Path, head: bytes, piece: bytes, mebibytes: int = LARGE, tail: bytes = b"") -> Path:
    chunk = piece * ((1 << 20) // len(piece))
    with path.open("wb") as file:
        file.write(head)
        for _ in range(mebibytes):
            file.write(chunk)
        file.write(tail)
    return path


def read_apart(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("hostile.py"), path],
        capture_output=True, check=True, timeout=120, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    assert max(found["mib"], found["mib_of_children"]) <= MOST_MIB, found
    return found


ENDLESS = {
    "one line of letters": (b"", b"x", b""),
    "a row that never ends": (b"a,b\n1,", b"x", b""),
    "a quotation mark never closed": (b'a,b\n1,"', b"x,\n", b""),
    "rows of too many cells": (b"a,b\n", b",,,,,,,,\n", b""),
    "one row of commas": (b"a,b\n", b",", b"\n"),
    "letters that are no UTF-8": (b"a,b\n", b"\xe9", b""),
    "only blanks": (b"a,b\n", b" ", b""),
    "only quotation marks": (b"a,b\n", b'"', b""),
    "only NUL": (b"a,b\n", b"\x00", b""),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_text_is_refused_in_bounded_memory(tmp_path: Path, name: str) -> None:
    head, piece, tail = ENDLESS[name]
    found = read_apart(fill(tmp_path / "a.csv", head, piece, tail=tail))
    assert found["told"].startswith(("413", "422")) and found["told"].endswith((".", "?")), found


def test_a_great_many_tiny_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    found = read_apart(fill(tmp_path / "a.csv", b"a,b\n", b"1,\n"))
    assert found["rows"] > LARGE * 300_000 and found["told"] == ""


@pytest.mark.parametrize(
    ("name", "head", "piece"),
    [
        ("a.vcf", b"BEGIN:VCARD\nFN:A\nNOTE:", b"x"),
        ("b.vcf", b"BEGIN:VCARD\nFN:A\n", b"NOTE:y\n"),
        ("c.ics", b"BEGIN:VEVENT\nSUMMARY:A\n", b"ATTENDEE:mailto:a@b.io\n"),
        ("d.mbox", b"From x\nFrom: a@b.io\nSubject: A\n\n", b"x"),
        ("e.eml", b"From: a@b.io\nTo: ", b"a@b.io, "),
        ("f.eml", b"From: a@b.io\nContent-Type: multipart/mixed; boundary=B\n\n", b"--B\n\n" + b"x" * 500 + b"\n"),
    ],
)
def test_endless_entries_are_read_or_refused_in_bounded_memory(
    tmp_path: Path, name: str, head: bytes, piece: bytes
) -> None:
    found = read_apart(fill(tmp_path / name, head, piece, max(1, LARGE // 20)))
    assert found["rows"] == 1 or found["told"].startswith(("413", "422"))


def test_parts_within_parts_without_end(make: Make) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(5000))
    found = read_apart(make("a.eml", b"From: a@b.io\n" + nested))
    assert found["rows"] == 1 or found["told"].startswith(("413", "422"))


def test_a_workbook_with_entities_in_entities(tmp_path: Path) -> None:
    """Ten entities of ten of the one before: a billion letters, if anybody took them seriously."""
    whole = tmp_path / "b.xlsx"
    book = xlsxwriter.Workbook(whole)
    book.add_worksheet().write(0, 0, "x")
    book.close()
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "xl/sharedStrings.xml":
                start = body.index(b"<sst")
                body = body[:start] + doctype.encode() + body[start:].replace(b"<t>x<", b"<t>&e9;&file;<")
            new.writestr(info, body)
    found = read_apart(path)
    assert found["rows"] == 0 and "root:" not in json.dumps(found)


def test_a_zip_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 4 << 20)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(4):
            archive.writestr(f"{n}.csv", b"0" * (2 << 20))
    with pytest.raises(TooLarge, match="swells"):
        files_of([path], tmp_path / "out")


def test_a_zip_with_a_path_out_of_the_folder_stays_inside(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.csv", "a\n1\n")
        archive.writestr("/etc/evil.csv", "a\n1\n")
    found = files_of([path], tmp_path / "deep" / "out")
    assert len(found) == 2 and all(file.path.parent == tmp_path / "deep" / "out" / "0" for file in found)


@pytest.mark.parametrize("ending", ["zip", "xlsx"])
def test_a_list_of_contents_that_fills_the_memory_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    end = b"PK\x05\x06" + b"\x00" * 6 + b"\xff\xff" + (1 << 30).to_bytes(4, "little") + b"\x00" * 6
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 100 + end)
    with pytest.raises(TooLarge, match="too many files"):
        _open_zip(path, tmp_path / "out")


def _open_zip(path: Path, folder: Path) -> object:
    return files_of([path], folder) if path.suffix == ".zip" else workbook.as_csv(path)


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x03\x04" * 20])
def test_broken_zip_files_are_told(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(body)
    with pytest.raises(Invalid, match="damaged"):
        files_of([path], tmp_path / "out")


@pytest.mark.parametrize("coded", [True, False])
def test_a_parquet_page_that_swells_costs_only_its_reader(tmp_path: Path, *, coded: bool) -> None:
    """One long word, a hundred thousand times: a few KiB on disk, 100 GB as rows."""
    path = tmp_path / "a.parquet"
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * (1 << 20)]))
    pq.write_table(pa.table({"a": word}), path, store_schema=coded)
    assert path.stat().st_size < 4 << 20
    found = read_apart_unbounded_child(path)
    assert found["told"].startswith(("413", "422")) and found["mib"] <= MOST_MIB


def read_apart_unbounded_child(path: Path) -> dict[str, Any]:
    """The child is bounded by its own limit, which is higher than what the server may take."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("hostile.py"), path],
        capture_output=True, check=True, timeout=120, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


FORMULAS = ("=1+1", '=HYPERLINK("http://evil","x")', "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3|x", "\t=1", "'=1")


async def test_formulas_stay_text(workspace: Workspace, make: Make) -> None:
    body = "id,name\n" + "".join(f'{n},"{cell.replace(chr(34), chr(34) * 2)}"\n' for n, cell in enumerate(FORMULAS))
    report = await import_file(workspace, make("companies.csv", body), actor=SYSTEM)
    assert report.invalid == 0
    names = [row["name"] for row in await workspace.db.rows("select name from company order by external_id")]
    assert names == [cell.strip() for cell in FORMULAS]


@pytest.fixture
async def client(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    async with workspace.context() as ctx:
        owner = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
        token = await accounts.create_token(ctx, owner, "test")
    headers = {"authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(create_app(workspace))
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers=headers) as opened:
        yield opened


def hostile_bodies() -> Iterator[tuple[str, bytes]]:
    yield "wide.csv", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n"
    yield "nul.csv", b"a,b\n\x00\x00,\x00\n" * 3
    yield "open.csv", b'a,b\n"' + b"x" * (10 << 20)
    yield "wrong.csv", b"a,b\n" + "김민수".encode() * 1000 + b"\xff\xfe\xfd\n"
    yield "half.xlsx", b"PK\x03\x04" + os.urandom(500)
    yield "half.parquet", b"PAR1" + os.urandom(500) + b"PAR1"
    yield "no.vcf", b"\x00\x01\x02" * 500
    yield "no.ics", b"BEGIN:VEVENT\n" * 2000
    yield "no.mbox", b"From \n" * 2000
    yield "no.exe", b"MZ"
    yield "../../x.csv", b""


async def test_the_server_goes_on(client: httpx.AsyncClient) -> None:
    for name, body in hostile_bodies():
        answer = await client.post("/imports", params={"filename": name}, content=body)
        assert answer.status_code in (201, 413, 422), (name, answer.text)
        if answer.status_code != 201:
            assert answer.json()["detail"].endswith((".", "?")), answer.text
        assert (await client.get("/imports")).status_code == 200


def small_workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "City"])
    sheet.write_row(1, 0, ["Acme", "Cluj"])
    book.close()
    return buffer.getvalue()


WHOLE = {
    "csv": "Name,City\nAcme,Cluj\n김민수,서울\n".encode(),
    "xlsx": small_workbook(),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    ending=st.sampled_from(["csv"] * 9 + ["xlsx"]),
    cut=st.floats(0, 1),
    at=st.floats(0, 0.999),
    by=st.binary(max_size=6),
)
def test_truncated_and_damaged_files_are_read_or_refused(
    tmp_path: Path, ending: str, cut: float, at: float, by: bytes
) -> None:
    body = WHOLE[ending]
    place = int(len(body) * at)
    damaged = (body[:place] + by + body[place + len(by) :])[: max(1, int(len(body) * cut))]
    for old in tmp_path.glob("a.*"):
        old.unlink()
    path = tmp_path / f"a.{ending}"
    path.write_bytes(damaged)
    told = refusal_of(path)
    assert not told or told.endswith((".", "?"))


def refusal_of(path: Path) -> str:
    """What the reader says; any other exception than a problem fails the test."""
    try:
        kind = format_of(path.name)
        for batch in open_source(path, kind, look(path, kind, {})).batches():
            assert batch.cells.num_columns
    except Problem as problem:
        return problem.detail
    return ""
