"""Bulk reads as Arrow."""

from __future__ import annotations

import asyncio

import pyarrow as pa
import pytest

from visavis.kernel.errors import Unavailable
from visavis.store import Database
from visavis.store.arrow import read_arrow


async def test_rows_arrive_with_types(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("create table t (id bigint, name text, at timestamptz, day date)")
        await tx.execute(
            "insert into t select g, 'n' || g, to_timestamp(g), '2011-12-09' from generate_series(1, 5000) g"
        )

    def read() -> pa.Table:
        return read_arrow(database.dsn, database.schema, "select * from t where id > $1 order by id", [10]).read_all()

    table = await asyncio.to_thread(read)
    assert table.num_rows == 4990
    assert [str(kind) for kind in table.schema.types] == ["int64", "string", "timestamp[us, tz=UTC]", "date32[day]"]
    assert table.column("name")[0].as_py() == "n11"


async def test_the_connection_closes_also_when_the_reader_is_dropped(database: Database) -> None:
    def read() -> None:
        reader = read_arrow(database.dsn, database.schema, "select generate_series(1, 500000) as n")
        assert reader.read_next_batch().num_rows > 0
        reader.close()

    backends = "select count(*) from pg_stat_activity where query like 'COPY%generate_series(1, 500000) as n%'"
    await asyncio.to_thread(read)
    async with asyncio.timeout(30):
        assert await _becomes_zero(database, backends)


async def _becomes_zero(database: Database, count: str) -> bool:
    while True:
        if not await database.value(count):
            return True
        await asyncio.sleep(0.01)


def test_no_server_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        read_arrow("postgresql://nobody@/none?host=/nonexistent", "workspace", "select 1")
