"""A million companies of ten columns against `psql \\copy` of the same columns, same file, same server, one run.

Two references: a bare table without keys or indexes, and one that is equal to that of the records, indexes included.
Each is copied once before the imports and once after them; the mean counts, for the load of a machine changes. The
import is measured until its rows are written with their events, and until every one of them can be searched; then the
same file again, of which nothing may change, and the way back. VISAVIS_BENCH_IMPORT_ROWS sets how many rows.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from bench.import_vs_copy import psql
from bench.place import server
from visavis import records
from visavis.access import SYSTEM
from visavis.features.imports.api import import_file, roll_back
from visavis.features.runtime import Workspace, open_workspace
from visavis.store import embedded
from visavis.store import embedded_process as processes

ROWS = int(os.environ.get("VISAVIS_BENCH_IMPORT_ROWS", "1000000"))
OWNERS = 20
LIMIT_MIB = 1024
_SLAB = 250_000
_PAUSE = 2.0
_TEXTS = ("name", "industry", "country", "email", "phone", "employees", "annual_revenue", "founded")
PLAN = {
    "targets": [
        {
            "alias": "company",
            "object": "company",
            "key": {"columns": ["id"]},
            "fields": {name: {"column": name} for name in _TEXTS},
            "links": {"owner": {"column": "owner", "match": "external_id"}},
        }
    ],
    "currency": "EUR",
}
_COLUMNS = (
    "id text, name text, industry text, country text, email text, phone text, employees bigint,"
    " annual_revenue numeric(19,4), founded bigint, owner bigint"
)
_BARE = f"drop table if exists public.bare; create table public.bare ({_COLUMNS})"
_EQUAL = "drop table if exists public.equal; create table public.equal (like bench.company including all)"
_NAMED = "(external_id, name, industry, country, email, phone, employees, annual_revenue, founded, owner)"


def run() -> list[dict[str, Any]]:
    """Rows a second of the import, of a second one and of the way back; and the memory that they took."""
    with server() as (dsn, place):
        return asyncio.run(_measured(dsn, place))


async def _measured(dsn: str, folder: Path) -> list[dict[str, Any]]:
    path = folder / "companies.csv"
    _write(path)
    async with open_workspace(dsn, folder / "data", "bench") as workspace:
        await _owners(workspace)
        before = _copies(dsn, path)
        with _watched(folder / "pg") as memory:
            first, import_id = await _imported(workspace, path, created=ROWS)
            again, _ = await _imported(workspace, path, created=0)
        bare, equal = map(mean, zip(before, _copies(dsn, path), strict=True))
        began = time.perf_counter()
        done = await roll_back(workspace, import_id, actor=SYSTEM)
        back = time.perf_counter() - began
    assert (done["removed"], done["kept"]) == (ROWS, 0)
    return [
        _line("import_million_vs_bare_copy", first.written, bare),
        _line("import_million_vs_equal_copy", first.written, equal),
        _line("import_million_found_vs_equal_copy", first.whole, equal),
        _line("import_million_again_vs_bare_copy", again.whole, bare),
        _line("import_million_back_vs_equal_copy", back, equal),
        *memory.lines(),
    ]


@dataclass
class Timed:
    """Seconds until the rows were written, and until all was done."""

    written: float = 0.0
    whole: float = 0.0


async def _imported(workspace: Workspace, path: Path, created: int) -> tuple[Timed, int]:
    began, timed = time.perf_counter(), Timed()

    def tell(done: int, total: int, doing: str) -> None:
        if doing == "Indexing" and not timed.written:
            timed.written = time.perf_counter() - began

    report = await import_file(workspace, path, actor=SYSTEM, plan=PLAN, progress=tell)
    timed.whole = time.perf_counter() - began
    timed.written = timed.written or timed.whole
    assert report.objects["company"]["created"] == created and report.invalid == 0, report.objects
    assert report.changed == bool(created), report.objects
    return timed, report.id


def _line(name: str, seconds: float, reference: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ROWS / seconds),
        "reference": round(ROWS / reference),
        "ratio": round(reference / seconds, 3),
        "unit": "rows/s",
        "rows": ROWS,
    }


async def _owners(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        for number in range(1, OWNERS + 1):
            values = {"name": f"User {number}", "role": "member", "external_id": str(number)}
            await records.create(ctx, "user", values)


def _copies(dsn: str, path: Path) -> tuple[float, float]:
    """Seconds of a copy into the bare table, and of one into the equal table."""
    return _copied(dsn, path, _BARE, "public.bare"), _copied(dsn, path, _EQUAL, f"public.equal {_NAMED}")


def _copied(dsn: str, path: Path, make: str, target: str) -> float:
    psql(dsn, make)
    began = time.perf_counter()
    psql(dsn, f"\\copy {target} from '{path}' with (format csv, header true)")
    seconds = time.perf_counter() - began
    psql(dsn, f"drop table {target.split(maxsplit=1)[0]}")
    return seconds


def _write(path: Path) -> None:
    first = _slab(0, 1)
    with pacsv.CSVWriter(path, first.schema, write_options=pacsv.WriteOptions(quoting_style="needed")) as writer:
        for start in range(0, ROWS, _SLAB):
            writer.write(_slab(start, min(ROWS, start + _SLAB)))


def _slab(start: int, end: int) -> pa.Table:
    """Companies with a number, a kind of trade, e-mail, telephone, amount and owner each."""
    numbers = range(start, end)
    text = pa.array([str(n) for n in numbers])
    return pa.table(
        {
            "id": _around("K", text),
            "name": _around("Company ", text, " Ltd"),
            "industry": pa.array([f"Trade {n % 40}" for n in numbers]),
            "country": pa.array([f"Country {n % 90}" for n in numbers]),
            "email": _around("info@c", text, ".example"),
            "phone": _around("+4072", pc.utf8_lpad(text, 8, "0")),
            "employees": pa.array([n % 5000 for n in numbers]),
            "annual_revenue": pa.array([f"{n * 37 % 1_000_000}.{n % 100:02}" for n in numbers]),
            "founded": pa.array([1900 + n % 120 for n in numbers]),
            "owner": pa.array([n % OWNERS + 1 for n in numbers]),
        }
    )


def _around(before: str, text: pa.Array, after: str = "") -> pa.Array:
    return pc.binary_join_element_wise(before, text, after, "")


@dataclass
class Memory:
    """The most that this process and the database server held, in MiB; memory that they share counts once.

    To look takes time of those looked at, so it is done seldom.
    """

    cluster: Path
    ours: int = 0
    server: int = 0
    ending: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.ending.wait(_PAUSE):
            self.ours = max(self.ours, _held(os.getpid()))
            self.server = max(self.server, sum(map(_held, processes.family(self.cluster))))

    def lines(self) -> list[dict[str, Any]]:
        shown = (("import_million_memory", self.ours), ("import_million_memory_server", self.server))
        return [_memory_line(name, held) for name, held in shown]


def _memory_line(name: str, held: int) -> dict[str, Any]:
    facts = {"name": name, "ours": held, "reference": LIMIT_MIB, "ratio": round(held / LIMIT_MIB, 3)}
    return facts | {"unit": "MiB", "rows": ROWS}


@contextmanager
def _watched(server: Path) -> Iterator[Memory]:
    memory = Memory(embedded.status(server).cluster)
    watcher = threading.Thread(target=memory.watch, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        memory.ending.set()
        watcher.join()


def _held(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) >> 10


if __name__ == "__main__":
    for line in run():
        print(line)
