"""One change to any number of records: what it would do, and doing it to a chunk of them in one go.

A value is judged once for all records. Rows that the actor sees but may not change, and those that the change would
break, are counted and left alone. What an actor may not see is neither counted nor compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from visavis import access
from visavis.catalogue import Field, Object
from visavis.fields import FieldProblem, field_error, parse_value
from visavis.kernel.errors import BadRequest, Conflict, FieldError, Invalid
from visavis.records import batches, events, searching
from visavis.records.bulk_sql import Ready, compiled, hung, reason
from visavis.records.context import Context
from visavis.records.hierarchies import hold
from visavis.records.query import Query, build, readable_object
from visavis.records.searching import fitting
from visavis.records.validating import validated
from visavis.store import Row, UniqueViolation
from visavis.store.build import Build
from visavis.store.db import quoted

Kind = Literal["edit", "trash", "restore"]
SAMPLES = 5
ONE_BY_ONE = ("user", "team")
_TOLD = {"edit": "updated", "trash": "deleted", "restore": "restored"}


@dataclass(frozen=True, slots=True)
class Change:
    """``set`` gives fields one value; ``add`` and ``remove`` put words into multiple choices and take them out."""

    action: Kind = "edit"
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remove: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it touches."""
        return tuple(dict.fromkeys([*self.set, *self.add, *self.remove]))


@dataclass(frozen=True, slots=True)
class Selection:
    """All records that fit a query; with ``ids`` only those among them."""

    query: Query = field(default_factory=Query)
    ids: tuple[int, ...] | None = None


@dataclass(slots=True)
class Preview:
    """``fits``: records chosen; ``may``: those that the change may be made to; ``changes``: those that it makes differ.

    ``skipped`` counts the others by reason: ``access``, ``circle`` (a record would stand below itself), ``full`` (too
    many words), ``required`` (a field would be left empty), ``merged`` (only undoing the merge brings it back).
    ``refused`` are fields that cannot be changed so at all.
    """

    fits: int
    may: int
    changes: int
    skipped: dict[str, int]
    samples: list[dict[str, Any]]
    refused: list[FieldError]


@dataclass(slots=True)
class Applied:
    """What became of one chunk. ``gone`` among the skipped: trashed, removed or out of sight since they were chosen."""

    changed: int = 0
    unchanged: int = 0
    skipped: dict[str, int] = field(default_factory=dict)


async def preview(ctx: Context, object_name: str, selection: Selection, change: Change) -> Preview:
    """What the change would do now. Counts every record that fits, so it takes as long as reading them does."""
    obj = _object(ctx, object_name, change.action)
    refused, ready = await _accepted(ctx, obj, change)
    statement = build(ctx)
    how = compiled(statement, obj, ready)
    chosen = _chosen(statement, obj, selection, change.action)
    tables, why = how.tables(statement, obj), reason(ctx, statement, obj, ready)
    counts = await ctx.tx.rows(
        f"select reason, differs, count(*) as n from (select {why} as reason, {how.differs} as differs"
        f" from {tables} where {chosen}) judged group by 1, 2",
        *statement.params,
    )
    shown = how.sample(statement, obj)
    samples = await ctx.tx.rows(
        f"select {shown} as sample from {tables} where {chosen} and {why} is null and {how.differs}"
        f" order by t.id limit {SAMPLES}",
        *statement.params,
    )
    skipped = _by_reason(counts)
    fits = sum(row["n"] for row in counts)
    changes = sum(row["n"] for row in counts if row["reason"] is None and row["differs"])
    found = [json.loads(row["sample"]) for row in samples]
    return Preview(fits, fits - sum(skipped.values()), changes, skipped, found, refused)


async def check(ctx: Context, object_name: str, selection: Selection, change: Change) -> None:
    """Raise what ``select`` and ``apply`` would: a field refused, a filter that cannot be read, no right at all."""
    obj = _object(ctx, object_name, change.action)
    await _judged(ctx, obj, change)
    sql, params = select(ctx, object_name, selection, change.action)
    await ctx.tx.rows(f"{sql} limit 0", *params)


def select(ctx: Context, object_name: str, selection: Selection, action: Kind) -> tuple[str, list[Any]]:
    """A query of the ids (``id``) that are chosen now, with its parameters."""
    obj = _object(ctx, object_name, action)
    statement = build(ctx)
    fits = _chosen(statement, obj, selection, action)
    return f"select t.id from {statement.rows(obj, 't')} where {fits}", statement.params


async def apply(ctx: Context, object_name: str, change: Change, ids: Sequence[int]) -> Applied:
    """Make the change to these records, in the caller's transaction and batch. Rows are locked in the order of ids."""
    obj = _object(ctx, object_name, change.action)
    ready = await _judged(ctx, obj, change)
    await hold(ctx, hung(obj, ready))
    table = quoted(obj.name)
    await ctx.tx.execute(f"select 1 from {table} where id = any($1::bigint[]) order by id for update", ids)
    found = await _sorted_out(ctx, obj, ready, ids)
    done = Applied(skipped=_by_reason(found))
    _skip(done, "gone", len(ids) - sum(row["n"] for row in found))
    done.unchanged = sum(row["n"] for row in found if row["reason"] is None and not row["differs"])
    changing = sorted(i for row in found if row["reason"] is None and row["differs"] for i in row["ids"])
    done.changed = await _write(ctx, obj, ready, changing) if changing else 0
    _skip(done, "taken", len(changing) - done.changed)
    return done


async def titles(ctx: Context, obj: Object, ids: Sequence[int]) -> dict[int, str]:
    """What those of the records are called that the actor may see, the trash included."""
    statement = build(ctx, [list(ids)])
    seen = statement.allow(obj, "t", statement.params)
    rows = await ctx.tx.rows(
        f"select t.id, {statement.title(obj, 't')} as title from {quoted(obj.name)} t"
        f" where t.id = any($1::bigint[]) and {seen}",
        *statement.params,
    )
    return {row["id"]: row["title"] for row in rows}


async def _sorted_out(ctx: Context, obj: Object, ready: Ready, ids: Sequence[int]) -> list[Row]:
    statement = build(ctx, [list(ids)])
    how = compiled(statement, obj, ready)
    seen = statement.allow(obj, "t", statement.params)
    return await ctx.tx.rows(
        f"select reason, differs, array_agg(id) as ids, count(*) as n"
        f" from (select t.id, {reason(ctx, statement, obj, ready)} as reason,"
        f" {how.differs} as differs from {how.beside(obj)} where t.id = any($1::bigint[])"
        f" and {_alive(ready.action)} and {seen}) judged group by 1, 2",
        *statement.params,
    )


async def _write(ctx: Context, obj: Object, ready: Ready, ids: list[int]) -> int:
    """All at once; of records that come back from the trash, those whose unique values are still free. How many."""
    try:
        async with ctx.tx.savepoint():
            await _write_all(ctx, obj, ready, ids)
        return len(ids)
    except UniqueViolation:
        if len(ids) == 1:
            return 0
    half = len(ids) // 2
    first = await _write(ctx, obj, ready, ids[:half])
    return first + await _write(ctx, obj, ready, ids[half:])


async def _write_all(ctx: Context, obj: Object, ready: Ready, ids: list[int]) -> None:
    await batches.keep(ctx, obj.name, "t.id = any($1::bigint[])", ids)
    statement = build(ctx, [ids])
    how = compiled(statement, obj, ready)
    source = f"select t.id, {how.changes(obj)} from {how.beside(obj)} where t.id = any($1::bigint[])"
    await events.append_many(ctx, obj.name, _TOLD[ready.action], source, *statement.params)
    await _update(ctx, obj, ready, ids)
    if any(obj.by_name[name].searchable or name in obj.title for name in ready.names):
        await searching.index_many(ctx.tx, obj, len(ids), "t.id = any($1::bigint[])", ids)


async def _update(ctx: Context, obj: Object, ready: Ready, ids: list[int]) -> None:
    statement = build(ctx, [ids, ctx.now, ctx.actor.user_id])
    how = compiled(statement, obj, ready)
    sets = [f"{quoted(column)} = {expression}" for column, expression in how.new.items()]
    if ready.action != "edit":
        sets = [f"deleted_at = {'$2::timestamptz' if ready.action == 'trash' else 'null'}"]
    await ctx.tx.execute(
        f"update {quoted(obj.name)} t set {', '.join(sets)}, version = version + 1, updated_at = $2::timestamptz,"
        f" updated_by = $3::bigint from {how.given} where t.id = any($1::bigint[])",
        *statement.params,
    )


def _object(ctx: Context, name: str, action: Kind) -> Object:
    obj = readable_object(ctx, name)
    access.require(ctx.actor, obj, "update" if action == "edit" else "delete")
    if obj.name in ONE_BY_ONE:
        raise Conflict(f"{obj.plural.capitalize()} decide who may do what; they are changed one by one.")
    return obj


def _alive(action: str) -> str:
    """What was merged into another record comes back by undoing the merge alone."""
    if action != "restore":
        return "t.deleted_at is null"
    return "t.deleted_at is not null and not exists (select from merged_record m where m.id = t.id)"


def _chosen(statement: Build, obj: Object, selection: Selection, action: Kind) -> str:
    query = selection.query
    fits = fitting(statement, obj, Query(query.filter, text=query.text, trash=action == "restore"))
    fits = f"{fits} and {_alive(action)}"
    if selection.ids is None:
        return fits
    return f"{fits} and t.id = any({statement.bind([str(i) for i in selection.ids], 'bigint[]')})"


async def _judged(ctx: Context, obj: Object, change: Change) -> Ready:
    """The change that may be made to many records at once; ``Invalid`` with all that is wrong."""
    wrong = _unfit(obj, change)
    words = {
        "add": _words(ctx, obj, change, change.add, wrong),
        "remove": _words(ctx, obj, change, change.remove, wrong),
    }
    for name in words["add"].keys() & words["remove"].keys():
        if set(words["add"][name]) & set(words["remove"][name]):
            wrong.append(FieldError(name, "twice", "A word cannot come and go at once.", "Choose one."))
    try:
        values = await validated(ctx, obj, change.set, new=False)
    except (Invalid, Conflict) as problem:
        if not wrong:
            raise
        wrong += problem.errors
    if wrong:
        raise Invalid("Some fields cannot be changed so; nothing was changed.", errors=wrong)
    return Ready(change.action, values, words["add"], words["remove"])


def _unfit(obj: Object, change: Change) -> list[FieldError]:
    if change.action != "edit":
        return [FieldError(n, "action", "Only an edit changes fields.", "Leave it out.") for n in change.names]
    if not change.names:
        raise BadRequest("Nothing is to be changed. Name at least one field under 'set', 'add' or 'remove'.")
    unique = [n for n in change.set if n == "external_id" or (n in obj.by_name and obj.by_name[n].unique)]
    return [
        FieldError(n, "unique", "Each record has a value of its own here.", "Change it record by record.")
        for n in unique
    ]


def _words(
    ctx: Context, obj: Object, change: Change, given: Mapping[str, Sequence[str]], wrong: list[FieldError]
) -> dict[str, list[str]]:
    """The words of each multiple choice in the spelling of its options."""
    allowed = {f.name: f for f in access.writable(ctx.actor, obj)}
    found: dict[str, list[str]] = {}
    for name, words in given.items():
        known = allowed.get(name)
        if known is None:
            wrong.append(FieldError(name, "readonly", "You may not set this, or it is not there.", "Leave it out."))
        elif known.type != "multi_choice":
            wrong.append(FieldError(name, "type", "This does not hold several words.", "Use 'set' instead."))
        elif name in change.set:
            wrong.append(FieldError(name, "twice", "This is asked for in two ways at once.", "Choose one."))
        else:
            found[name] = _parsed(known.ever if given is change.remove else known, words, wrong)
    return found


def _parsed(known: Field, words: Sequence[str], wrong: list[FieldError]) -> list[str]:
    try:
        parsed = parse_value(known, list(words))
    except FieldProblem as problem:
        wrong.append(field_error(known, problem))
        return []
    return list(parsed or ())


async def _accepted(ctx: Context, obj: Object, change: Change) -> tuple[list[FieldError], Ready]:
    """What is refused, and the change without it."""
    refused: list[FieldError] = []
    while change.names or change.action != "edit":
        try:
            return refused, await _judged(ctx, obj, change)
        except (Invalid, Conflict) as problem:
            named = {each.field for each in problem.errors}
            if not named & set(change.names):
                raise
            refused += problem.errors
            parts = (
                {k: v for k, v in part.items() if k not in named} for part in (change.set, change.add, change.remove)
            )
            change = Change(change.action, *parts)
    if not refused:
        await _judged(ctx, obj, change)
    return refused, Ready(change.action, await validated(ctx, obj, {}, new=False), {}, {})


def _by_reason(found: Sequence[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in found:
        if row["reason"] is not None:
            counts[row["reason"]] = counts.get(row["reason"], 0) + row["n"]
    return counts


def _skip(done: Applied, reason: str, number: int) -> None:
    if number:
        done.skipped[reason] = done.skipped.get(reason, 0) + number
