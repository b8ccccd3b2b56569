"""PostgreSQL as the product sees it: a pool per workspace, transactions, and plain SQL text.

Values: `jsonb` is a Python value both ways (give JSON text as `$1::text::jsonb`); `json` is text both ways, for
documents that the server builds. numeric is Decimal, timestamptz an aware datetime.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import asyncpg

from visavis.kernel.errors import Unavailable
from visavis.store.estimates import Estimate, Estimates
from visavis.store.failures import DRIVER, STALE_PLAN, LockTimeout, SerializationRetry, is_lost, translated

T = TypeVar("T")
Row = Mapping[str, Any]
EXTENSIONS = ("pg_trgm", "unaccent")
_EXTENSIONS_LOCK = 0x7669732D
_MAX_PAYLOAD = 7999
_DEAD_CONNECTIONS = 3
_MORE_TRIES = 5
# A record's page is a statement of 20 kB; parsing and planning it anew would take most of its time.
_LONGEST_KEPT = 1 << 16
_LONGEST_LIST = 32
_CONVERTED = re.compile(r"\$\d+::text(\[\])?::(?!text)")


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def settings(schema: str) -> dict[str, str]:
    """The session settings of every connection of a workspace, whichever driver opens it."""
    return {
        "search_path": f"{quoted(schema)}, extensions",
        "timezone": "UTC",
        "jit": "off",
        "gin_pending_list_limit": "64kB",
        "application_name": "visavis",
    }


def channel_of(schema: str, channel: str) -> str:
    """Channels belong to a database, so each workspace has its own: `<schema>.<channel>`."""
    return f"{schema}.{channel}"


class Tx:
    """One open transaction. Errors arrive as `visavis.kernel.errors` / `visavis.store.failures`."""

    def __init__(
        self, connection: Any, schema: str, *, readonly: bool = False, estimates: Estimates | None = None
    ) -> None:
        self.connection = connection
        self._estimates = estimates or Estimates()
        self._readonly = readonly
        self._transaction: Any = None
        self._fresh = True
        self._with_values: bool | None = None
        self.schema = schema

    async def rows(self, sql: str, *args: Any) -> list[Row]:
        """Every row of the answer; a row is a mapping in column order."""
        found: list[Row] = await self._do(lambda c: c.fetch(sql, *args))
        return found

    async def row(self, sql: str, *args: Any) -> Row | None:
        """The first row, or None."""
        found: Row | None = await self._do(lambda c: c.fetchrow(sql, *args))
        return found

    async def value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._do(lambda c: c.fetchval(sql, *args))

    async def estimate(self, sql: str, *args: Any) -> Estimate:
        """What the planner expects of the statement with these values; it does not run."""
        fresh = self._fresh
        found = await self._estimates.of(self, sql, args)
        self._fresh = fresh
        return found

    async def remembered(self, what: str, sql: str, args: Sequence[Any], find: Callable[[], Awaitable[T]]) -> T:
        """What this pool found out about a statement with these values within the last minute, else what is found now.

        ``what`` keeps findings of different kinds about one statement apart.
        """
        return await self._estimates.remembered(what, sql, args, find)

    def once(self, what: str, seconds: float) -> bool:
        """True for the first of this pool who asks within so many seconds."""
        return self._estimates.once(what, seconds)

    def adds_up(self, what: str, cost: float, most: float) -> bool:
        """True once the costs of what this pool asks again and again come to that much."""
        return self._estimates.adds_up(what, cost, most)

    async def with_values(self) -> None:
        """From here on each statement of the transaction is planned for its own values, never for any values."""
        if not self._with_values:
            fresh = self._fresh
            await self.execute("set local plan_cache_mode = force_custom_plan")
            self._fresh, self._with_values = fresh, True

    async def for_any_values(self) -> None:
        """From here on plans are kept and used for any values: for long statements whose way is always the same."""
        if self._with_values is not False:
            fresh = self._fresh
            await self.execute("set local plan_cache_mode = force_generic_plan")
            self._fresh, self._with_values = fresh, False

    async def is_steady(self, sql: str, *args: Any) -> bool:
        """Whether a plan for any values goes the same way as one for these, so that it need not be planned for them.

        Where a value is converted, a plan for any values does that for each row; it looks through long lists one by
        one: those are not steady. The setting of the plans is that for any values afterwards.
        """
        if _CONVERTED.search(sql) or any(isinstance(a, (list, tuple)) and len(a) > _LONGEST_LIST for a in args):
            return False
        fresh = self._fresh
        with_these = await self._estimates.of(self, sql, args)
        await self.for_any_values()
        with_any = await self._estimates.for_any_values(self, sql, len(args))
        self._fresh = fresh
        return with_these.way == with_any.way

    async def value_within(self, milliseconds: int, sql: str, *args: Any, probing: bool = False) -> Any:
        """Like `value`, or None where it takes longer. What the statement writes is undone.

        `probing`: other tables are looked up row by row, never read whole.
        """
        also = "set local enable_hashjoin = off; set local enable_mergejoin = off; " if probing else ""
        await self.execute(f"savepoint patience; {also}set local statement_timeout = {milliseconds}")
        try:
            return await self.value(sql, *args)
        except LockTimeout:
            return None
        finally:
            if _is_open(self.connection):
                await self._patient_again()

    async def _patient_again(self) -> None:
        """The way back runs against the same clock, and on a busy machine loses: then it is gone once more."""
        for _ in range(_MORE_TRIES):
            with suppress(LockTimeout):
                await self.execute("rollback to savepoint patience")
                return
        await self.execute("rollback to savepoint patience")

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement (without args also several, by `;`); the row count of the last, 0 where it has none."""
        return _count(await self._do(lambda c: c.execute(sql, *args)))

    async def execute_many(self, sql: str, args: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each tuple of args, pipelined."""
        await self._do(lambda c: c.executemany(sql, args))

    async def stream(self, sql: str, *args: Any, batch: int = 1000) -> AsyncIterator[list[Row]]:
        """The rows in batches, by a server-side cursor."""
        cursor = await self._do(lambda c: c.cursor(sql, *args))
        while rows := await self._do(lambda _: cursor.fetch(batch)):
            yield rows

    async def copy_csv(
        self,
        table: str,
        columns: Sequence[str],
        source: AsyncIterable[bytes] | Iterable[bytes],
        null: str = "",
    ) -> int:
        """COPY headerless CSV bytes into a table of the search path; the number of rows."""
        chunks = source if isinstance(source, AsyncIterable) else _chunks(source)
        self._fresh = False
        return _count(
            await self._do(
                lambda c: c.copy_to_table(table, source=chunks, columns=list(columns), format="csv", null=null)
            )
        )

    async def copy_out_csv(
        self, sql: str, *args: Any, sink: Callable[[bytes], Awaitable[None]], header: bool = True
    ) -> int:
        """COPY the rows of a query to `sink` as CSV chunks; the number of rows.

        What the sink raises ends the connection with the transaction: a copy cannot be stopped half way otherwise.
        """

        raised: list[BaseException] = []

        async def take(chunk: bytes) -> None:
            try:
                await sink(chunk)
            except BaseException as error:
                raised.append(error)
                _discard(self.connection)
                raise

        self._fresh = False
        try:
            return _count(
                await self._do(lambda c: c.copy_from_query(sql, *args, output=take, format="csv", header=header))
            )
        except Exception:
            if raised:
                raise raised[0] from None
            raise

    async def notify(self, channel: str, payload: str = "") -> None:
        """Tell this workspace's listeners, on commit. At most 7,999 bytes: send ids, not data."""
        if len(payload.encode()) > _MAX_PAYLOAD:
            raise ValueError(f"a notification carries at most {_MAX_PAYLOAD} bytes")
        await self.execute("select pg_notify($1, $2)", channel_of(self.schema, channel), payload)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What fails inside is undone to here, and the transaction stays usable."""
        point = self.connection.transaction()
        self._fresh = False
        await self._do(lambda _: point.start())
        try:
            yield
        except BaseException:
            if _is_open(self.connection):
                await self._do(lambda _: point.rollback())
            raise
        await self._do(lambda _: point.commit())

    async def unless_gone(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """`work` up to a savepoint, or None where a table that it reads was dropped meanwhile."""
        before = self._with_values
        try:
            async with self.savepoint():
                return await work()
        except asyncpg.UndefinedTableError:
            self._with_values = before
            return None

    async def _do(self, run: Callable[[Any], Awaitable[Any]]) -> Any:
        fresh, self._fresh = self._fresh, False
        with translated():
            try:
                return await run(self.connection)
            except STALE_PLAN:
                if not fresh:
                    raise
                await self._restart()
                return await run(self.connection)

    async def _restart(self) -> None:
        await self._transaction.rollback()
        await self.connection.reload_schema_state()
        await self.begin()

    async def begin(self) -> None:
        """For `Database.transaction`."""
        self._transaction = self.connection.transaction(readonly=self._readonly)
        await self._transaction.start()

    async def end(self, *, commit: bool) -> None:
        """For `Database.transaction`."""
        with translated():
            if commit:
                await self._transaction.commit()
            elif _is_open(self.connection):
                await self._transaction.rollback()


class Database:
    """A pool of connections to one workspace (one schema).

    Whoever waits `patience` seconds for a connection gets Unavailable.
    """

    patience = 20.0

    def __init__(self, pool: Any, dsn: str, schema: str) -> None:
        self._pool = pool
        self._estimates = Estimates()
        self.dsn = dsn
        self.schema = schema

    @classmethod
    async def connect(cls, dsn: str, schema: str = "workspace", min_size: int = 1, max_size: int = 10) -> Database:
        """Open a pool. Does not create the schema; a missing one shows as "relation does not exist"."""
        with translated(OSError):
            pool = await asyncpg.create_pool(
                dsn,
                min_size=min_size,
                max_size=max_size,
                server_settings=settings(schema),
                init=_prepare,
                reset=_keep,
                command_timeout=None,
                max_cacheable_statement_size=_LONGEST_KEPT,
            )
        return cls(pool, dsn, schema)

    @asynccontextmanager
    async def transaction(self, readonly: bool = False) -> AsyncIterator[Tx]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        tx = await self._open(readonly)
        try:
            async with _ended(tx):
                yield tx
        finally:
            await self._pool.release(tx.connection)

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[Tx]:
        """A transaction for use inside another one: committed whatever becomes of that, on a connection of its own.

        From the pool it could wait for ever, for others who hold the rest of the pool and wait for the same.
        """
        with translated(OSError):
            connection = await asyncpg.connect(self.dsn, server_settings=settings(self.schema))
        try:
            await _prepare(connection)
            tx = Tx(connection, self.schema)
            await tx.begin()
            async with _ended(tx):
                yield tx
        finally:
            await connection.close()

    async def run(self, work: Callable[[Tx], Awaitable[T]], *, tries: int = 5) -> T:
        """`work` in a transaction of its own, run again when the database says SerializationRetry."""
        for _ in range(tries - 1):
            try:
                async with self.transaction() as tx:
                    return await work(tx)
            except SerializationRetry:
                continue
        async with self.transaction() as tx:
            return await work(tx)

    async def rows(self, sql: str, *args: Any) -> list[Row]:
        """Rows of one reading statement outside a transaction (one round trip instead of three)."""
        found: list[Row] = await self._single(lambda c: c.fetch(sql, *args))
        return found

    async def row(self, sql: str, *args: Any) -> Row | None:
        """Like `Tx.row`, for one statement outside a transaction."""
        found: Row | None = await self._single(lambda c: c.fetchrow(sql, *args))
        return found

    async def value(self, sql: str, *args: Any) -> Any:
        """Like `Tx.value`, for one statement outside a transaction."""
        return await self._single(lambda c: c.fetchval(sql, *args))

    async def close(self) -> None:
        """Wait for open transactions, then close every connection."""
        await self._pool.close()

    async def _single(self, run: Callable[[Any], Awaitable[Any]]) -> Any:
        with translated(OSError, asyncpg.InternalClientError):
            for _ in range(_DEAD_CONNECTIONS):
                async with self._pool.acquire(timeout=self.patience) as connection:
                    try:
                        return await run(connection)
                    except DRIVER as error:
                        if not is_lost(error):
                            raise
                        _discard(connection)
            async with self._pool.acquire(timeout=self.patience) as connection:
                return await run(connection)

    async def _open(self, readonly: bool) -> Tx:
        with translated(OSError, asyncpg.InternalClientError):
            for _ in range(_DEAD_CONNECTIONS):
                connection = await self._pool.acquire(timeout=self.patience)
                tx = Tx(connection, self.schema, readonly=readonly, estimates=self._estimates)
                if await self._begun(tx):
                    return tx
        raise Unavailable("The database cannot be reached")

    async def _begun(self, tx: Tx) -> bool:
        """False when a pooled connection turns out to be dead, which a restart of the server leaves behind."""
        try:
            await tx.begin()
        except BaseException as error:
            _discard(tx.connection)
            await self._pool.release(tx.connection)
            if isinstance(error, DRIVER) and is_lost(error):
                return False
            raise
        return True


@asynccontextmanager
async def _ended(tx: Tx) -> AsyncIterator[None]:
    try:
        yield
    except BaseException:
        await tx.end(commit=False)
        raise
    await tx.end(commit=True)


async def ensure_extensions(dsn: str) -> None:
    """Create the schema `extensions` with what every workspace needs; safe to run at once from many processes."""
    with translated(OSError):
        connection = await asyncpg.connect(dsn)
        try:
            async with connection.transaction():
                await connection.execute("select pg_advisory_xact_lock($1)", _EXTENSIONS_LOCK)
                await connection.execute("create schema if not exists extensions")
                for name in EXTENSIONS:
                    await connection.execute(f"create extension if not exists {name} schema extensions")
        finally:
            await connection.close()


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=_encode_json, decoder=json.loads, schema="pg_catalog", format="text"
    )


def _is_open(connection: Any) -> bool:
    """False also for a connection that the pool has taken back because it died."""
    with suppress(asyncpg.InterfaceError):
        return not connection.is_closed()
    return False


def _discard(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _keep(connection: Any) -> None:
    """Nothing to reset: all session state in this product is local to a transaction."""


def _encode_json(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _count(status: str) -> int:
    last = (status or "").rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


async def _chunks(source: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in source:
        yield chunk
