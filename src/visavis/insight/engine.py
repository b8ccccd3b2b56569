"""The port through which analyses reach an engine: Spark's DataFrame API, whoever runs it."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow as pa

from visavis.kernel.errors import Invalid, Unavailable

Frame: TypeAlias = Any
"""A DataFrame of Spark's API. Dynamic, because each engine brings its own class."""

MEMORY_LIMIT = "900MB"
THREADS = 2
PLACE = "VISAVIS_ENGINE"
_SPARK_PORT = 15_002
_HERE = ("localhost", "127.0.0.1", "::1")
_PATIENCE_SECONDS = 5.0


class Engine(Protocol):
    """`session`, `F` and `Window` as in PySpark, and four verbs that differ between engines."""

    name: str
    session: Any
    F: Any
    Window: Any

    def table(self, name: str) -> Frame:
        """A warehouse table."""

    def frame(self, name: str, rows: pa.Table) -> Frame:
        """Rows of this process as a frame, known to the engine by `name`."""

    def keep(self, name: str, frame: Frame) -> Frame:
        """The frame computed once, for several readers."""

    def arrow(self, frame: Frame, schema: pa.Schema) -> pa.Table:
        """The answer with exactly the columns and types of `schema`."""

    def close(self) -> None:
        """Give back what the engine holds; the warehouse file stays with whoever opened it."""


class DuckEngine:
    """SQLFrame on a DuckDB connection: the default, inside this process."""

    name = "duckdb"

    def __init__(self, connection: Any) -> None:
        from sqlframe.duckdb import DuckDBSession, Window
        from sqlframe.duckdb import functions as F  # noqa: N812

        prepare(connection)
        _forget_session()
        self._connection = connection
        self._kept: dict[str, str] = {}
        self._aside: list[Future[pa.Table]] = []
        self.session: Any = DuckDBSession(conn=connection)
        self.F: Any = F
        self.Window: Any = Window

    def table(self, name: str) -> Frame:
        return self.session.table(name)

    def frame(self, name: str, rows: pa.Table) -> Frame:
        self._connection.register("arrow_rows", rows)
        try:
            return self._made(name, "from arrow_rows")
        finally:
            self._connection.unregister("arrow_rows")

    def keep(self, name: str, frame: Frame) -> Frame:
        return self._made(name, self.text(frame))

    def arrow(self, frame: Frame, schema: pa.Schema) -> pa.Table:
        return conform(self._connection.sql(self.text(frame)).to_arrow_table(), schema)

    def view(self, name: str, select: str) -> Frame:
        """What the SQL says, each time it is read: SQLFrame copies a name sooner than what is behind it."""
        return self._known("view", name, select)

    def aside(self, frame: Frame, schema: pa.Schema) -> Future[pa.Table]:
        """The answer, worked out by a thread of its own. The frame reads tables of the warehouse only."""
        cursor, select = self._connection.cursor(), self.text(frame)
        prepare(cursor)
        answer: Future[pa.Table] = Future()

        def work() -> None:
            try:
                answer.set_result(conform(cursor.sql(select).to_arrow_table(), schema))
            except BaseException as error:  # noqa: BLE001  (raised where the answer is asked for)
                answer.set_exception(error)
            finally:
                cursor.close()

        Thread(target=work, daemon=True).start()
        self._aside.append(answer)
        return answer

    def close(self) -> None:
        wait(self._aside)
        for name, kind in self._kept.items():
            self._connection.execute(f"drop {kind} if exists temp.{name}")
        functions = self.session._udf_conn  # noqa: SLF001
        functions.remove_function("SOUNDEX")
        functions.close()
        _forget_session()
        self.session = None

    def _made(self, name: str, select: str) -> Frame:
        return self._known("table", name, select)

    def _known(self, kind: str, name: str, select: str) -> Frame:
        """A table or view of this session, under a name of its own: SQLFrame remembers the columns behind a name."""
        unique = f"{name}_{len(self._kept)}"
        self._connection.execute(f"create temp {kind} {unique} as {select}")
        self._kept[unique] = kind
        columns = self._connection.execute(f"describe {unique}").fetchall()
        self.session.catalog.add_table(unique, {column[0]: column[1] for column in columns})
        return self.session.table(unique)

    def text(self, frame: Frame) -> str:
        """The frame as SQL of DuckDB."""
        text: str = frame.sql(dialect="duckdb", pretty=False, optimize=False)
        return text


class SparkEngine:
    """Any Spark session (Sail, Spark Connect, Databricks) over the Parquet snapshots of the warehouse.

    What is kept lies as Parquet beside the snapshots, because not every server can cache: a server elsewhere has to
    see the same folder. `near` says that the server is on this machine: what it kept is read from there, since the wire
    takes ten times as long.
    """

    name = "spark"

    def __init__(self, session: Any, snapshots: Path, near: bool = False) -> None:
        from pyspark.sql import Window
        from pyspark.sql import functions as F  # noqa: N812

        self.session = session
        self.F: Any = F
        self.Window: Any = Window
        self.snapshots = snapshots
        self._near = near
        self._kept: list[Path] = []
        self._lying: dict[int, tuple[Frame, Path]] = {}
        session.conf.set("spark.sql.session.timeZone", "UTC")

    def table(self, name: str) -> Frame:
        return self.session.read.parquet(str(self.snapshots / f"{name}.parquet"))

    def frame(self, name: str, rows: pa.Table) -> Frame:
        import pyarrow.parquet as pq

        path = self._path(name)
        pq.write_table(rows, path)
        return self.session.read.parquet(str(path))

    def keep(self, name: str, frame: Frame) -> Frame:
        path = self._path(name)
        with _quiet():
            frame.write.mode("overwrite").parquet(str(path))
            kept = self.session.read.schema(frame.schema).parquet(str(path))
        self._lying[id(kept)] = (kept, path)
        return kept

    def arrow(self, frame: Frame, schema: pa.Schema) -> pa.Table:
        with _quiet():
            rows = self._read(frame)
            return conform(frame.toArrow() if rows is None else rows, schema)

    def close(self) -> None:
        for path in self._kept:
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)
        self.session.stop()

    def _read(self, frame: Frame) -> pa.Table | None:
        """What lies here of a kept frame; nothing where it does not, or may not be read."""
        import pyarrow.parquet as pq

        _, path = self._lying.get(id(frame), (None, None))
        files = sorted(path.glob("*.parquet")) if self._near and path is not None else []
        try:
            return pa.concat_tables([pq.read_table(file) for file in files]) if files else None
        except OSError:
            return None

    def _path(self, name: str) -> Path:
        folder = self.snapshots.parent / "scratch"
        folder.mkdir(exist_ok=True)
        self._kept.append(folder / f"{name}-{uuid4().hex}.parquet")
        return self._kept[-1]


class SailEngine(SparkEngine):
    """Sail's Spark Connect server inside this process (no Java). Needs the extra `visavis[sail]`."""

    name = "sail"

    def __init__(self, snapshots: Path) -> None:
        from pysail.spark import SparkConnectServer

        self._server = SparkConnectServer()
        self._server.start()
        super().__init__(_remote(f"sc://localhost:{self._server.listening_address[1]}"), snapshots, near=True)

    def close(self) -> None:
        super().close()
        self._server.stop()


def engine_here(setting: str) -> str:
    """The engine to use on this machine: what `VISAVIS_ENGINE` says comes before the setting."""
    return os.environ.get(PLACE) or setting


def engine_for(name: str, connection: Any, snapshots: Path) -> Engine:
    """The engine that a setting names: `duckdb`, `sail`, or the address of a Spark Connect server (`sc://host:port`).

    Raises Unavailable where the server does not answer or the extra `visavis[sail]` is missing, Invalid for an address
    that is none.
    """
    if name == "duckdb":
        return DuckEngine(connection)
    if name == "sail":
        return SailEngine(snapshots)
    session = _remote(name)
    return SparkEngine(session, snapshots, near=urlsplit(name).hostname in _HERE)


def _remote(url: str) -> Any:
    _reached(url)
    with _quiet():
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Unavailable("The engine needs the extra: pip install 'visavis[sail]'.") from error
        return SparkSession.builder.remote(url).getOrCreate()


def _reached(url: str) -> None:
    """Asks whether anybody listens: the client of Spark would try again for ten minutes."""
    try:
        parts = urlsplit(url)
        where = (parts.hostname or "", parts.port or _SPARK_PORT)
    except ValueError:
        where = ("", 0)
    if not url.startswith("sc://") or not where[0]:
        raise Invalid(f"'{url.partition(';')[0]}' is no engine: there are duckdb, sail and sc://host:port.")
    try:
        socket.create_connection(where, _PATIENCE_SECONDS).close()
    except OSError as error:
        words = f"No Spark Connect server answers at {where[0]}:{where[1]} ({error.strerror or error})."
        raise Unavailable(f"{words} Start it, or set {PLACE} to duckdb.") from error


def _forget_session() -> None:
    """SQLFrame hands out one session per process; a new connection needs a new one."""
    from sqlframe.base.session import _BaseSession

    _BaseSession._instance = None  # noqa: SLF001


@contextmanager
def _quiet() -> Iterator[None]:
    """Spark's client warns of versions of pandas, which is not used here, and of windows without a partition."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def prepare(connection: Any) -> None:
    """The settings that every DuckDB connection of the product has: Spark's null order, UTC, bounded memory."""
    connection.execute("set default_null_order = 'nulls_first_on_asc_last_on_desc'")
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"set threads = {THREADS}")
    connection.execute("set preserve_insertion_order = false")
    logging.getLogger("sqlframe").setLevel(logging.WARNING)


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Engines differ in integer widths and nullability, so every answer is cast to its declared schema."""
    return pa.Table.from_arrays([rows.column(field.name).cast(field.type) for field in schema], schema=schema)


def union(frames: Iterable[Frame]) -> Frame:
    """The rows of all frames, by column name."""
    first, *others = frames
    for other in others:
        first = first.unionByName(other)
    return first
