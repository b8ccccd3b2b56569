"""One export: its row in the ledger, and its file in the data folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from visavis import access
from visavis.access import Actor
from visavis.catalogue import Object
from visavis.features.exports.columns import Selection, count_sql, rows_sql
from visavis.features.exports.converting import to_parquet, to_workbook
from visavis.features.exports.whole import write_whole
from visavis.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from visavis.records.context import Context
from visavis.records.query import Query
from visavis.store import Row
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
OUTDATED = "What you may see has changed since this file was made. Export it again."
FORMATS = ("csv", "xlsx", "parquet")
BOM = "\ufeff".encode()
_CHUNK = 1 << 18
_STRAY_SECONDS = 86_400
_RANKS = ("reader", "member", "manager", "owner")
Progress = Callable[[int, int, str], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it: how many rows, and what there is to say about the file."""

    rows: int
    notes: tuple[str, ...] = ()


def query_of(body: Mapping[str, Any]) -> Query:
    """The query of a saved view: filter, sort and columns as the list takes them, and ``q``."""
    return Query(
        body.get("filter"), _words(body.get("sort")), _words(body.get("columns")), text=str(body.get("q") or "")
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def filename_of(obj: Object, kind: str, at: datetime) -> str:
    return f"{obj.plural} {at:%Y-%m-%d}.{kind}"


async def write_view(
    workspace: Any, actor: Actor, obj: Object, query: Query, kind: str, target: Path, tell: Progress
) -> Written:
    """The rows that the actor may see, in one snapshot, into a file that is there whole or not at all."""
    if kind not in FORMATS:
        raise BadRequest(f"'{kind}' is no format of exports. Choose one of {', '.join(FORMATS)}.")
    half = target.with_name(f"{target.name}.part")
    try:
        found = await _write(workspace, actor, obj, query, kind, half, tell)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return found


async def _write(
    workspace: Any, actor: Actor, obj: Object, query: Query, kind: str, half: Path, tell: Progress
) -> Written:
    if kind == "csv":
        return Written((await _copy(workspace, actor, obj, query, half, tell, neutral=True))[0])
    raw = half.with_name(f"{half.name}.rows")
    try:
        rows, selection = await _copy(workspace, actor, obj, query, raw, tell, neutral=False)
        return Written(rows, tuple(await _convert(kind, raw, half, obj, selection, rows, tell)))
    finally:
        raw.unlink(missing_ok=True)


async def _copy(
    workspace: Any, actor: Actor, obj: Object, query: Query, path: Path, tell: Progress, *, neutral: bool
) -> tuple[int, Selection]:
    """COPY straight into the file; a file for people has a header and a mark for spreadsheets."""
    async with workspace.context(actor, "export", readonly=True) as ctx:
        identity = await ctx.tx.value(SQL.identity)
        counting, params = count_sql(ctx, obj.name, query)
        total = await ctx.tx.value(counting, *params)
        sql, selection = rows_sql(ctx, obj.name, query, identity, neutral=neutral)
        with path.open("wb") as file:
            sink = _Sink(file, total, tell)
            if neutral:
                file.write(BOM)
            rows = await ctx.tx.copy_out_csv(sql, *selection.statement.params, sink=sink, header=neutral)
    await tell(rows, rows, "Reading")
    return rows, selection


class _Sink:
    """Writes what comes and tells how far it is, by counting lines."""

    def __init__(self, file: Any, total: int, tell: Progress) -> None:
        self._file, self._total, self._tell, self._lines = file, total, tell, 0

    async def __call__(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._lines += chunk.count(b"\n")
        await self._tell(min(self._lines, self._total), self._total, "Reading")


async def _convert(
    kind: str, raw: Path, half: Path, obj: Object, selection: Selection, rows: int, tell: Progress
) -> list[str]:
    loop = asyncio.get_running_loop()
    done = 0

    def tell_from_thread(count: int) -> None:
        nonlocal done
        done += count
        asyncio.run_coroutine_threadsafe(tell(done, rows, "Writing"), loop).result()

    if kind == "parquet":
        return await asyncio.to_thread(to_parquet, raw, half, selection.columns, tell_from_thread)
    title = obj.label_plural["en"]
    return await asyncio.to_thread(to_workbook, raw, half, selection.columns, title, tell_from_thread)


def folder(workspace: Any) -> Path:
    """Where the files wait to be fetched."""
    found = Path(workspace.data_dir) / "exports"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


async def run(workspace: Any, export_id: int, actor: Actor, tell: Progress) -> dict[str, Any]:
    """Make the file of an export; once more from the beginning where an earlier attempt ended."""
    row = await workspace.db.row(SQL.one, export_id)
    if row is None:
        raise NotFound("This export was removed meanwhile.")
    target = folder(workspace) / f"{uuid4().hex}.{row['format']}"
    found = await _made(workspace, row, actor, target, tell)
    return await keep(workspace, row, target, found, actor)


async def _made(workspace: Any, row: Row, actor: Actor, target: Path, tell: Progress) -> Written:
    if row["object"] is None:
        require_owner(actor)
        return Written(await write_whole(workspace, target, tell))
    obj = workspace.catalogue.object(row["object"])
    return await write_view(workspace, actor, obj, query_of(row["query"]), row["format"], target, tell)


def require_owner(actor: Actor) -> None:
    """The whole workspace holds what no mask hides."""
    if actor.role != "owner":
        raise Forbidden("The whole workspace is exported by its owners only. Export the lists that you need.")


async def keep(workspace: Any, row: Row, target: Path, found: Written, actor: Actor) -> dict[str, Any]:
    """Say where the file is and whose view it holds; one of an earlier attempt goes."""
    size = _size(target)
    async with workspace.context() as ctx:
        sees = (actor.role, access.outlook(actor, actor.role))
        kept = await ctx.tx.execute(SQL.finish, row["id"], str(target), found.rows, size, list(found.notes), *sees)
    if not kept:
        _forget(target)
        raise NotFound("This export was removed meanwhile.")
    _forget(row["path"])
    return {"export": row["id"], "rows": found.rows, "size": size}


def _size(path: Path) -> int:
    return path.stat().st_size


def _forget(path: str | Path | None) -> None:
    if path is not None:
        Path(path).unlink(missing_ok=True)


async def find(ctx: Context, export_id: int) -> Row:
    """One's own export, or any as an owner; ``NotFound`` also for one made with more rights than one has now."""
    row = await ctx.tx.row(SQL.one, export_id)
    if row is None or not _may_see(ctx, row):
        raise NotFound(f"There is no export {export_id}, or it is not yours.")
    return row


def _may_see(ctx: Context, row: Row) -> bool:
    if ctx.actor.role == "owner":
        return True
    enough = _RANKS.index(ctx.actor.role) >= _RANKS.index(row["role"])
    return enough and row["created_by"] is not None and row["created_by"] == ctx.actor.user_id


async def listed(ctx: Context) -> list[Row]:
    """The newest that the actor may fetch."""
    whose = None if ctx.actor.role == "owner" else ctx.actor.user_id or 0
    return [row for row in await ctx.tx.rows(SQL.listed, whose) if _may_see(ctx, row)]


def is_outdated(ctx: Context, row: Row) -> bool:
    """Whether whoever fetches the file might see less today than it holds: role, team or rules have changed since."""
    if ctx.actor.role == "owner" or row["path"] is None:
        return False
    return row["made_as"] is None or row["outlook"] != access.outlook(ctx.actor, row["made_as"])


def file_of(ctx: Context, row: Row) -> Path:
    """The finished file; ``Conflict`` while there is none, ``NotFound`` when its time is over.

    ``Forbidden`` where it might hold more than one may see by now.
    """
    if is_outdated(ctx, row):
        raise Forbidden(OUTDATED)
    if row["expired"]:
        raise NotFound("This file is no longer kept. Export it again.")
    if row["path"] is None:
        raise Conflict("The file is not ready yet. Wait for its job.")
    path = Path(row["path"])
    if not path.exists():
        raise NotFound("The file is no longer there. Export it again.")
    return path


async def chunks(path: Path) -> AsyncIterator[bytes]:
    """The file, piece by piece."""
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


async def remove(ctx: Context, row: Row) -> None:
    """Forget an export with its file."""
    await ctx.tx.execute(SQL.remove, row["id"])
    _forget(row["path"])


async def sweep(workspace: Any) -> None:
    """Remove what has expired, and what a process that was killed has left half made."""
    async with workspace.context() as ctx:
        for row in await ctx.tx.rows(SQL.expired):
            _forget(row["path"])
        await ctx.tx.execute(SQL.gone)
        known = {row["path"] for row in await ctx.tx.rows(SQL.paths)}
    _forget_strays(folder(workspace), known)


def _forget_strays(place: Path, known: set[str]) -> None:
    for path in place.iterdir():
        if str(path) not in known and path.stat().st_mtime < time.time() - _STRAY_SECONDS:
            path.unlink(missing_ok=True)
