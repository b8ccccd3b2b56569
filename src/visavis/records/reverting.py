"""Rows back to what they were before a batch: set-based where nobody touched them, else field by field."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence

from visavis import access
from visavis.access import Action
from visavis.catalogue import Field, Object
from visavis.fields import columns_of
from visavis.records import events, searching
from visavis.records.context import Context
from visavis.records.hierarchies import circles, hold, trees_of
from visavis.records.owners import an_owner_stays
from visavis.records.writing import kept_image, kept_value
from visavis.store import Row, UniqueViolation
from visavis.store.build import is_reference
from visavis.store.db import quoted
from visavis.store.tables import tables_beside

Json = dict[str, object]
LeftAlone = list[tuple[int, str, tuple[str, ...]]]
_COUNTED = ("id", "version")
_WRITTEN: tuple[Action, ...] = ("update", "delete")

# A batch may have millions of events, a record has few: `+ 0` keeps the planner away from the index of the former.
# A batch that came after this one and was undone has left no trace; of one that came before, the way back is an edit.
_OWN_LAST = "(select max(own.seq + 0) from event own where own.record_id = {id} and own.batch_id + 0 = $1::bigint)"
_EDITED_SINCE = f"""
exists (
    select from event e where e.record_id = {{id}} and e.batch_id is distinct from $1::bigint and e.seq > {_OWN_LAST}
        and not exists (
            select from batch u where u.id = e.batch_id and u.undone_at is not null and not exists (
                select from event f
                where f.record_id = {{id}} and f.batch_id + 0 = u.id and f.seq < {_OWN_LAST}))
)
"""
_OWN = """
select e.record_id, array_agg(e.kind order by e.seq) as kinds,
    json_agg(e.changes order by e.seq) filter (where e.changes is not null) as changes
from event e where e.batch_id + 0 = $1 and e.record_id = any($2::bigint[]) group by e.record_id
"""


async def records(ctx: Context, obj: Object, ids: Sequence[int], *, freely: bool = False) -> tuple[int, LeftAlone]:
    """Restore records of one type from the images of ``ctx.batch_id``; how many, and what was left alone.

    ``freely``: also what the actor may not write; it had been written without asking for that.
    """
    await _lock(ctx, obj.name, ids)
    found = await ctx.tx.rows(
        f"select t.id, {_EDITED_SINCE.format(id='t.id')} as edited, b.image ? '{_HANDED}' as handed"
        f" from {quoted(obj.name)} t join before_image b on b.id = t.id and b.batch_id = $1 and b.table_name = $3"
        " where t.id = any($2::bigint[]) order by t.id",
        ctx.batch_id,
        ids,
        obj.name,
    )
    edited = [row["id"] for row in found if row["edited"]]
    within = set(ids) if freely else await _within_reach(ctx, obj, sorted(set(ids) - set(edited)))
    untouched = [row["id"] for row in found if not row["edited"] and row["id"] in within]
    gone = sorted(within - {row["id"] for row in found})
    async with an_owner_stays(ctx, obj):
        partly, left = await _partly(ctx, obj, edited, *[await _reached(ctx, obj, edited, a, freely) for a in _WRITTEN])
        turning = await _turning(ctx, obj, [*untouched, *gone])
        turning |= {row["id"] for row in found if row["handed"]}
        whole, taken = await _whole(ctx, obj.name, [i for i in untouched if i not in turning])
        back = await _insert(ctx, obj.name, gone)
        more, still = await _partly(ctx, obj, sorted(turning & set(untouched)), turning, turning)
    whole, partly = [*whole, *back], [*partly, *more]
    stale = [*back, *await _worded(ctx, obj, [*whole, *partly])]
    await _tell(ctx, obj, whole)
    await searching.index_many(ctx.tx, obj, len(stale), "t.id = any($1::bigint[])", stale)
    away = sorted(set(ids) - set(edited) - within)
    return len(whole) + len(partly), [*_named(away, "access"), *_named(taken, "taken"), *left, *still]


def _named(ids: Sequence[int], reason: str) -> LeftAlone:
    return [(i, reason, ()) for i in ids]


_TRASH = "deleted_at"
_HANDED = "handed over"
"""Marks an image that got what an earlier batch left behind when it was undone; no column has a blank in its name."""

_HAND_OVER = f"""
update before_image later set image = later.image || jsonb_build_object({{was}}, '{_HANDED}', true)
from before_image own, (
    select e.seq, {{wrote}} as wrote from event e
    where e.record_id = $3 and e.batch_id + 0 = $1 and {{touches}} order by e.seq desc limit 1
) mine, lateral (
    select e.seq, e.batch_id from event e
    join before_image i on i.batch_id = e.batch_id and i.table_name = $2 and i.id = $3
    where e.record_id = $3 and e.seq > mine.seq and {{touches}} order by e.seq limit 1
) next_
where own.batch_id = $1 and own.table_name = $2 and own.id = $3
    and later.batch_id = next_.batch_id and later.table_name = $2 and later.id = $3
    and mine.wrote = (select {{found}} from jsonb_populate_record(null::{{table}}, later.image) t)
    and not exists (select from event e where e.record_id = $3 and e.batch_id is null and {{touches}}
        and e.seq > mine.seq and e.seq < next_.seq)
"""


async def _hand_over(ctx: Context, obj: Object, record_id: int, name: str) -> None:
    """What cannot go back since a later batch lies over it goes back with that one, unless somebody was between."""
    if name == _TRASH:
        columns, wrote, found = [_TRASH], "e.kind = 'deleted'", "t.deleted_at is not null"
        touches = "e.kind in ('deleted', 'restored')"
    else:
        columns = [column for column, _ in columns_of(obj.field(name))]
        wrote, found = f"e.changes -> '{name}' -> 1", f"coalesce(to_jsonb({kept_value(obj, name)}), 'null')"
        touches = f"e.changes ? '{name}'"
    was = ", ".join(f"'{column}', own.image -> '{column}'" for column in columns)
    sql = _HAND_OVER.format(was=was, wrote=wrote, found=found, touches=touches, table=quoted(obj.name))
    await ctx.tx.execute(sql, ctx.batch_id, obj.name, record_id)


_WITHIN_REACH = """
select b.id from before_image b cross join jsonb_populate_record(null::{table}, b.image) was
left join {table} t on t.id = b.id
where b.batch_id = $1 and b.table_name = $2 and b.id = any($3::bigint[]) and case when exists (
    select from event e where e.record_id = b.id and e.batch_id = $1 and e.kind in ('deleted', 'restored')
) then {delete} else {update} end
"""


async def _within_reach(ctx: Context, obj: Object, ids: Sequence[int]) -> set[int]:
    """Those that the actor may write today, as they are or as they were: who gave a record away may take that back."""
    params: list[object] = [ctx.batch_id, obj.name, list(ids)]
    ways = {
        action: [access.predicate(ctx.actor, ctx.catalogue, obj, action, alias, params) for alias in ("t", "was")]
        for action in _WRITTEN
    }
    if all("true" in conditions for conditions in ways.values()):
        return set(ids)
    either = {action: f"({' or '.join(conditions)})" for action, conditions in ways.items()}
    rows = await ctx.tx.rows(_WITHIN_REACH.format(table=quoted(obj.name), **either), *params)
    return {row["id"] for row in rows}


async def _turning(ctx: Context, obj: Object, ids: Sequence[int]) -> set[int]:
    """Those that would come to stand below themselves, since others were moved in the hierarchy meanwhile."""
    found: set[int] = set()
    for field in trees_of(obj):
        while more := await _closing(ctx, obj, field, [i for i in ids if i not in found]):
            found |= more
    return found


_MOVES = """
exists (select from before_image b join {table} t on t.id = b.id where b.batch_id = $1 and b.table_name = $2
    and b.id = any($3::bigint[]) and (b.image ->> '{name}')::bigint is distinct from t.{link})
"""


async def _closing(ctx: Context, obj: Object, field: Field, ids: Sequence[int]) -> set[int]:
    """Of these records those whose former place in the hierarchy would close a circle now."""
    args = (ctx.batch_id, obj.name, list(ids))
    moves = _MOVES.format(table=quoted(obj.name), name=field.name, link=quoted(field.name))
    if not await ctx.tx.value(f"select {moves}", *args):
        return set()
    await hold(ctx, [field])
    edges = (
        f"select b.id, b.id, (b.image ->> '{field.name}')::bigint from before_image b"
        " where b.batch_id = $1 and b.table_name = $2 and b.id = any($3::bigint[])"
    )
    return set(await circles(ctx, obj, field, edges, *args))


async def _worded(ctx: Context, obj: Object, ids: Sequence[int]) -> list[int]:
    """Those of the records in which the batch changed what they are found by."""
    words = [f.name for f in obj.entered if f.searchable or f.name in obj.title]
    sql = (
        "select distinct e.record_id from event e where e.batch_id + 0 = $1 and e.record_id = any($2::bigint[])"
        " and e.changes ?| $3::text[]"
    )
    found = await ctx.tx.rows(sql, ctx.batch_id, ids, words)
    return [row["record_id"] for row in found]


async def _lock(ctx: Context, table: str, ids: Sequence[int]) -> None:
    """In a statement of its own: the next one sees what was done while this one waited."""
    await ctx.tx.execute(f"select 1 from {quoted(table)} where id = any($1::bigint[]) order by id for update", ids)


async def rows(ctx: Context, table: str, ids: Sequence[int]) -> tuple[int, LeftAlone]:
    """The same for a table that has no events: put back what was changed or taken out, take out what was added."""
    await _lock(ctx, table, ids)
    present = await ctx.tx.rows(f"select id from {quoted(table)} where id = any($1::bigint[])", ids)
    there = {row["id"] for row in present}
    added = await ctx.tx.rows(
        f"delete from {quoted(table)} t using before_image b where b.batch_id = $1 and b.table_name = $2"
        " and b.id = t.id and b.image is null and t.id = any($3::bigint[]) returning t.id",
        ctx.batch_id,
        table,
        ids,
    )
    back = sorted(there - {row["id"] for row in added})
    done, taken = await _whole(ctx, table, back)
    done += await _insert(ctx, table, sorted(set(ids) - there))
    return len(done) + len(added), [(i, "taken", ()) for i in taken]


async def _whole(ctx: Context, table: str, ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """All at once; where a unique value is in the way, one after the other, as long as that frees one."""
    if not ids:
        return [], []
    try:
        async with ctx.tx.savepoint():
            await _write_back(ctx, table, ids)
        return list(ids), []
    except UniqueViolation:
        return await _one_by_one(ctx, table, list(ids))


async def _one_by_one(ctx: Context, table: str, left: list[int]) -> tuple[list[int], list[int]]:
    done: list[int] = []
    progress = True
    while left and progress:
        progress = False
        for each in list(left):
            try:
                async with ctx.tx.savepoint():
                    await _write_back(ctx, table, [each])
            except UniqueViolation:
                continue
            left.remove(each)
            done.append(each)
            progress = True
    return done, left


async def _write_back(ctx: Context, table: str, ids: Sequence[int]) -> None:
    """Columns that came since are in no image and stay as they are."""
    columns = await _columns(ctx, table)
    sets = _sets(ctx, table, [c for c in columns if c not in _COUNTED])
    counted = ", version = t.version + 1" if "version" in columns else ""
    await ctx.tx.execute(
        f"update {quoted(table)} t set {sets}{counted}"
        f" from before_image b join {quoted(table)} now_ on now_.id = b.id, jsonb_populate_record(now_, b.image) was"
        " where b.batch_id = $1 and b.table_name = $2 and b.id = any($3::bigint[]) and t.id = b.id"
        " and b.image is distinct from to_jsonb(t)",
        ctx.batch_id,
        table,
        ids,
    )


def _sets(ctx: Context, table: str, columns: Sequence[str]) -> str:
    """Each column as it was; links to what was removed for good since stay empty."""
    links = {
        f.name: str(f.target)
        for obj in ctx.catalogue.objects
        for f in obj.fields
        if obj.name == table and f.kind == "entered" and is_reference(f)
    }
    found = {c: f"was.{quoted(c)}" for c in columns}
    for name in found.keys() & links.keys():
        there = f"exists (select from {quoted(links[name])} l where l.id = {found[name]})"
        found[name] = f"case when {there} then {found[name]} end"
    return ", ".join(f"{quoted(c)} = {value}" for c, value in found.items())


async def _insert(ctx: Context, table: str, ids: Sequence[int]) -> list[int]:
    """Rows that were taken out, back in as they were; those that the batch itself had made stay out."""
    if not ids:
        return []
    columns = [quoted(c) for c in await _columns(ctx, table)]
    listed, picked = ", ".join(columns), ", ".join(f"was.{c}" for c in columns)
    found = await ctx.tx.rows(
        f"insert into {quoted(table)} ({listed})"
        f" select {picked} from before_image b, jsonb_populate_record(null::{quoted(table)}, b.image) was"
        " where b.batch_id = $1 and b.table_name = $2 and b.id = any($3::bigint[]) and b.image is not null"
        " on conflict do nothing returning id",
        ctx.batch_id,
        table,
        ids,
    )
    return [row["id"] for row in found]


async def _columns(ctx: Context, table: str) -> list[str]:
    found = await ctx.tx.rows(
        "select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped"
        " order by attnum",
        quoted(table),
    )
    return [row["attname"] for row in found]


async def _partly(
    ctx: Context, obj: Object, ids: Sequence[int], allowed: Container[int], movable: Container[int]
) -> tuple[list[int], LeftAlone]:
    """Fields that still hold what the batch wrote go back; the others belong to whoever edited them since.

    A record that still lies where the batch put it, in the trash or out of it, goes back there, if it is ``movable``.
    One that the actor may change no longer is left to those who may.
    """
    done: list[int] = []
    left: LeftAlone = []
    told = {row["record_id"]: row for row in await ctx.tx.rows(_OWN, ctx.batch_id, ids)}
    for each in ids:
        written = _written(told[each]["changes"]) if each in told else {}
        kinds = told[each]["kinds"] if each in told else ()
        move = next((kind for kind in reversed(kinds) if kind in _OPPOSITE), "")
        moved = move != "" and each in movable and await _moved_back(ctx, obj, each, move, left)
        if not written:
            left += [(each, "edited", ())] if not moved and each not in (movable if move else allowed) else []
        elif each not in allowed:
            left.append((each, "edited", tuple(written)))
        else:
            moved |= await _fields_of(ctx, obj, each, written, left)
        done += [each] if moved else []
    return done, left


async def _fields_of(
    ctx: Context, obj: Object, record_id: int, written: Mapping[str, Sequence[object]], left: LeftAlone
) -> bool:
    """Whether any field of the record is back; those that are not go back with what lies over them, and are named."""
    names = [n for n in written if n in obj.by_name and not obj.by_name[n].derived]
    now, before = await _both(ctx, obj, record_id, names)
    back = {n: [now[n], before[n]] for n in names if now[n] == written[n][1]}
    turned = [f.name for f in trees_of(obj) if f.name in back and await _closing(ctx, obj, f, [record_id])]
    back = {n: pair for n, pair in back.items() if n not in turned}
    if rest := tuple(n for n in names if n not in back):
        left.append((record_id, "circle" if turned else "edited", rest))
    for name in set(rest) - set(turned):
        await _hand_over(ctx, obj, record_id, name)
    columns = [column for name in back for column, _ in columns_of(obj.field(name))]
    if back and await _from_image(ctx, obj, record_id, columns) is None:
        left.append((record_id, "taken", tuple(back)))
        return False
    if changes := {n: pair for n, pair in back.items() if pair[0] != pair[1]}:
        await events.append(ctx, obj.name, record_id, "updated", changes)
    return bool(back)


_BOTH = """
select {image} as now, (select {image} from jsonb_populate_record(null::{table}, b.image) t) as before
from {table} t join before_image b on b.id = t.id and b.batch_id = $1 and b.table_name = $2 where t.id = $3
"""


async def _both(ctx: Context, obj: Object, record_id: int, names: Sequence[str]) -> tuple[Json, Json]:
    """What the fields of a record hold, and what its image does."""
    sql = _BOTH.format(image=kept_image(obj, names), table=quoted(obj.name))
    row = await ctx.tx.row(sql, ctx.batch_id, obj.name, record_id)
    return (json.loads(row["now"]), json.loads(row["before"])) if row else ({}, {})


_THERE = f"""
select b.image ? '{_HANDED}' and (t.deleted_at is null) = (b.image ->> 'deleted_at' is null)
from {{table}} t join before_image b on b.id = t.id and b.batch_id = $1 and b.table_name = $2 where t.id = $3
"""


async def _moved_back(ctx: Context, obj: Object, record_id: int, move: str, left: LeftAlone) -> bool:
    """Whether it still lay where the batch had put it, and is back where it was."""
    lies = f"t.deleted_at is {'not null' if move == 'deleted' else 'null'}"
    away = "t.deleted_at is distinct from was.deleted_at"
    moved = await _from_image(ctx, obj, record_id, [_TRASH], f"{lies} and {away}")
    if moved is None:
        left.append((record_id, "taken", ()))
        return False
    if moved:
        await events.append(ctx, obj.name, record_id, _OPPOSITE[move])
    elif not await ctx.tx.value(_THERE.format(table=quoted(obj.name)), ctx.batch_id, obj.name, record_id):
        left.append((record_id, "edited", ()))
        await _hand_over(ctx, obj, record_id, _TRASH)
        return False
    return True


async def _reached(ctx: Context, obj: Object, ids: Sequence[int], action: Action, freely: bool) -> set[int]:
    """Those of the records that the actor may update, or delete; all of them where nobody asks."""
    if freely or not ids:
        return set(ids)
    params: list[object] = [list(ids)]
    may = access.predicate(ctx.actor, ctx.catalogue, obj, action, "t", params)
    found = await ctx.tx.rows(
        f"select t.id from {quoted(obj.name)} t where t.id = any($1::bigint[]) and {may}", *params
    )
    return {row["id"] for row in found}


def _written(changes: str | None) -> dict[str, list[object]]:
    """From several changes of the batch to one: the first old value and the last new one of each field."""
    merged: dict[str, list[object]] = {}
    for change in json.loads(changes) if changes else []:
        for name, (old, new) in change.items():
            merged[name] = [merged[name][0] if name in merged else old, new]
    return merged


async def _from_image(
    ctx: Context, obj: Object, record_id: int, columns: Sequence[str], only: str = "true"
) -> int | None:
    """How many records got these columns of their image (``was``); None where another record has a unique value."""
    table = quoted(obj.name)
    try:
        async with ctx.tx.savepoint():
            return await ctx.tx.execute(
                f"update {table} t set {_sets(ctx, obj.name, columns)},"
                " version = t.version + 1, updated_at = $4, updated_by = $5"
                f" from before_image b, jsonb_populate_record(null::{table}, b.image) was"
                f" where b.batch_id = $1 and b.table_name = $2 and b.id = $3 and t.id = b.id and {only}",
                ctx.batch_id,
                obj.name,
                record_id,
                ctx.now,
                ctx.actor.user_id,
            )
    except UniqueViolation:
        return None


_OPPOSITE = {"deleted": "restored", "restored": "deleted"}
_REVERSED = """
select e.record_id, (
    select jsonb_object_agg(c.key, jsonb_build_array(c.value -> 1, c.value -> 0)) from jsonb_each(e.changes) c
) from event e where e.batch_id + 0 = $1::bigint and e.kind = 'updated' and e.record_id = any($2::bigint[])
"""


async def _tell(ctx: Context, obj: Object, ids: Sequence[int]) -> None:
    """The opposite of what the batch had told of these records; set-based where it was one event each."""
    told = {row["record_id"]: row for row in await ctx.tx.rows(_OWN, ctx.batch_id, ids)}
    updated = [i for i, row in told.items() if row["kinds"] == ["updated"]]
    await events.append_many(ctx, obj.name, "updated", _REVERSED, ctx.batch_id, updated)
    for kind, opposite in _OPPOSITE.items():
        alone = [i for i, row in told.items() if row["kinds"] == [kind]]
        await events.append_many(ctx, obj.name, opposite, "select id, null::jsonb from unnest($1::bigint[]) id", alone)
    for each, row in told.items():
        if len(row["kinds"]) > 1:
            await _tell_one(ctx, obj, each, row)


async def _tell_one(ctx: Context, obj: Object, record_id: int, row: Row) -> None:
    for kind in [_OPPOSITE[k] for k in reversed(row["kinds"]) if k in _OPPOSITE]:
        await events.append(ctx, obj.name, record_id, kind)
    back = {name: [new, old] for name, (old, new) in _written(row["changes"]).items()}
    if back:
        await events.append(ctx, obj.name, record_id, "updated", back)


async def created(ctx: Context, obj: Object, ids: Sequence[int]) -> tuple[int, LeftAlone]:
    """Remove records that the batch made, unless they were edited since or something else links to them."""
    await _lock(ctx, obj.name, ids)
    found = await ctx.tx.rows(
        f"select t.id, {_EDITED_SINCE.format(id='t.id')} as edited, {_linked(ctx, obj)} as linked"
        f" from {quoted(obj.name)} t where t.id = any($2::bigint[]) order by t.id",
        ctx.batch_id,
        ids,
    )
    free = [row["id"] for row in found if not row["edited"] and not row["linked"]]
    left: LeftAlone = [
        (row["id"], "edited" if row["edited"] else "linked", ()) for row in found if row["edited"] or row["linked"]
    ]
    await events.append_many(ctx, obj.name, "deleted", "select id, null::jsonb from unnest($1::bigint[]) id", free)
    await ctx.tx.execute("delete from search where record_id = any($1::bigint[])", free)
    for beside in tables_beside(obj).values():
        await ctx.tx.execute(f"delete from {quoted(beside)} where id = any($1::bigint[])", free)
    async with an_owner_stays(ctx, obj):
        await ctx.tx.execute(f"delete from {quoted(obj.name)} where id = any($1::bigint[])", free)
    return len(free), left


def _linked(ctx: Context, obj: Object) -> str:
    """Whether a row links to ``t`` that stays: one that the batch did not make, or that was kept."""
    goes = (
        "exists (select from event m where m.record_id = c.id and m.batch_id + 0 = $1::bigint and m.kind = 'created'"
        " and not exists (select from batch b where b.id = $1 and m.seq >= b.undo_below))"
        f" and not {_EDITED_SINCE.format(id='c.id')}"
    )
    ways = [
        f"exists (select from {quoted(other.name)} c where c.{quoted(f.name)} = t.id and not ({goes}))"
        for other in ctx.catalogue.by_name.values()
        for f in other.entered
        if f.target == obj.name
    ]
    ways += [
        f"exists (select from {quoted(table)} c where c.{quoted(column)} = t.id)" for table, column in _references(ctx)
    ]
    return " or ".join(ways) or "false"


def _references(ctx: Context) -> Sequence[tuple[str, str]]:
    found: Sequence[tuple[str, str]] = ctx.workspace.app.references if ctx.workspace else ()
    return found
