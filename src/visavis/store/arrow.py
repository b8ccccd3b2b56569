"""Bulk reads as Arrow, over ADBC. Blocking: run it in a thread (`asyncio.to_thread`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa

from visavis.kernel.errors import Unavailable
from visavis.store.db import settings


def read_arrow(dsn: str, schema: str, sql: str, params: Sequence[Any] = ()) -> pa.RecordBatchReader:
    """The answer of one query (`$1` parameters), in one snapshot, batch by batch; the connection closes at the end.

    numeric arrives as text: cast money to bigint in the query. timestamptz arrives as timestamp[us, UTC].
    """
    try:
        connection = adbc.connect(_with_settings(dsn, schema))
    except adbc.Error as error:
        raise Unavailable("The database cannot be reached") from error
    try:
        cursor = connection.cursor()
        cursor.execute(sql, tuple(params) or None)
        reader = cursor.fetch_record_batch()
    except BaseException:
        connection.close()
        raise
    return pa.RecordBatchReader.from_batches(reader.schema, _batches(connection, cursor, reader))


def _batches(connection: Any, cursor: Any, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    finally:
        reader.close()
        cursor.close()
        connection.close()


def _with_settings(dsn: str, schema: str) -> str:
    options = " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in settings(schema).items())
    return f"{dsn}{'&' if urlsplit(dsn).query else '?'}options={quote(options)}"
