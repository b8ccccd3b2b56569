"""Roll-ups kept fresh by the database: whatever door writes, in its own transaction.

A statement on the related records finds the records that they point at, locks the side rows of these in the order of
their ids, and works them out anew in a statement of its own. That one sees what others have committed while this one
waited for the lock, so no change is lost. Only definitions go into the SQL, as literals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import columns_of, type_of
from visavis.kernel.errors import BadRequest
from visavis.store.build import Build, column
from visavis.store.db import quoted
from visavis.store.filters import where
from visavis.store.formulas import literal
from visavis.store.tables import Actual, Plan, rollup_table

PREFIX = "rollup."
FILL_JOB = "rollups.fill"
EVENTS = {
    "i": "after insert on {table} referencing new table as new_rows",
    "u": "after update on {table} referencing old table as old_rows new table as new_rows",
    "d": "after delete on {table} referencing old table as old_rows",
}


class Definition(Build):
    """A statement that becomes part of the database: no parameters, nobody who asks."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue, allow=lambda *_: "true", below=lambda *_: "true", visible=lambda obj: obj.by_name)

    def bind(self, value: Any, kind: str) -> str:
        if not isinstance(value, list):
            return literal(value, kind)
        return f"array[{', '.join(literal(v, 'text') for v in value)}]::text[]::{kind}"


def plan_rollups(catalogue: Catalogue, tables: Actual) -> Plan:
    """Triggers that are missing, those that serve nothing any more, and the types whose roll-ups are to be filled."""
    wanted = {stem: made for obj in catalogue.by_name.values() for stem, made in _triggers(catalogue, obj)}
    apply: list[str] = []
    for name, table in tables.items():
        stale = [t for t in sorted(table.triggers) if t.startswith(PREFIX) and t[:-2] not in wanted]
        apply += [f"drop trigger {quoted(trigger)} on {quoted(name)}" for trigger in stale]
        apply += [f"drop function if exists {quoted(stem)}()" for stem in dict.fromkeys(t[:-2] for t in stale)]
    fills: dict[str, None] = {}
    for stem, (parent, table_name, events, body) in wanted.items():
        have = tables[table_name].triggers if table_name in tables else frozenset()
        missing = [event for event in events if f"{stem}.{event}" not in have]
        if missing:
            apply += [body, *(_trigger(stem, table_name, event) for event in missing)]
            fills[parent] = None
    return Plan(apply=(*apply, *(unfilled(name) for name in fills)), fills=tuple(fills))


def _trigger(stem: str, table: str, event: str) -> str:
    when = EVENTS[event].format(table=quoted(table))
    return f"create trigger {quoted(f'{stem}.{event}')} {when} for each statement execute function {quoted(stem)}()"


def unfilled(name: str) -> str:
    """The statement that says that the roll-ups of a type are to be worked out."""
    return (
        f"insert into rollup_fill (object) values ({literal(name, 'text')}) on conflict (object) do update"
        " set asked = rollup_fill.asked + 1, upto = 0, finished_at = null"
    )


Made = tuple[str, str, str, str]


def _triggers(catalogue: Catalogue, obj: Object) -> Iterator[tuple[str, Made]]:
    """By stem: (the type that has the roll-ups, the table to watch, the events, the function)."""
    if not obj.rolled:
        return
    yield _named(obj, obj, "id", _own_rows(catalogue, obj))
    for child, fields in _by_child(catalogue, obj).items():
        yield _named(obj, catalogue.object(child), "iud", _following(catalogue, obj, catalogue.object(child), fields))


def _named(obj: Object, child: Object, events: str, body: str) -> tuple[str, Made]:
    digest = hashlib.sha256(f"{obj.name} {child.name} {body}".encode()).hexdigest()[:10]
    stem = f"{PREFIX}{obj.name[:20]}.{child.name[:20]}.{digest}"
    function = (
        f"create or replace function {quoted(stem)}() returns trigger language plpgsql as $rollup$\n{body}$rollup$"
    )
    return stem, (obj.name, child.name, events, function)


def _by_child(catalogue: Catalogue, obj: Object) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in obj.rolled:
        assert field.rollup is not None
        found.setdefault(field.rollup.object, []).append(field)
    return found


def _own_rows(catalogue: Catalogue, obj: Object) -> str:
    """Each record has its side row from the first, with nothing counted unless related records were there before it."""
    side = quoted(rollup_table(obj))
    counted = [f.name for f in obj.rolled if f.rollup and f.rollup.function == "count"]
    names = "".join(f", {quoted(name)}" for name in counted)
    ends = dict.fromkeys((f.rollup.object, f.rollup.field) for f in obj.rolled if f.rollup)
    before = " or ".join(
        f"exists (select 1 from {quoted(child)} t where t.{quoted(link)} = n.id)" for child, link in ends
    )
    steps = "".join(f"    {step};\n" for step in refreshing(catalogue, obj, "ids", perform=True))
    return (
        "declare ids bigint[];\nbegin\n  if tg_op = 'DELETE' then\n"
        f"    delete from {side} where id in (select id from old_rows);\n    return null;\n  end if;\n"
        f"  insert into {side} (id{names}) select id{', 0' * len(counted)} from new_rows order by id"
        " on conflict do nothing;\n"
        f"  select array_agg(n.id order by n.id) into ids from new_rows n where {before};\n"
        f"  if ids is not null then\n{steps}  end if;\n  return null;\nend\n"
    )


def _following(catalogue: Catalogue, obj: Object, child: Object, fields: list[Field]) -> str:
    links = list(dict.fromkeys(str(f.rollup.field) for f in fields if f.rollup))
    watched = [*links, "deleted_at", *_watched(child, fields)]
    old, new = (", ".join(f"{a}.{quoted(name)}" for name in dict.fromkeys(watched)) for a in ("o", "n"))
    steps = "".join(f"  {step};\n" for step in refreshing(catalogue, obj, "ids", child, perform=True))
    return (
        "declare ids bigint[];\nbegin\n  if tg_op = 'INSERT' then\n"
        f"    {_gathered(_ends('n', links))} from new_rows n) s where k is not null;\n"
        "  elsif tg_op = 'DELETE' then\n"
        f"    {_gathered(_ends('o', links))} from old_rows o) s where k is not null;\n  else\n"
        f"    {_gathered(_ends('o', links) + _ends('n', links))} from old_rows o join new_rows n on n.id = o.id"
        f" where ({old}) is distinct from ({new})) s where k is not null;\n  end if;\n"
        f"  if ids is null then\n    return null;\n  end if;\n{steps}  return null;\nend\n"
    )


def _ends(alias: str, links: list[str]) -> list[str]:
    return [f"{alias}.{quoted(link)}" for link in links]


def _gathered(ends: list[str]) -> str:
    return f"select array_agg(distinct k) into ids from (select unnest(array[{', '.join(ends)}]) as k"


def _watched(child: Object, fields: list[Field]) -> Iterator[str]:
    """The columns that the roll-ups read, those below formulas too."""
    read = {name for field in fields for owner, name in field.reads if owner == child.name}
    for field in child.entered:
        if field.name in read:
            yield from (name for name, _ in columns_of(field))


def refreshing(
    catalogue: Catalogue, obj: Object, ids: str, child: Object | None = None, *, perform: bool = False
) -> tuple[str, ...]:
    """Statements that work out the roll-ups of ``obj`` anew for the records whose numbers are in the array ``ids``.

    With ``child`` only those over that type. ``perform`` stands for ``select`` where PostgreSQL asks for it.
    """
    side = quoted(rollup_table(obj))
    select = "perform" if perform else "select"
    none = f"p.id = any({ids}) and not exists (select 1 from {side} r where r.id = p.id)"
    steps = [
        f"insert into {side} (id) select id from {quoted(obj.name)} p where {none} order by id on conflict do nothing",
        f"{select} 1 from {side} where id = any({ids}) order by id for update",
    ]
    for name, fields in _by_child(catalogue, obj).items():
        if child is None or child.name == name:
            links = dict.fromkeys(f.rollup.field for f in fields if f.rollup)
            for link in links:
                some = [f for f in fields if f.rollup and f.rollup.field == link]
                steps.append(_update(catalogue, obj, catalogue.object(name), link, some, ids))
    return tuple(steps)


def _update(catalogue: Catalogue, obj: Object, child: Object, link: str, fields: list[Field], ids: str) -> str:
    values = [value for field in fields for value in _values(catalogue, child, field)]
    names = [quoted(name) for name, _ in values]
    shown = ", ".join(f"{sql} as {name}" for name, (_, sql) in zip(names, values, strict=True))
    ours, theirs = (", ".join(f"{a}.{name}" for name in names) for a in ("r", "x"))
    return (
        f"update {quoted(rollup_table(obj))} r set {', '.join(f'{n} = x.{n}' for n in names)} from ("
        f"select k.id, {shown} from unnest({ids}) k (id) left join {quoted(child.name)} t"
        f" on t.{quoted(link)} = k.id and t.deleted_at is null group by k.id"
        f") x where r.id = x.id and ({ours}) is distinct from ({theirs})"
    )


def _values(catalogue: Catalogue, child: Object, field: Field) -> Iterator[tuple[str, str]]:
    """(column, aggregate) of one roll-up over the related records ``t``."""
    rollup, statement = field.rollup, Definition(catalogue)
    assert rollup is not None
    fits = f"t.id is not null and ({_condition(statement, child, rollup.filter)})"
    if rollup.function == "count":
        yield field.name, f"count(t.id) filter (where {fits})"
        return
    of = child.field(str(rollup.of))
    value = statement.place(of, "t")
    if rollup.function == "last":
        yield from _last(statement, child, field, of, fits)
    elif type_of(field).wire == "money":
        yield from _money(field, rollup.function, value, statement.currency(of, "t"), fits)
    else:
        yield field.name, _rounded(field, f"{rollup.function}({value}) filter (where {fits})")


def _condition(statement: Build, child: Object, tree: Any) -> str:
    """A filter that has come to mean nothing, for an option that is gone, fits no record."""
    try:
        return where(statement, child, "t", tree)
    except BadRequest:
        return "false"


def _money(field: Field, function: str, value: str, currency: str, fits: str) -> Iterator[tuple[str, str]]:
    """Amounts of one currency; of several there is none."""
    filled = f"filter (where {fits} and {value} is not null)"
    same = f"min({currency}::text) {filled} = max({currency}::text) {filled}"
    yield field.name, f"case when {same} then formula_fit({function}({value}) {filled}, 4) end"
    yield f"{field.name}_currency", f"(case when {same} then min({currency}::text) {filled} end)::char(3)"


def _last(statement: Build, child: Object, field: Field, of: Field, fits: str) -> Iterator[tuple[str, str]]:
    assert field.rollup is not None
    by = child.by_name.get(field.rollup.by or "")
    moment = column(by, "t") if by and by.kind == "entered" else statement.place(by, "t") if by else "t.created_at"
    places = [statement.place(of, "t")]
    if type_of(field).wire == "money":
        places.append(statement.currency(of, "t"))
    for (name, kind), place in zip(columns_of(field), places, strict=True):
        yield (
            name,
            f"((array_agg({place} order by {moment} desc nulls last, t.id desc) filter (where {fits}))[1])::{kind}",
        )


def _rounded(field: Field, sql: str) -> str:
    if field.type == "integer":
        return f"formula_fit({sql}, 0)::bigint"
    return f"formula_fit({sql}, 6)" if field.type in ("decimal", "percent") else sql
