"""Links from records that go to the one that stays: set-based, with before-images and events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from visavis.catalogue import Field, Object
from visavis.fields import columns_of
from visavis.kernel.errors import Conflict, FieldError
from visavis.records import batches, events
from visavis.records.context import Context
from visavis.records.merge_plan import pointing
from visavis.store import UniqueViolation
from visavis.store.build import is_reference
from visavis.store.db import quoted

CHUNK = 5000
Tell = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Moved:
    """``links``: rows by (object, field); ``trashed``: links that say nothing more, by object."""

    links: dict[tuple[str, str], int] = field(default_factory=dict)
    trashed: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """Everything that points at ``losers`` is to point at ``winner``."""

    ctx: Context
    object: str
    winner: int
    losers: list[int]
    tell: Tell

    async def all(self) -> Moved:
        """Links of records first, then what slices keep beside them."""
        moved = Moved()
        for obj, fields in self._by_object():
            ids = await self._one_type(obj, fields, moved)
            if ids and obj.period:
                await self._trash(obj, await self._spare(obj, fields, ids), moved)
        for table, column in references(self.ctx):
            await self._reference(table, column, moved)
        return moved

    def _by_object(self) -> list[tuple[Object, list[Field]]]:
        found: dict[str, tuple[Object, list[Field]]] = {}
        for obj, field_ in pointing(self.ctx, self.object):
            found.setdefault(obj.name, (obj, []))[1].append(field_)
        return list(found.values())

    async def _one_type(self, obj: Object, fields: Sequence[Field], moved: Moved) -> list[int]:
        """The records that go have no part in it: they stay as they were."""
        points = " or ".join(f"t.{quoted(f.name)} = any($1::bigint[])" for f in fields)
        own = " and t.id <> all($2::bigint[])" if obj.name == self.object else " and $2::bigint[] is not null"
        rows = await self.ctx.tx.rows(
            f"select t.id from {quoted(obj.name)} t where ({points}){own} order by t.id for update",
            self.losers,
            [self.winner, *self.losers],
        )
        ids = [row["id"] for row in rows]
        for chunk in _chunks(ids):
            await self._chunk(obj, fields, chunk, moved)
            await self.tell(len(chunk))
        return ids

    async def _chunk(self, obj: Object, fields: Sequence[Field], ids: list[int], moved: Moved) -> None:
        ctx = self.ctx
        await batches.keep(ctx, obj.name, "t.id = any($1::bigint[])", ids)
        changes = " || ".join(
            f"case when t.{quoted(f.name)} = any($2::bigint[]) then jsonb_build_object('{f.name}',"
            f" jsonb_build_array(t.{quoted(f.name)}, $3::bigint)) else '{{}}'::jsonb end"
            for f in fields
        )
        await events.append_many(
            ctx,
            obj.name,
            "updated",
            f"select t.id, {changes} from {quoted(obj.name)} t where t.id = any($1::bigint[]) order by t.id",
            ids,
            self.losers,
            self.winner,
        )
        await self._count(obj, fields, ids, moved)
        sets = ", ".join(
            f"{quoted(f.name)} = case when t.{quoted(f.name)} = any($2::bigint[]) then $3 else t.{quoted(f.name)} end"
            for f in fields
        )
        try:
            await ctx.tx.execute(
                f"update {quoted(obj.name)} t set {sets}, version = t.version + 1, updated_at = $4, updated_by = $5"
                " where t.id = any($1::bigint[])",
                ids,
                self.losers,
                self.winner,
                ctx.now,
                ctx.actor.user_id,
            )
        except UniqueViolation as violation:
            raise _clash(obj, violation) from violation

    async def _count(self, obj: Object, fields: Sequence[Field], ids: list[int], moved: Moved) -> None:
        counts = ", ".join(f"count(*) filter (where t.{quoted(f.name)} = any($2::bigint[]))" for f in fields)
        row = await self.ctx.tx.row(
            f"select array[{counts}] as found from {quoted(obj.name)} t where t.id = any($1::bigint[])",
            ids,
            self.losers,
        )
        for field_, count in zip(fields, row["found"] if row else (), strict=True):
            if count:
                place = (obj.name, field_.name)
                moved.links[place] = moved.links.get(place, 0) + count

    async def _spare(self, obj: Object, fields: Sequence[Field], ids: list[int]) -> list[int]:
        """Links between the same records that say nothing more than another one, and links to oneself."""
        rows = await self.ctx.tx.rows(_spare_sql(obj, fields), self.winner, ids)
        return [row["id"] for row in rows]

    async def _trash(self, obj: Object, ids: list[int], moved: Moved) -> None:
        if not ids:
            return
        ctx = self.ctx
        await batches.keep(ctx, obj.name, "t.id = any($1::bigint[])", ids)
        await ctx.tx.execute(
            f"update {quoted(obj.name)} set deleted_at = $2, version = version + 1, updated_at = $2, updated_by = $3"
            " where id = any($1::bigint[])",
            ids,
            ctx.now,
            ctx.actor.user_id,
        )
        await events.append_many(ctx, obj.name, "deleted", "select id, null::jsonb from unnest($1::bigint[]) id", ids)
        moved.trashed[obj.name] = len(ids)

    async def _reference(self, table: str, column: str, moved: Moved) -> None:
        """What a slice keeps about the record. A row that would say the same twice is taken out."""
        ctx, place = self.ctx, f"t.{quoted(column)} = any($1::bigint[])"
        await batches.keep(ctx, table, place, self.losers)
        move = f"update {quoted(table)} t set {quoted(column)} = $2 where {place}"
        try:
            async with ctx.tx.savepoint():
                count = await ctx.tx.execute(move, self.losers, self.winner)
        except UniqueViolation:
            count = await self._one_by_one(table, move, place, moved)
        if count:
            moved.links[(table, column)] = count
            await self.tell(count)

    async def _one_by_one(self, table: str, move: str, place: str, moved: Moved) -> int:
        count = 0
        sql = f"select t.id from {quoted(table)} t where {place} order by t.id"
        for each in [row["id"] for row in await self.ctx.tx.rows(sql, self.losers)]:
            try:
                async with self.ctx.tx.savepoint():
                    count += await self.ctx.tx.execute(f"{move} and t.id = $3", self.losers, self.winner, each)
            except UniqueViolation:
                await self.ctx.tx.execute(f"delete from {quoted(table)} where id = $1", each)
                moved.dropped.setdefault(table, []).append(each)
        return count


def references(ctx: Context) -> Sequence[tuple[str, str]]:
    """The columns of slices that hold ids of records."""
    found: Sequence[tuple[str, str]] = ctx.workspace.app.references if ctx.workspace else ()
    return found


def _spare_sql(obj: Object, fields: Sequence[Field]) -> str:
    """``$1`` is the record that stays, ``$2`` the links that were moved. Dates have to be equal: empty means open."""
    links = [f for f in obj.fields if f.kind == "entered" and is_reference(f)]
    others = [f for f in obj.fields if f.kind == "entered" and not is_reference(f) and f.name not in (obj.period or ())]
    table = quoted(obj.name)
    same = [f"coalesce(a.{quoted(f.name)}, 0) = coalesce(b.{quoted(f.name)}, 0)" for f in links]
    same += [f"a.{quoted(name)} is not distinct from b.{quoted(name)}" for name in obj.period or ()]
    columns = [quoted(column) for f in others for column, _ in columns_of(f)]
    here = {alias: " or ".join(f"{alias}.{quoted(f.name)} = $1" for f in fields) for alias in "ab"}
    pairs = [(x, y) for x in fields for y in fields if x.name < y.name]
    itself = " or ".join(f"(a.{quoted(x.name)} = $1 and a.{quoted(y.name)} = $1)" for x, y in pairs) or "false"
    return f"""
        select a.id from {table} a where a.id = any($2::bigint[]) and a.deleted_at is null and ({itself})
        union
        select a.id from {table} a join {table} b on {" and ".join(same)} and a.id <> b.id
        where a.deleted_at is null and b.deleted_at is null and ({here["a"]}) and ({here["b"]})
            and (a.id = any($2::bigint[]) or b.id = any($2::bigint[])) and {_says_no_more(columns, "a", "b")}
            and (b.id < a.id or not ({_says_no_more(columns, "b", "a")}))
        order by 1"""


def _says_no_more(columns: Iterable[str], less: str, more: str) -> str:
    parts = [f"({less}.{c} is null or {less}.{c} is not distinct from {more}.{c})" for c in columns]
    return " and ".join(parts) or "true"


def _chunks(ids: Sequence[int]) -> Iterable[list[int]]:
    each = iter(ids)
    while chunk := list(islice(each, CHUNK)):
        yield chunk


def _clash(obj: Object, violation: UniqueViolation) -> Conflict:
    names = ", ".join(violation.columns) or "a value"
    detail = f"Two {obj.plural} would share {names}, which only one may have. Change or merge these first."
    return Conflict(detail, errors=[FieldError(name, "not-unique", detail) for name in violation.columns])
