"""The warehouse: a DuckDB file of one process, and Parquet snapshots that anybody may read.

Money, quantities and prices are 64-bit integers of ten-thousandths; moments are UTC without a zone; `issued_on` is the
day of issue in the workspace's time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from visavis.insight.engine import prepare

FORMAT = "1"
SALE_LINE = {
    "line_id": "bigint",
    "invoice_id": "bigint",
    "invoice_number": "varchar",
    "invoice_kind": "varchar",
    "invoice_status": "varchar",
    "company_id": "bigint",
    "person_id": "bigint",
    "product_id": "bigint",
    "product_code": "varchar",
    "issued_at": "timestamp",
    "issued_on": "date",
    "quantity": "bigint",
    "unit_price": "bigint",
    "amount": "bigint",
    "cost": "bigint",
    "currency": "varchar",
    "position": "bigint",
}
DEAL = {
    "id": "bigint",
    "company_id": "bigint",
    "person_id": "bigint",
    "stage": "varchar",
    "amount": "bigint",
    "currency": "varchar",
    "opened_on": "date",
    "closed_on": "date",
}
NAMED = {"id": "bigint", "name": "varchar"}
TABLES = {"sale_line": SALE_LINE, "deal": DEAL, "company": NAMED, "person": NAMED}


class Warehouse:
    """The open DuckDB file of a workspace. One process, one thread at a time."""

    def __init__(self, folder: Path, connection: Any) -> None:
        self.folder = folder
        self.connection = connection

    @property
    def snapshots(self) -> Path:
        return self.folder / "snapshots"

    def setting(self, name: str) -> str | None:
        """A word the feed left with its rows: the watermark, the time zone, the format."""
        row = self.connection.execute("select value from feed where name = ?", [name]).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        self.connection.execute("insert or replace into feed values (?, ?)", [name, value])

    def count(self, table: str) -> int:
        return int(self.connection.execute(f"select count(*) from {table}").fetchone()[0])

    def snapshot(self) -> None:
        """Write each table as Parquet beside the file, each swapped in whole."""
        self.snapshots.mkdir(exist_ok=True)
        for table in TABLES:
            path = self.snapshots / f"{table}.parquet"
            self.connection.execute(f"copy {table} to '{_literal(path)}.next' (format parquet, compression zstd)")
            Path(f"{path}.next").replace(path)


@contextmanager
def open_warehouse(data_dir: Path) -> Iterator[Warehouse]:
    """Open `<data_dir>/warehouse/warehouse.duckdb`, made anew if missing, broken or of another format."""
    folder = data_dir / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    connection = _opened(folder / "warehouse.duckdb")
    try:
        yield Warehouse(folder, connection)
    finally:
        connection.close()


def create_tables(connection: Any) -> None:
    """The tables of the warehouse, where they are missing."""
    connection.execute("create table if not exists feed (name varchar primary key, value varchar not null)")
    for table, columns in TABLES.items():
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table if not exists {table} ({listed})")


def _opened(path: Path) -> Any:
    import duckdb

    try:
        connection = _connected(path)
        if connection.execute("select value from feed where name = 'format'").fetchall() == [(FORMAT,)]:
            return connection
        connection.close()
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise
    for stale in path.parent.glob(f"{path.name}*"):
        stale.unlink()
    connection = _connected(path)
    connection.execute("insert or replace into feed values ('format', ?)", [FORMAT])
    return connection


def _connected(path: Path) -> Any:
    import duckdb

    connection = duckdb.connect(str(path))
    prepare(connection)
    create_tables(connection)
    return connection


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
