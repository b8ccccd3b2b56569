"""From the staging tables into the records: set-based, one target after the other, range by range.

Each range is one transaction with its events, its note for search and the mark that it is done; so an import that was
killed goes on where it stopped, and ends as if nothing had happened. Two ranges are written at a time where no record
of one can depend on a record of the other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from visavis import access
from visavis.catalogue import Object
from visavis.features.imports import alike, linking_sql, merging_sql
from visavis.features.imports.ledger import Counts, Ledger
from visavis.features.imports.linking_sql import MERGE
from visavis.features.imports.plan import LinkRule
from visavis.features.imports.shape import Filled, Layout, Linked, Shape
from visavis.features.imports.staging import Tell
from visavis.fields import columns_of
from visavis.records import batches, events, hierarchies, searching
from visavis.records.context import Context
from visavis.records.query import build
from visavis.store import SerializationRetry, Tx, UniqueViolation
from visavis.store.db import quoted
from visavis.store.rules import unmet

T = TypeVar("T")
Span = tuple[int, int]
RANGE = 50_000
_AT_ONCE = 2
_TRIES = 5
_HAS_ROLLUPS = "select exists (select from pg_trigger where tgrelid = to_regclass($1) and tgname ^@ 'rollup.')"
_HAS_MERGED = "select exists (select from merged_record where object = $1 and external_id is not null)"


@dataclass
class Merge:
    """One pass over all targets. ``dry`` only judges: it writes counts and problems, never records.

    ``is_disturbed``: others write the same records at the same time, so what was known at the beginning does not count.
    """

    workspace: Any
    ledger: Ledger
    layout: Layout
    actor: access.Actor
    counts: Counts
    tell: Tell
    dry: bool
    is_disturbed: bool = False

    async def all(self, step: dict[str, Any] | None) -> None:
        """Every target from ``step`` on; None is the beginning."""
        shapes = self.layout.shapes
        start = next((i for i, s in enumerate(shapes) if step and s.alias == step["target"]), 0)
        for shape in shapes[start:]:
            await self._target(shape, step if step and shape is shapes[start] else {"row": 0})
        if not self.dry:
            for shape in shapes:
                await self._settle_sums(shape)

    async def _target(self, shape: Shape, step: dict[str, Any]) -> None:
        async with self._context() as ctx:
            await self.ledger.hold(ctx.tx)
            await self._resolve(ctx, shape)
            await self.ledger.advance(ctx.tx, None if self.dry else {**step, "target": shape.alias}, self.counts)
            ends = await self._ranges(ctx.tx, shape, step["row"])
            rolled = await ctx.tx.value(_HAS_ROLLUPS, shape.object.name)
        spans = deque(_left((step["row"], *ends), (tuple(span) for span in step.get("done", ()))))
        total = ends[-1] - 1 if ends else 0
        await self._all_ranges(shape, spans, _AT_ONCE if shape.is_independent and not rolled else 1, total)
        if self.dry and alike.is_told(shape, self.actor):
            await self._compare(shape)

    async def _compare(self, shape: Shape) -> None:
        async with self._context() as ctx:
            await self.ledger.look(ctx.tx)
            if (found := await alike.found(ctx, self.ledger.id, shape))["rows"]:
                self.counts.alike[shape.object.name] = found

    async def _all_ranges(self, shape: Shape, spans: deque[Span], workers: int, total: int) -> None:
        """Every range, so many at a time; after a fault no other is begun."""
        doing = f"{'Checking' if self.dry else 'Writing'} {shape.object.label_plural['en'].lower()}"
        left = sum(high - low for low, high in spans)

        async def work() -> None:
            nonlocal left
            try:
                while spans:
                    low, high = span = spans.popleft()
                    self.counts.add(
                        shape.object.name, **await self._again(partial(self._merge, shape=shape, span=span))
                    )
                    left -= high - low
                    await self.tell(max(0, total - left), total, doing)
            except BaseException:
                spans.clear()
                raise

        ended = await asyncio.gather(*(work() for _ in range(workers)), return_exceptions=True)
        for fault in ended:
            if fault is not None:
                raise fault

    async def _ranges(self, tx: Tx, shape: Shape, done: int) -> list[int]:
        """The last row of each range; one alone where records of the target link to each other."""
        size = 1 << 62 if shape.self_links else RANGE
        rows = await tx.rows(merging_sql.ends(shape), done, size)
        return [row["last"] for row in rows]

    def _context(self) -> Any:
        return self.workspace.context(self.actor, "import", batch_id=self.ledger.batch_id)

    async def _again(self, work: Callable[[Context], Awaitable[T]]) -> T:
        """One transaction, again from the start where somebody else wrote the same records at the same moment."""
        for _ in range(_TRIES - 1):
            try:
                return await self._once(work)
            except (SerializationRetry, UniqueViolation):
                self.is_disturbed = True
        return await self._once(work)

    async def _once(self, work: Callable[[Context], Awaitable[T]]) -> T:
        async with self._context() as ctx:
            await self.ledger.look(ctx.tx)
            return await work(ctx)

    async def _merge(self, ctx: Context, shape: Shape, span: Span) -> dict[str, int]:
        """Judge the range and write it; how many records had which outcome."""
        tx = ctx.tx
        await self._judge(ctx, shape, span)
        found = await self._verdict(tx)
        if found["invalid"]:
            await tx.execute(merging_sql.report(self.layout), self.ledger.id, shape.alias)
        if found.pop("loose"):
            await tx.execute(merging_sql.note_loose(), self.ledger.id, shape.alias)
        if self.dry:
            found = await self._planted(ctx, shape, found)
        else:
            found = await self._write(ctx, shape, found)
        await self.ledger.count(tx, shape.object.name, found, span)
        if not self.dry:
            await _find(ctx, shape, found["created"], found["updated"])
        return found

    async def _verdict(self, tx: Tx) -> dict[str, int]:
        return dict(await tx.row(merging_sql.verdict()) or {})

    async def _judge(self, ctx: Context, shape: Shape, span: Span) -> None:
        await ctx.tx.execute("set local work_mem = '64MB'")
        await hierarchies.hold(ctx, [link.field for link in shape.trees])
        params: list[Any] = [*span]
        may = access.predicate(self.actor, ctx.catalogue, shape.object, "update", "t", params)
        sees = access.predicate(self.actor, ctx.catalogue, shape.object, "read", "t", params)
        rules = self._rules(ctx, shape, params)
        judged = merging_sql.classify(
            self.layout, shape, may, sees, number=not self.dry, again=self.is_disturbed, rules=rules
        )
        await ctx.tx.execute(judged, *params)

    def _rules(self, ctx: Context, shape: Shape, params: list[Any]) -> list[tuple[str, str]]:
        """The fields that a condition may ask for, with what makes them missing in a row."""
        columns, unknown = merging_sql.ruled(self.layout, shape, dry=self.dry)
        touched = [f.name for f in shape.object.entered if f.name in columns]
        found = unmet(build(ctx, params), shape.object, "t", columns, touched, unknown)
        return [(field.name, sql) for field, sql in found]

    async def _write(self, ctx: Context, shape: Shape, found: dict[str, int]) -> dict[str, int]:
        """The new records and the changed ones; the outcomes, in which a link within the range may be a change more."""
        tx, user = ctx.tx, self.actor.user_id
        columns = list(merging_sql.merged_columns(self.layout, shape))
        if found["created"]:
            statement = merging_sql.insert_new(shape, columns, _defaults(self.actor, shape.object))
            await tx.execute(statement, ctx.now, user)
            fresh = f"select _id, null::jsonb from {MERGE} where _old is null and _problem is null"
            await events.append_many(ctx, shape.object.name, "created", fresh)
        if shape.self_links or found["updated"]:
            await tx.execute(f"analyze {MERGE} (_row, _old, _id, _changed, _problem)")
        for link in shape.self_links:
            await self._resolve_one(ctx, shape, link)
            await tx.execute(linking_sql.follow_self_links(shape, link))
        found = await self._planted(ctx, shape, found)
        for link in shape.like:
            await tx.execute(linking_sql.take_self_links(shape, link))
        if found["updated"]:
            await _update(ctx, shape, columns, "m._problem is null and m._changed")
        return found

    async def _planted(self, ctx: Context, shape: Shape, found: dict[str, int]) -> dict[str, int]:
        """The outcomes, when links that would close a circle stay as they were; the rows go in without them."""
        columns = list(merging_sql.merged_columns(self.layout, shape))
        for link in shape.trees:
            edges = merging_sql.edges(shape, link, dry=self.dry)
            while rows := await hierarchies.circles(ctx, shape.object, link.field, edges):
                await ctx.tx.execute(merging_sql.note_circles(shape, link), self.ledger.id, shape.alias, rows)
                for statement in merging_sql.unhang(shape, link, columns):
                    await ctx.tx.execute(statement, rows)
        if shape.trees or shape.self_links:
            found = await self._verdict(ctx.tx)
            found.pop("loose")
        return found

    async def _resolve(self, ctx: Context, shape: Shape) -> None:
        key, params = shape.target.key, list[Any]()
        allowed = access.predicate(self.actor, ctx.catalogue, shape.object, "read", "o", params)
        if key.field:
            rule = LinkRule(column="_key", match=key.field)
            known = Linked(shape.object.field(key.field), rule, shape.object, creates=False, table=shape.keys)
            await _make(ctx, linking_sql.resolve(known, shape.stage, "_key", allowed, "false"), params)
        elif key.own:
            await _make(ctx, linking_sql.known_keys(shape, allowed), params)
        await self._know(ctx, shape)
        for link in shape.links:
            await self._resolve_one(ctx, shape, link)
            if link.creates:
                await self._create_missing(ctx, link)

    async def _know(self, ctx: Context, shape: Shape) -> None:
        """Which record each row means, for the whole file."""
        params: list[Any] = []
        adopts = bool(shape.target.key.adopt)
        free = access.predicate(self.actor, ctx.catalogue, shape.object, "update", "o", params) if adopts else "true"
        merged = await ctx.tx.value(_HAS_MERGED, shape.object.name)
        await _make(ctx, linking_sql.known_rows(shape, merged=merged, free=free), params)

    async def _resolve_one(self, ctx: Context, shape: Shape, link: Linked) -> None:
        params: list[Any] = []
        allowed = access.predicate(self.actor, ctx.catalogue, link.object, "read", "o", params)
        pending = self._pending(shape, link)
        await _make(ctx, linking_sql.resolve(link, shape.stage, link.staged, allowed, pending), params)

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
            await searching.note_new(ctx.tx, link.object, ids)
        return made

    async def _settle_sums(self, shape: Shape) -> None:
        """Sums are those of all that hangs on the record, also of lines that came by another way."""
        for filled in shape.filled:
            if filled.rule.sum_of and not filled.rule.keep:
                updated = await self._again(partial(self._settle, shape=shape, filled=filled))
                self.counts.add(shape.object.name, updated=updated)

    async def _settle(self, ctx: Context, shape: Shape, filled: Filled) -> int:
        names = {name for name, _ in columns_of(filled.field)}
        columns = [c for c in merging_sql.merged_columns(self.layout, shape) if c.name in names]
        params: list[Any] = []
        may = access.predicate(self.actor, ctx.catalogue, shape.object, "update", "t", params)
        await ctx.tx.execute(merging_sql.settle_sums(self.layout, shape, filled, may), *params)
        changed = await _update(ctx, shape, columns, "true")
        counts = Counts.of(self.counts.as_json())
        counts.add(shape.object.name, updated=changed)
        await self.ledger.advance(ctx.tx, {"target": self.layout.shapes[-1].alias, "row": 1 << 62}, counts)
        return changed


async def _make(ctx: Context, statements: Sequence[str], params: Sequence[Any]) -> None:
    """A table anew; the second statement makes it, with parameters."""
    for place, statement in enumerate(statements):
        await ctx.tx.execute(statement, *(params if place == 1 else ()))


def _left(ends: Sequence[int], done: Iterable[Span]) -> Iterator[Span]:
    """The ranges between these rows, without what an earlier attempt has written of them."""
    written = sorted(done)
    for start, high in pairwise(ends):
        low = start
        for first, last in written:
            if low < last and first < high:
                if low < first:
                    yield low, first
                low = last
        if low < high:
            yield low, high


async def _find(ctx: Context, shape: Shape, made: int, changed: int) -> None:
    """Search rows: at once for few, by and by for many."""
    fine = f"select _id from {MERGE} where _problem is null and"
    if made + changed < searching.MANY:
        if made + changed:
            await searching.index(ctx.tx, shape.object, f"t.id in ({fine} (_old is null or _changed))")
        return
    if made:
        await searching.note_new(ctx.tx, shape.object, f"{fine} _old is null")
    if changed:
        await searching.note(ctx.tx, shape.object, f"{fine} _changed")


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
    """Who makes a record owns it, unless the file says otherwise, also where he may not choose. No import makes a user
    who can sign in."""
    if obj.name == "user":
        return {"active": False}
    if obj.scope.kind != "own":
        return {}
    given = {"owner": actor.user_id, "team": actor.team_id}
    return {name: value for name, value in given.items() if value is not None}
