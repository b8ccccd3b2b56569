"""Bulk reads as Arrow, over ADBC. Blocking: run it in a thread (`asyncio.to_thread`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa

from visavis.kernel.errors import Unavailable
from visavis.store.db import settings

Read: TypeAlias = Callable[[str], pa.RecordBatchReader]
"""The answer of one query, batch by batch; it is to be read to its end before the next is asked."""


def read_arrow(dsn: str, schema: str, sql: str, params: Sequence[Any] = ()) -> pa.RecordBatchReader:
    """The answer of one query (`$1` parameters), in one snapshot, batch by batch; the connection closes at the end.

    numeric arrives as text: cast money to bigint in the query. timestamptz arrives as timestamp[us, UTC].
    """
    connection = _connected(dsn, schema)
    try:
        return _asked(connection, sql, params, connection.close)
    except BaseException:
        connection.close()
        raise


@contextmanager
def reading(dsn: str, schema: str) -> Iterator[Read]:
    """For several queries, one after the other: each new connection of this driver learns all types of the database."""
    connection = _connected(dsn, schema)
    try:
        yield lambda sql: _asked(connection, sql, (), lambda: None)
    finally:
        connection.close()


def _connected(dsn: str, schema: str) -> Any:
    try:
        return adbc.connect(_with_settings(dsn, schema))
    except adbc.Error as error:
        raise Unavailable("The database cannot be reached") from error


def _asked(connection: Any, sql: str, params: Sequence[Any], ended: Callable[[], None]) -> pa.RecordBatchReader:
    cursor = connection.cursor()
    try:
        cursor.execute(sql, tuple(params) or None)
        reader = cursor.fetch_record_batch()
    except BaseException:
        cursor.close()
        raise
    return pa.RecordBatchReader.from_batches(reader.schema, _batches(cursor, reader, ended))


def _batches(cursor: Any, reader: Any, ended: Callable[[], None]) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    finally:
        reader.close()
        cursor.close()
        ended()


def _with_settings(dsn: str, schema: str) -> str:
    options = " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in settings(schema).items())
    return f"{dsn}{'&' if urlsplit(dsn).query else '?'}options={quote(options)}"
