"""Attach, read, remove, bring back; how much there is and may be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from visavis.access import Actor
from visavis.features.files.sniffing import media_type
from visavis.features.files.storage import Storage, storage
from visavis.features.uploads import Upload
from visavis.kernel import clock
from visavis.kernel.errors import NotFound, TooLarge, Unavailable
from visavis.records import events
from visavis.records.context import Context
from visavis.records.history import FILES
from visavis.records.reaching import require_reach
from visavis.store import Row
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
KEPT_FOR = timedelta(days=30)
LONGEST_WAY = timedelta(days=1)
LONGEST_LEAVE = timedelta(minutes=10)
PATIENCE = 20.0
_AT_ONCE = 100
_SOON = 0.2


class FileSettings(msgspec.Struct, forbid_unknown_fields=True):
    """``quota`` is for the whole workspace, ``largest`` for one file; both in bytes."""

    quota: int = 10 << 30
    largest: int = 1 << 30


async def file_settings(ctx: Context) -> FileSettings:
    """The limits, with the defaults where nothing was set."""
    return msgspec.convert(await ctx.tx.value(SQL.setting) or {}, FileSettings)


async def largest(workspace: Any, actor: Actor, object_name: str, record_id: int) -> int:
    """How many bytes a new file of the record may have. Raises NotFound and Forbidden as ``attach`` does."""
    async with workspace.context(actor, "web", readonly=True) as ctx:
        await require_reach(ctx, object_name, record_id, "update")
        return (await file_settings(ctx)).largest


@asynccontextmanager
async def stored(workspace: Any, actor: Actor, object_name: str, record_id: int, upload: Upload) -> AsyncIterator[int]:
    """The content in the store before its file is written, outside of any transaction; the number of the arrival.

    The sweep leaves what arrives alone; what it is just freeing is stored when that is done. Where no file comes of it,
    the content is nameless, and the sweep frees it. Raises what ``attach`` does.
    """
    async with workspace.context(actor, "web") as ctx:
        await require_reach(ctx, object_name, record_id, "update")
        await _within_limits(ctx, upload.size)
        arrival: int = await ctx.tx.value(SQL.arrive, upload.sha256, ctx.now)
    try:
        await _when_gone(workspace, upload.sha256)
        await storage(workspace.data_dir).keep(upload.sha256, upload.path)
        yield arrival
    except Exception:
        async with workspace.context(actor, "web") as ctx:
            await ctx.tx.execute(SQL.arrived, arrival)
        raise


async def _when_gone(workspace: Any, digest: str) -> None:
    """Wait while the sweep frees this very content, or what is stored now would be removed."""
    until = time.monotonic() + PATIENCE
    while await workspace.db.value(SQL.is_leaving, digest, clock.now() - LONGEST_LEAVE):
        if time.monotonic() > until:
            raise Unavailable("This content is just being removed from the file store. Try again in ten minutes.")
        await asyncio.sleep(_SOON)


async def attach(ctx: Context, object_name: str, record_id: int, name: str, upload: Upload, arrival: int) -> Row:
    """A new file on the record, of a content that is ``stored``. ``TooLarge`` names the limit."""
    await require_reach(ctx, object_name, record_id, "update")
    await _within_limits(ctx, upload.size)
    shown = _safe(name)
    await ctx.tx.execute(SQL.arrived, arrival)
    file_id = await ctx.tx.value(
        SQL.add, object_name, record_id, upload.sha256, shown, media_type(upload.path, shown), upload.size, ctx.now,
        ctx.actor.user_id,
    )  # fmt: skip
    await events.append(ctx, object_name, record_id, "updated", {FILES: [None, shown]})
    return await _one(ctx, file_id)


async def _within_limits(ctx: Context, size: int) -> None:
    limits = await file_settings(ctx)
    if size > limits.largest:
        raise TooLarge(f"A file may have {_mib(limits.largest)}; this one has {_mib(size)}. Ask an owner for more.")
    await ctx.tx.execute(SQL.hold_quota)
    used = (await usage(ctx))["bytes"]
    if used + size > limits.quota:
        raise TooLarge(
            f"The files of this workspace may take {_mib(limits.quota)}; {_mib(size)} do not fit any more."
            " Remove files that nobody needs, or ask an owner to raise the limit."
        )


def _mib(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"


def _safe(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-200:].strip() or "file"


async def of_record(ctx: Context, object_name: str, record_id: int) -> list[Row]:
    """The files of a record, newest first."""
    await require_reach(ctx, object_name, record_id, "read")
    return await ctx.tx.rows(SQL.of_record, record_id)


async def find(ctx: Context, file_id: int, *, removed: bool = False, action: Any = "read") -> Row:
    """A file of a record that is in the actor's reach; ``NotFound`` for any other."""
    row = await _one(ctx, file_id)
    if (row["deleted_at"] is not None) != removed or row["object"] not in ctx.catalogue.by_name:
        raise _missing(file_id)
    try:
        await require_reach(ctx, row["object"], row["record_id"], action)
    except NotFound as unseen:
        raise _missing(file_id) from unseen
    return row


async def _one(ctx: Context, file_id: int) -> Row:
    row = await ctx.tx.row(SQL.one, file_id)
    if row is None:
        raise _missing(file_id)
    return row


def _missing(file_id: int) -> NotFound:
    return NotFound(f"There is no file {file_id}, or you may not see it.")


async def content(ctx: Context, row: Row) -> AsyncIterator[bytes]:
    """The bytes of a file, as a stream that goes on after the transaction."""
    return await _storage(ctx).open(row["digest"])


async def remove(ctx: Context, file_id: int) -> None:
    """Take a file off its record; it can be brought back for 30 days."""
    row = await find(ctx, file_id, action="update")
    await ctx.tx.execute(SQL.set_deleted, file_id, ctx.now)
    await events.append(ctx, row["object"], row["record_id"], "updated", {FILES: [row["name"], None]})


async def restore(ctx: Context, file_id: int) -> Row:
    """Bring a removed file back."""
    row = await find(ctx, file_id, removed=True, action="update")
    await _within_limits(ctx, row["size"])
    await ctx.tx.execute(SQL.set_deleted, file_id, None)
    await events.append(ctx, row["object"], row["record_id"], "updated", {FILES: [None, row["name"]]})
    return await _one(ctx, file_id)


async def usage(ctx: Context) -> dict[str, int]:
    """``{bytes, files}`` of all files that are not removed."""
    row = await ctx.tx.row(SQL.used)
    return dict(row or {})


async def sweep(workspace: Any) -> int:
    """Free what was removed 30 days ago, and contents that no file names (an upload that was cut off); how many."""
    async with workspace.context(door="job") as ctx:
        await ctx.tx.execute(SQL.expired, clock.now() - KEPT_FOR)
        await ctx.tx.execute(SQL.never_arrived, clock.now() - LONGEST_WAY)
        await ctx.tx.execute(SQL.never_left, clock.now() - LONGEST_LEAVE)
    freed = 0
    place = storage(workspace.data_dir)
    async for digests in place.older_than(clock.now() - LONGEST_WAY):
        for first in range(0, len(digests), _AT_ONCE):
            freed += await _free(workspace, place, digests[first : first + _AT_ONCE])
    return freed


async def _free(workspace: Any, place: Storage, digests: list[str]) -> int:
    """Remove what nobody names, in no transaction.

    Whoever stores a content says so under the same lock: either that is seen here, or they see that it is leaving. A
    sweep that was cut off, or that the store did not answer, leaves its rows: their contents may go until their time is
    over, and a later sweep takes them on again.
    """
    now = clock.now()
    async with workspace.context(door="job") as ctx:
        await ctx.tx.execute(SQL.hold_quota)
        rows = await ctx.tx.rows(SQL.leave, digests, now, now - LONGEST_LEAVE)
    leaving = [row["digest"] for row in rows]
    async with asyncio.timeout(LONGEST_LEAVE.total_seconds() / 2):
        await place.forget(leaving)
    async with workspace.context(door="job") as ctx:
        await ctx.tx.execute(SQL.left, leaving)
    return len(leaving)


def _storage(ctx: Context) -> Storage:
    return storage(ctx.workspace.data_dir)
