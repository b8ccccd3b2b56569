"""Take a whole import back: what it made is removed, what it changed is as it was, what others did since stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from visavis import access
from visavis.access import Action, Actor
from visavis.features.imports import finding, service
from visavis.features.imports.ledger import SQL, Cancelled, Ledger, TakenOver, read
from visavis.kernel.errors import Conflict, Forbidden
from visavis.records import batches
from visavis.records.context import Context
from visavis.store import Row
from visavis.store.db import quoted

CHUNK = 5000
SHOWN = 100
_ACTIONS: tuple[Action, ...] = ("update", "delete")
CANCELLED = "Cancelled. What was taken back so far stays so; take the import back again to go on."
Progress = Callable[[int, int, str], Awaitable[None]]
Report = dict[str, Any]


async def roll_back(workspace: Any, import_id: int, actor: Actor, progress: Progress) -> Report:
    """Undo every run of the import, the last one first; goes on where an earlier attempt ended."""
    async with workspace.context(actor, "import") as ctx:
        require_batches(await read(ctx.tx, import_id))
    ledger = await Ledger.begin_rollback(workspace.db, import_id)
    try:
        report = await _undone(workspace, ledger, actor, progress)
    except TakenOver:
        raise
    except Cancelled:
        await ledger.finish("failed", CANCELLED)
        raise
    except Exception as error:
        await ledger.finish("failed", service.told(error))
        raise
    await ledger.finish("rolled_back")
    return report


def require_batches(row: Row) -> None:
    """``Conflict`` where there is nothing to take back."""
    if row["state"] == "rolled_back":
        raise Conflict("This import is taken back already.")
    if not row["batch_ids"]:
        raise Conflict("This import has written nothing that could be taken back.")


async def require_rights(ctx: Context, row: Row) -> None:
    """``Forbidden`` unless the actor ran the import, or could do to every record of its types what taking back does."""
    for found in await ctx.tx.rows(SQL.objects_of, row["batch_ids"]):
        obj = ctx.catalogue.object(found["object"])
        access.require(ctx.actor, obj, "update")
        if ctx.actor.user_id is None or row["created_by"] != ctx.actor.user_id:
            for action in _ACTIONS:
                if access.reach(ctx.actor, obj, action) != "all":
                    raise Forbidden(f"{access.reason(ctx.actor, obj, action)} Ask an owner to take this import back.")


async def _undone(workspace: Any, ledger: Ledger, actor: Actor, progress: Progress) -> Report:
    report: Report = ledger.row["undone"] or {"restored": 0, "removed": 0, "kept": 0, "reasons": {}, "rows": []}
    async with workspace.context(actor, "import") as ctx:
        names = [row["object"] for row in await ctx.tx.rows(SQL.objects_of, ledger.row["batch_ids"])]
        await require_rights(ctx, ledger.row)
        left = await ctx.tx.value(SQL.left_to_undo, ledger.row["batch_ids"])
        open_batches = [row["id"] for row in await ctx.tx.rows(SQL.open_batches, ledger.row["batch_ids"])]
    done = _count(report)
    total = done + left
    async with finding.beside(workspace):
        for batch_id in open_batches:
            while await _chunk(workspace, ledger, actor, batch_id, report):
                await progress(_count(report), max(total, _count(report)), "Taking back")
    await finding.finish(workspace, progress)
    await _tidy(ledger, names)
    return report


def _count(report: Report) -> int:
    return int(report["restored"] + report["removed"] + report["kept"])


async def _chunk(workspace: Any, ledger: Ledger, actor: Actor, batch_id: int, report: Report) -> bool:
    """One transaction with the report of it; whether there is more to do."""
    async with workspace.context(actor, "import", batch_id=batch_id) as ctx:
        await ledger.hold(ctx.tx)
        done = await batches.undo(ctx, batch_id, CHUNK)
        after = _added(report, done)
        await ledger.set_undone(ctx.tx, after)
    report.update(after)
    return done.more


def _added(report: Report, done: batches.Undone) -> Report:
    reasons = dict(report["reasons"])
    for kept in done.kept:
        reasons[kept.reason] = reasons.get(kept.reason, 0) + 1
    rows = [{"object": k.table, "id": k.id, "reason": k.reason, "fields": list(k.fields)} for k in done.kept]
    return {
        "restored": report["restored"] + done.restored,
        "removed": report["removed"] + done.removed,
        "kept": report["kept"] + len(done.kept),
        "reasons": reasons,
        "rows": [*report["rows"], *rows][:SHOWN],
    }


async def _tidy(ledger: Ledger, names: list[str]) -> None:
    """An import that stopped half-way leaves staging tables; the planner learns that the tables are smaller."""
    async with ledger.db.transaction() as tx:
        await ledger.hold(tx)
        for row in await tx.rows(SQL.staging_tables):
            if row["name"].startswith(f"import_{ledger.id}_"):
                await tx.execute(f"drop table if exists {quoted(row['name'])}")
    async with ledger.db.transaction() as tx:
        for name in names:
            await tx.execute(f"analyze {quoted(name)}")
