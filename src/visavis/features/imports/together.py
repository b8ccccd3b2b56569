"""Imports that belong together: uploaded one by one, run in the order in which they depend on each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.imports import service, takingback
from visavis.features.imports.ledger import BUSY, SQL, read
from visavis.features.imports.plan import Plan, plan_json
from visavis.features.imports.sets import bring_files
from visavis.features.imports.unpacking import Found
from visavis.kernel.errors import Conflict, Forbidden, NotFound
from visavis.records.context import Context
from visavis.store import Row

Progress = Callable[[int, int, str], Awaitable[None]]
Report = Callable[[Any, int], Awaitable[Any]]


async def make(ctx: Context, ids: Sequence[int], *, make_fields: bool = False) -> int:
    """A set of one's own imports that were not run yet; its id. Raises NotFound, Conflict, Forbidden.

    An import is in one set only: a set that has ended gives up those that it did not run.
    """
    if make_fields and ctx.actor.role != "owner":
        raise Forbidden("Only owners make fields. Import without new fields, or ask an owner.")
    chosen = sorted(set(ids))
    await ctx.tx.execute(SQL.hold_imports, chosen)
    for import_id in chosen:
        row = await own(ctx, import_id)
        if row["state"] not in ("draft", "checked"):
            raise Conflict(f"{row['filename']} was imported already. Upload it again.")
    if await ctx.tx.value(SQL.set_at_work, chosen):
        raise Conflict("Some of these files are being imported in another set. Wait until it is through.")
    await ctx.tx.execute(SQL.leave_sets, chosen)
    made: int = await ctx.tx.value(SQL.add_set, list(dict.fromkeys(ids)), ctx.actor.user_id, make_fields)
    return made


async def own(ctx: Context, import_id: int) -> Row:
    """One's own import; whoever sees everything has all."""
    row = await read(ctx.tx, import_id)
    if not service.has(ctx, row):
        raise NotFound(f"There is no import {import_id}, or it is not yours.")
    return row


async def find(ctx: Context, set_id: int) -> Row:
    """One's own set; whoever sees everything has all."""
    row = await ctx.tx.row(SQL.read_set, set_id)
    if row is None or not service.has(ctx, row):
        raise NotFound(f"There is no set of imports {set_id}, or it is not yours.")
    return row


async def run(workspace: Any, set_id: int, actor: Actor, progress: Progress, report: Report) -> dict[str, Any]:
    """Each file by its header, in order; another attempt goes on where this one ends. {files}."""
    rows, make_fields = await _imports(workspace, set_id)
    by_path = {row["path"]: row for row in rows}

    async def one(path: Path, name: str, plan: Plan, options: Mapping[str, Any]) -> Any:
        row = by_path[str(path)]
        if row["state"] != "done":
            await _planned(workspace, actor, row, plan, options)
            await service.run(workspace, row["id"], actor, _named(name, progress))
        return await report(workspace, row["id"])

    async def fields(path: Path, plan: Plan) -> Plan:
        row = by_path[str(path)]
        if row["step"] is not None or row["state"] == "done":
            return plan
        async with workspace.context(actor, "import") as ctx:
            return await service.placed(ctx, row, plan)

    found = [Found(row["filename"], Path(row["path"])) for row in rows]
    done = await bring_files(workspace, found, actor, one, fields if make_fields else None)
    files = {"files": [asdict(file) for file in done.files]}
    async with workspace.db.transaction() as tx:
        await tx.execute(SQL.finish_set, set_id, files)
    return files


async def _imports(workspace: Any, set_id: int) -> tuple[list[Row], bool]:
    """The imports of a set, and whether it makes fields."""
    async with workspace.db.transaction(readonly=True) as tx:
        row = await tx.row(SQL.read_set, set_id)
        return [await read(tx, import_id) for import_id in row["imports"]], row["make_fields"]


async def _planned(workspace: Any, actor: Actor, row: Row, plan: Plan, options: Mapping[str, Any]) -> None:
    """The plan that the set found; one that an earlier attempt began with stays."""
    if row["step"] is None and row["state"] not in BUSY:
        async with workspace.context(actor, "import") as ctx:
            await service.set_plan(ctx, row, plan_json(plan), options)


def _named(name: str, progress: Progress) -> Progress:
    async def tell(done: int, total: int, doing: str) -> None:
        await progress(done, total, f"{name}: {doing}")

    return tell


async def require_undoable(ctx: Context, row: Row) -> None:
    """``Conflict`` where nothing is left to take back, ``Forbidden`` where the actor may not."""
    imports = [found for found in [await read(ctx.tx, number) for number in row["imports"]] if _undoable(found)]
    if not imports:
        raise Conflict("These imports have written nothing that could be taken back, or are taken back already.")
    for found in imports:
        await takingback.require_rights(ctx, found)


def _undoable(row: Row) -> bool:
    return bool(row["batch_ids"]) and row["state"] != "rolled_back"


async def roll_back(workspace: Any, set_id: int, actor: Actor, progress: Progress) -> dict[str, int]:
    """Take every import of the set back, the last first: {restored, removed, kept} of all."""
    rows = [row for row in (await _imports(workspace, set_id))[0] if _undoable(row)]
    for row in sorted(rows, key=lambda row: row["batch_ids"], reverse=True):
        await takingback.roll_back(workspace, row["id"], actor, _named(row["filename"], progress))
    done = [row["undone"] for row in (await _imports(workspace, set_id))[0] if row["undone"]]
    async with workspace.db.transaction() as tx:
        await tx.execute(SQL.set_taken_back, set_id)
    return {name: sum(report[name] for report in done) for name in ("restored", "removed", "kept")}
