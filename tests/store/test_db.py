"""Transactions, values and errors, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from visavis.kernel.errors import Unavailable
from visavis.store import BadValue, Database, LockTimeout, ReferenceViolation, SerializationRetry, Tx, UniqueViolation


@pytest.fixture
async def things(database: Database) -> Database:
    async with database.transaction() as tx:
        await tx.execute(
            "create table thing (id bigint primary key, name text unique, data jsonb, amount numeric(19,4))"
        )
        await tx.execute("create table part (thing bigint references thing (id), size int check (size > 0))")
    return database


async def test_session_settings(database: Database) -> None:
    assert await database.value("show search_path") == f'"{database.schema}", extensions'
    assert await database.value("show timezone") == "UTC"
    assert await database.value("show jit") == "off"
    assert await database.value("select show_trgm('김민수') <> '{}'")


async def test_values_survive_the_round_trip(things: Database) -> None:
    data = {"names": ["Ștefan", "김민수", "שלום"], "n": 1, "none": None}
    async with things.transaction() as tx:
        assert await tx.execute("insert into thing values (1, 'a', $1, $2)", data, Decimal("1.2345")) == 1
    row = await things.row("select data, amount from thing")
    assert row is not None
    assert (row["data"], row["amount"]) == (data, Decimal("1.2345"))
    assert await things.value("select json_build_object('id', id) from thing") == '{"id" : 1}'


async def test_jsonb_takes_any_value(database: Database) -> None:
    values: list[Any] = ["text", '"quoted"', 1, None, [True], {"a": {"b": []}}]
    for value in values:
        assert await database.value("select jsonb_build_array($1::jsonb)", value) == [value]
    assert await database.value("select $1::text::jsonb", '{"a": [1]}') == {"a": [1]}
    assert await database.value("select $1::jsonb", {"a": Decimal("1.50")}) == {"a": "1.50"}


async def test_a_failed_block_leaves_nothing(things: Database) -> None:
    async def half(tx: Tx) -> None:
        await tx.execute("insert into thing (id) values (1)")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await things.run(half)
    assert await things.value("select count(*) from thing") == 0


async def test_a_readonly_transaction_cannot_write(things: Database) -> None:
    with pytest.raises(Exception, match="read-only"):
        async with things.transaction(readonly=True) as tx:
            await tx.execute("insert into thing (id) values (1)")


async def test_savepoint_keeps_the_rest(things: Database) -> None:
    async with things.transaction() as tx:
        await tx.execute("insert into thing (id) values (1)")
        with pytest.raises(UniqueViolation):
            async with tx.savepoint():
                await tx.execute("insert into thing (id) values (2), (1)")
        await tx.execute("insert into thing (id) values (3)")
    assert [row["id"] for row in await things.rows("select id from thing order by id")] == [1, 3]


async def test_refusals_are_named(things: Database) -> None:
    async with things.transaction() as tx:
        await tx.execute("insert into thing (id, name) values (1, 'a')")
        with pytest.raises(UniqueViolation) as taken:
            async with tx.savepoint():
                await tx.execute("insert into thing (id, name) values (2, 'a')")
        with pytest.raises(ReferenceViolation):
            async with tx.savepoint():
                await tx.execute("insert into part values (9, 1)")
        for bad in ("insert into part values (1, 0)", "select 'x'::int", "select 1 / 0"):
            with pytest.raises(BadValue):
                async with tx.savepoint():
                    await tx.execute(bad)
    assert (taken.value.table, taken.value.columns) == ("thing", ("name",))
    assert taken.value.constraint == "thing_name_key"


async def test_copy_in_and_out(things: Database) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b'1,"Smith, ""Bo""",\n2,'
        yield "김민수,2.5\n".encode()

    written = bytearray()

    async def sink(chunk: bytes) -> None:
        written.extend(chunk)

    async with things.transaction() as tx:
        assert await tx.copy_csv("thing", ["id", "name", "amount"], source()) == 2
        assert await tx.copy_csv("thing", ["id"], [b"3\n", b"4\n"]) == 2
        assert await tx.copy_out_csv("select id, name, amount from thing where id < $1 order by id", 3, sink=sink) == 2
    assert written.decode() == 'id,name,amount\n1,"Smith, ""Bo""",\n2,김민수,2.5000\n'


async def test_stream_reads_in_batches(database: Database) -> None:
    async with database.transaction() as tx:
        sizes = [len(batch) async for batch in tx.stream("select generate_series(1, $1)", 25, batch=10)]
    assert sizes == [10, 10, 5]


@pytest.mark.parametrize("readonly", [True, False])
async def test_a_plan_gone_stale_is_made_anew(things: Database, readonly: bool) -> None:
    for column in ("one", "two"):
        async with things.transaction(readonly) as tx:
            assert await tx.rows("select * from thing") == []
        other = await Database.connect(things.dsn, things.schema)
        async with other.transaction() as tx:
            await tx.execute(f"alter table thing add column {column} text")
        await other.close()
    async with things.transaction(readonly) as tx:
        assert await tx.rows("select * from thing") == []


async def test_lost_serialization_runs_again(things: Database) -> None:
    async with things.transaction() as tx:
        await tx.execute("insert into thing (id, amount) values (1, 0)")

    async def add(tx: Tx) -> None:
        await tx.execute("set transaction isolation level repeatable read")
        seen = await tx.value("select amount from thing")
        await asyncio.sleep(0.02)
        await tx.execute("update thing set amount = $1", seen + 1)

    await asyncio.gather(*(things.run(add, tries=20) for _ in range(3)))
    assert await things.value("select amount from thing") == 3


async def test_run_gives_up_at_last(database: Database) -> None:
    calls = 0

    async def never(tx: Tx) -> None:
        nonlocal calls
        calls += 1
        raise SerializationRetry

    with pytest.raises(SerializationRetry):
        await database.run(never, tries=3)
    assert calls == 3


async def test_a_lock_held_elsewhere_says_busy(things: Database) -> None:
    async with things.transaction() as holder, things.transaction() as other:
        await holder.execute("lock table thing")
        await other.execute("set local lock_timeout = '20ms'")
        with pytest.raises(LockTimeout):
            await other.execute("lock table thing")


async def test_a_killed_connection_is_replaced(database: Database) -> None:
    pid = await database.value("select pg_backend_pid()")
    other = await Database.connect(database.dsn, database.schema)
    await other.value("select pg_terminate_backend($1)", pid)
    await other.close()
    async with database.transaction() as tx:
        assert await tx.value("select 1") == 1


async def test_no_server_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await Database.connect("postgresql://nobody@/none?host=/nonexistent")


async def test_a_pool_that_stays_busy_says_so_instead_of_waiting_for_ever(database: Database) -> None:
    narrow = await Database.connect(database.dsn, database.schema, max_size=1)
    narrow.patience = 0.2
    try:
        async with narrow.transaction():
            with pytest.raises(Unavailable, match="busy"):
                await narrow.value("select 1")
            with pytest.raises(Unavailable, match="busy"):
                await _enter(narrow)
    finally:
        await narrow.close()


async def _enter(database: Database) -> None:
    async with database.transaction():
        pass
