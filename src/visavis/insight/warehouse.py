"""The warehouse: a DuckDB file of one process, and Parquet snapshots that anybody may read. Its tables: `star`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from visavis.insight.engine import prepare
from visavis.insight.star import STAR, dictionary

FORMAT = "4"
TABLES = {table.name: table.types for table in STAR}
SALE_LINE, DEAL, NAMED = TABLES["sale_line"], TABLES["deal"], TABLES["company"]


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
        rows = self.connection.execute("select value from feed where name = ?", [name]).fetchall()
        return str(rows[0][0]) if rows else None

    def remember(self, name: str, value: str) -> None:
        self.connection.execute("insert or replace into feed values (?, ?)", [name, value])

    def count(self, table: str) -> int:
        return int(self.connection.execute(f"select count(*) from {table}").fetchall()[0][0])

    def snapshot(self, changed: Collection[str] = ()) -> None:
        """Write the tables that `changed`, or have none yet, as Parquet beside the file, each swapped in whole."""
        self.snapshots.mkdir(exist_ok=True)
        for table in TABLES:
            path = self.snapshots / f"{table}.parquet"
            if table not in changed and path.exists():
                continue
            self.connection.execute(f"copy {table} to '{_literal(path)}.next' (format parquet, compression zstd)")
            Path(f"{path}.next").replace(path)
        (self.snapshots / "README.md").write_text(f"# Data dictionary\n\n{dictionary()}", encoding="utf-8")


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
    connection.execute("create table if not exists touched (id bigint, generation bigint)")
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
