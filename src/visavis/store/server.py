"""Which PostgreSQL to use: the one that DATABASE_URL names, or our own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from visavis.kernel.errors import Unavailable
from visavis.store import embedded
from visavis.store.db import ensure_extensions
from visavis.store.failures import translated

OLDEST = 15


async def server(url: str | None, data_dir: Path) -> str:
    """The DSN to use: `url`, checked and nothing started; else the embedded server's.

    The embedded server then stays until `embedded.stop`; a command that should end it as its last user uses `using`.
    """
    if not url:
        return (await asyncio.to_thread(embedded.ensure_running, data_dir)).dsn
    await check(url)
    return url


@contextmanager
def using(url: str | None, data_dir: Path, role: str) -> Iterator[str]:
    """The DSN for the length of a command, which `status` shows as `role` and `stop` can end. Outside an event loop."""
    if url:
        asyncio.run(check(url))
        with embedded.announced(data_dir, role):
            yield url
    else:
        with embedded.hold(data_dir, role) as running:
            yield running.dsn


async def check(url: str) -> None:
    """Raise `Unavailable`, with what to do, when this server cannot carry a workspace. Creates missing extensions."""
    with translated(OSError):
        connection = await asyncpg.connect(url)
    try:
        found: int = connection.get_server_version().major
    finally:
        await connection.close()
    if found < OLDEST:
        raise Unavailable(f"PostgreSQL {found} is too old: {OLDEST} or newer is needed")
    try:
        await ensure_extensions(url)
    except asyncpg.PostgresError as error:
        raise Unavailable(
            f"The extensions pg_trgm and unaccent cannot be created in schema extensions ({error}): "
            "let a superuser create them there once"
        ) from error
    await _check_letters(url)


async def _check_letters(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("select extensions.show_trgm('김민수') <> '{}'"):
            raise Unavailable("This database cannot search text outside ASCII: create it with a UTF-8 character type")
    finally:
        await connection.close()
