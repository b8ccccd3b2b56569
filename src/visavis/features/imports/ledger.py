"""The row that stands for one import: its state, its plan, how far it has come. Everything that survives a crash."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.kernel.errors import Conflict, NotFound
from visavis.records import batches
from visavis.records.context import Context
from visavis.store import Database, Row, Tx
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
CANCELLED = "Cancelled. What was written stays; run the import again to go on."
BUSY = ("checking", "running", "rolling_back")
OUTCOMES = ("created", "updated", "unchanged", "invalid")


class Cancelled(Conflict):
    code, title = "cancelled", "The import was cancelled"


class TakenOver(Conflict):
    code, title = "taken-over", "Another process goes on with this import"


@dataclass
class Counts:
    """Rows of the file, bad ones, for each object how many records had which outcome, and rows left out by reason.

    ``alike``: of a check, for each object how many new records are called like others, as ``alike.found`` tells it.
    """

    rows: int = 0
    invalid: int = 0
    objects: dict[str, dict[str, int]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    alike: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, object_name: str, **outcomes: int) -> None:
        found = self.objects.setdefault(object_name, dict.fromkeys(OUTCOMES, 0))
        for name, count in outcomes.items():
            found[name] += count

    def as_json(self) -> dict[str, Any]:
        told = {"alike": self.alike} if self.alike else {}
        return {"rows": self.rows, "invalid": self.invalid, "objects": self.objects, "skipped": self.skipped, **told}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Counts:
        objects = {name: dict(found) for name, found in body.get("objects", {}).items()}
        return cls(body.get("rows", 0), body.get("invalid", 0), objects, dict(body.get("skipped", {})))


@dataclass
class Ledger:
    """This process's hold on one import. Whoever begins later takes it over, and the earlier one stops."""

    db: Database
    row: Row
    token: str
    batch_id: int | None = None

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def is_half_way(self) -> bool:
        """Whether an earlier attempt has begun to write."""
        return self.row["state"] in ("running", "failed") and self.row["step"] is not None

    @classmethod
    async def begin(cls, db: Database, import_id: int, state: str) -> Ledger:
        """Take hold; ``row`` is what was there before."""
        token = secrets.token_hex(8)
        async with db.transaction() as tx:
            before = await read(tx, import_id, lock=True)
            await tx.execute(SQL.begin, import_id, state, token)
        return cls(db, before, token)

    @classmethod
    async def begin_rollback(cls, db: Database, import_id: int) -> Ledger:
        """The same for taking it back; ``row`` is what is there now."""
        token = secrets.token_hex(8)
        async with db.transaction() as tx:
            await read(tx, import_id, lock=True)
            await tx.execute(SQL.begin_rollback, import_id, token)
            return cls(db, await read(tx, import_id), token)

    async def hold(self, tx: Tx) -> None:
        """First of all in a transaction: raises where the import was cancelled or taken over."""
        _go_on(await tx.row(SQL.hold, self.id, self.token))

    async def look(self, tx: Tx) -> None:
        """The same without keeping others out: who begins like this ends with ``count``, which finds a takeover."""
        _go_on(await tx.row(SQL.look, self.id, self.token))

    async def restart(self, ctx: Context, *, dry: bool) -> None:
        """From the first row on; what a run writes is a batch of its own."""
        await self.hold(ctx.tx)
        await ctx.tx.execute(SQL.restart, self.id, self.token)
        await ctx.tx.execute(SQL.forget_problems, self.id, ["records"])
        if not dry:
            self.batch_id = await batches.begin(ctx, "import", {"import": self.id, "filename": self.row["filename"]})
            await ctx.tx.execute(SQL.add_batch, self.id, self.token, self.batch_id)

    async def set_staged(self, tx: Tx, staged: dict[str, Any] | None) -> None:
        await tx.execute(SQL.set_staged, self.id, self.token, staged)

    async def set_undone(self, tx: Tx, report: dict[str, Any]) -> None:
        await tx.execute(SQL.set_undone, self.id, self.token, report)

    async def advance(self, tx: Tx, step: dict[str, Any] | None, counts: Counts) -> None:
        """Remember how far it is, in the transaction that got it there."""
        await tx.execute(SQL.advance, self.id, self.token, step, counts.as_json())

    async def count(self, tx: Tx, object_name: str, outcomes: Mapping[str, int], span: tuple[int, int]) -> None:
        """Add what became of the rows ``span`` (after the first, up to the second), one range of several at work."""
        if not await tx.execute(SQL.count, self.id, self.token, object_name, dict(outcomes), list(span)):
            raise TakenOver

    async def finish(self, state: str, error: str | None = None, counts: Counts | None = None) -> None:
        async with self.db.transaction() as tx:
            body = counts.as_json() if counts else None
            await tx.execute(SQL.finish, self.id, self.token, state, error, body)


def _go_on(found: Row | None) -> None:
    if found is None:
        raise TakenOver
    if found["cancel_requested"]:
        raise Cancelled(CANCELLED)


async def read(tx: Tx, import_id: int, *, lock: bool = False) -> Row:
    """The row of an import, or ``NotFound``."""
    found = await tx.row(SQL.read + (" for update" if lock else ""), import_id)
    if found is None:
        raise NotFound(f"There is no import {import_id}.")
    return found
