"""From the staging tables into the records: set-based, one target after the other, range by range.

Each range is one transaction with its events, its search rows and the mark of how far the import is; so an import that
was killed goes on where it stopped, and ends as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from visavis import access
from visavis.catalogue import Object
from visavis.features.imports import linking_sql, merging_sql
from visavis.features.imports.ledger import Counts, Ledger
from visavis.features.imports.linking_sql import MERGE
from visavis.features.imports.plan import LinkRule
from visavis.features.imports.shape import Filled, Layout, Linked, Shape
from visavis.features.imports.staging import Tell
from visavis.fields import columns_of
from visavis.records import batches, events, searching
from visavis.records.context import Context
from visavis.records.query import build
from visavis.store import SerializationRetry, Tx, UniqueViolation
from visavis.store.db import quoted
from visavis.store.rules import unmet

RANGE = 100_000
_TRIES = 5
_HAS_MERGED = "select exists (select from merged_record where object = $1 and external_id is not null)"


@dataclass
class Merge:
    """One pass over all targets. ``dry`` only judges: it writes counts and problems, never records."""

    workspace: Any
    ledger: Ledger
    layout: Layout
    actor: access.Actor
    counts: Counts
    tell: Tell
    dry: bool

    async def all(self, step: dict[str, Any] | None) -> None:
        """Every target from ``step`` on; None is the beginning."""
        shapes = self.layout.shapes
        start = next((i for i, s in enumerate(shapes) if step and s.alias == step["target"]), 0)
        for shape in shapes[start:]:
            await self._target(shape, step["row"] if step and shape is shapes[start] else 0)
        if not self.dry:
            for shape in shapes:
                await self._settle_sums(shape)

    async def _target(self, shape: Shape, done: int) -> None:
        async with self._context() as ctx:
            await self.ledger.hold(ctx.tx)
            await self._resolve(ctx, shape)
            await self._advance(ctx, shape, done)
            ends = await self._ranges(ctx.tx, shape, done)
        total = ends[-1] - 1 if ends else 0
        doing = f"{'Checking' if self.dry else 'Writing'} {shape.object.label_plural['en'].lower()}"
        for end in ends:
            await self._again(partial(self._merge, shape=shape, low=done, high=end))
            done = end
            await self.tell(done - 1, total, doing)

    async def _ranges(self, tx: Tx, shape: Shape, done: int) -> list[int]:
        """The last row of each range; one alone where records of the target link to each other."""
        size = 1 << 62 if shape.self_links else RANGE
        rows = await tx.rows(
            f"select max(_row) as last from (select _row, (row_number() over (order by _row) - 1) / $2::bigint as n"
            f" from {quoted(shape.stage)} where _row > $1) s group by n order by 1",
            done,
            size,
        )
        return [row["last"] for row in rows]

    def _context(self) -> Any:
        return self.workspace.context(self.actor, "import", batch_id=self.ledger.batch_id)

    async def _advance(self, ctx: Context, shape: Shape, row: int) -> None:
        step = None if self.dry else {"target": shape.alias, "row": row}
        await self.ledger.advance(ctx.tx, step, self.counts)

    async def _again(self, work: Callable[[Context], Awaitable[None]]) -> None:
        """One transaction, again from the start where somebody else wrote the same records at the same moment."""
        before = self.counts.as_json()
        for left in reversed(range(_TRIES)):
            self.counts = Counts.of(before)
            try:
                async with self._context() as ctx:
                    await self.ledger.hold(ctx.tx)
                    await work(ctx)
                return
            except (SerializationRetry, UniqueViolation):
                if not left:
                    raise

    async def _merge(self, ctx: Context, shape: Shape, low: int, high: int) -> None:
        tx = ctx.tx
        await tx.execute("set local work_mem = '64MB'")
        params: list[Any] = [low, high]
        may = access.predicate(self.actor, ctx.catalogue, shape.object, "update", "t", params)
        sees = access.predicate(self.actor, ctx.catalogue, shape.object, "read", "t", params)
        adopts = bool(shape.target.key.adopt)
        free = access.predicate(self.actor, ctx.catalogue, shape.object, "update", "o", params) if adopts else "true"
        merged = await tx.value(_HAS_MERGED, shape.object.name)
        rules = self._rules(ctx, shape, params)
        judged = merging_sql.classify(
            self.layout, shape, may, sees, number=not self.dry, adoptable=free, merged=merged, rules=rules
        )
        await tx.execute(judged, *params)
        await tx.execute(f"analyze {MERGE} (_row, _old, _id, _changed, _problem)")
        await tx.execute(merging_sql.report(self.layout), self.ledger.id, shape.alias)
        await tx.execute(merging_sql.note_loose(), self.ledger.id, shape.alias)
        if not self.dry:
            await self._write(ctx, shape)
        verdict = await tx.row(merging_sql.verdict())
        self.counts.add(shape.object.name, **dict(verdict or {}))
        await self._advance(ctx, shape, high)

    def _rules(self, ctx: Context, shape: Shape, params: list[Any]) -> list[tuple[str, str]]:
        """The fields that a condition may ask for, with what makes them missing in a row."""
        columns, unknown = merging_sql.ruled(self.layout, shape, dry=self.dry)
        touched = [f.name for f in shape.object.entered if f.name in columns]
        found = unmet(build(ctx, params), shape.object, "t", columns, touched, unknown)
        return [(field.name, sql) for field, sql in found]

    async def _write(self, ctx: Context, shape: Shape) -> None:
        tx, user = ctx.tx, self.actor.user_id
        columns = list(merging_sql.merged_columns(self.layout, shape))
        made = await tx.execute(
            merging_sql.insert_new(shape, columns, _defaults(self.actor, shape.object)), ctx.now, user
        )
        if made:
            fresh = f"select _id, null::jsonb from {MERGE} where _old is null and _problem is null"
            await events.append_many(ctx, shape.object.name, "created", fresh)
        for link in shape.self_links:
            await self._resolve_one(ctx, shape, link)
            for statement in linking_sql.follow_self_links(shape, link):
                await tx.execute(statement)
        changed = await _update(ctx, shape, columns, "m._problem is null and m._changed")
        await _find(ctx, shape, made, changed)

    async def _resolve(self, ctx: Context, shape: Shape) -> None:
        if field := shape.target.key.field:
            rule = LinkRule(column="_key", match=field)
            known = Linked(shape.object.field(field), rule, shape.object, creates=False, table=shape.keys)
            params: list[Any] = []
            allowed = access.predicate(self.actor, ctx.catalogue, shape.object, "read", "o", params)
            for place, statement in enumerate(linking_sql.resolve(known, shape.stage, "_key", allowed, "false")):
                await ctx.tx.execute(statement, *(params if place == 1 else ()))
        elif shape.target.key.own:
            await self._resolve_keys(ctx, shape)
        for link in shape.links:
            await self._resolve_one(ctx, shape, link)
            if link.creates:
                await self._create_missing(ctx, link)

    async def _resolve_keys(self, ctx: Context, shape: Shape) -> None:
        params: list[Any] = []
        allowed = access.predicate(self.actor, ctx.catalogue, shape.object, "read", "o", params)
        for place, statement in enumerate(linking_sql.known_keys(shape, allowed)):
            await ctx.tx.execute(statement, *(params if place == 1 else ()))

    async def _resolve_one(self, ctx: Context, shape: Shape, link: Linked) -> None:
        params: list[Any] = []
        allowed = access.predicate(self.actor, ctx.catalogue, link.object, "read", "o", params)
        drop, create, analyze = linking_sql.resolve(link, shape.stage, link.staged, allowed, self._pending(shape, link))
        await ctx.tx.execute(drop)
        await ctx.tx.execute(create, *params)
        await ctx.tx.execute(analyze)

    def _pending(self, shape: Shape, link: Linked) -> str:
        if link in shape.self_links:
            return linking_sql.pending_in(shape, self.ledger.id, by_title=link.rule.match in ("auto", "title", "name"))
        if self.dry and link.rule.target:
            return linking_sql.pending_in(self.layout.shape(link.rule.target), self.ledger.id, by_title=False)
        return "false"

    async def _create_missing(self, ctx: Context, link: Linked) -> None:
        if self.dry:
            missing = f"from {quoted(link.table)} where id is null and not pending and found = 0"
            count = await ctx.tx.value(f"select count(distinct lower(value)) {missing}")
            await ctx.tx.execute(f"update {quoted(link.table)} set pending = true where id is null and found = 0")
        else:
            count = await self._create(ctx, link)
        if count:
            self.counts.add(link.object.name, created=count)

    async def _create(self, ctx: Context, link: Linked) -> int:
        statement = linking_sql.create_missing(link, _defaults(self.actor, link.object))
        if not await ctx.tx.execute(statement, ctx.now, self.actor.user_id):
            return 0
        ids = f"select distinct id from {quoted(link.table)} where found = {linking_sql.MADE}"
        fresh = f"select id, null::jsonb from ({ids}) made"
        made = await events.append_many(ctx, link.object.name, "created", fresh)
        if made < searching.MANY:
            await searching.index(ctx.tx, link.object, f"t.id in ({ids})")
        else:
            await searching.later_new(ctx.tx, link.object, ids)
        return made

    async def _settle_sums(self, shape: Shape) -> None:
        """Sums are those of all that hangs on the record, also of lines that came by another way."""
        for filled in shape.filled:
            if filled.rule.sum_of and not filled.rule.keep:
                await self._again(partial(self._settle, shape=shape, filled=filled))

    async def _settle(self, ctx: Context, shape: Shape, filled: Filled) -> None:
        names = {name for name, _ in columns_of(filled.field)}
        columns = [c for c in merging_sql.merged_columns(self.layout, shape) if c.name in names]
        params: list[Any] = []
        may = access.predicate(self.actor, ctx.catalogue, shape.object, "update", "t", params)
        await ctx.tx.execute(merging_sql.settle_sums(self.layout, shape, filled, may), *params)
        changed = await _update(ctx, shape, columns, "true")
        self.counts.add(shape.object.name, updated=changed)
        await self.ledger.advance(ctx.tx, {"target": self.layout.shapes[-1].alias, "row": 1 << 62}, self.counts)


async def _find(ctx: Context, shape: Shape, made: int, changed: int) -> None:
    """Search rows: at once for few, by and by for many."""
    fine = f"select _id from {MERGE} where _problem is null and"
    if made + changed < searching.MANY:
        if made + changed:
            await searching.index(ctx.tx, shape.object, f"t.id in ({fine} (_old is null or _changed))")
        return
    await searching.later_new(ctx.tx, shape.object, f"{fine} _old is null")
    if changed:
        await searching.later_these(ctx.tx, shape.object, f"{fine} _changed")


async def _update(ctx: Context, shape: Shape, columns: Sequence[merging_sql.Column], condition: str) -> int:
    """Events first, while the old values are there; then the records, if nobody changed them in between."""
    listed = list(columns)
    if not listed:
        return 0
    source = merging_sql.changes_of(shape, listed, condition)
    told = await events.append_many(ctx, shape.object.name, "updated", source)
    if told:
        changed = f"t.id in (select m._id from {MERGE} m where {condition})"
        await batches.keep(ctx, shape.object.name, changed)
        written = await ctx.tx.execute(merging_sql.update_changed(shape, listed, condition), ctx.now, ctx.actor.user_id)
        if written != told:
            raise SerializationRetry("Somebody changed the same records at the same moment")
    return told


def _defaults(actor: access.Actor, obj: Object) -> dict[str, int]:
    """Who makes a record owns it, unless the file says otherwise. No import makes a user who can sign in."""
    if obj.name == "user":
        return {"active": False}
    if obj.scope.kind != "own":
        return {}
    allowed = {f.name for f in access.writable(actor, obj)}
    given = {"owner": actor.user_id, "team": actor.team_id}
    return {name: value for name, value in given.items() if value is not None and name in allowed}
