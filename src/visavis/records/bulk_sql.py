"""A change to many records as pieces of SQL, over ``t`` (a record as it is) and ``n`` (its columns as they will be)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from visavis import access
from visavis.access import Action
from visavis.catalogue import Field, Object
from visavis.fields import columns_of
from visavis.fields.multi_choice import MOST
from visavis.records.context import Context
from visavis.records.hierarchies import trees_of
from visavis.records.validating import Values
from visavis.records.writing import kept_value
from visavis.store.build import Build, is_reference, seen_link, wire
from visavis.store.db import quoted
from visavis.store.rules import first_unmet, new_columns

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A judged change: canonical ``values``, and the words to put into multiple choices or to take out."""

    action: str
    values: Values
    add: Words
    remove: Words

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that it touches."""
        return tuple(dict.fromkeys([*self.values.fields, *self.add, *self.remove]))


@dataclass(frozen=True, slots=True)
class Compiled:
    """``given`` is the FROM item of the values; ``new`` the expression of each column, over ``t`` and ``given``.

    ``differs`` says whether a row would change.
    """

    ready: Ready
    given: str
    new: Mapping[str, str]
    differs: str

    def tables(self, statement: Build, obj: Object) -> str:
        """The records with all that filters may ask for, and what they will be."""
        return statement.rows(obj, "t") + self._after()

    def beside(self, obj: Object) -> str:
        """The bare records, and what they will be."""
        return f"{quoted(obj.name)} t{self._after()}"

    def _after(self) -> str:
        if not self.new:
            return ""
        listed = ", ".join(f"{expression} as {quoted(column)}" for column, expression in self.new.items())
        return f" cross join {self.given} cross join lateral (select {listed}) n"

    def changes(self, obj: Object) -> str:
        """What the event says, ``{"field": [old, new]}`` for the fields that differ; null for trash and restore."""
        if self.ready.action != "edit":
            return "null::jsonb"
        return " || ".join(
            f"case when {_differs(obj.field(name))} then jsonb_build_object('{name}',"
            f" jsonb_build_array({kept_value(obj, name)}, {kept_value(obj, name, 'n')})) else '{{}}' end"
            for name in self.ready.names
        )

    def sample(self, statement: Build, obj: Object) -> str:
        """One record as a preview shows it: ``{id, title, fields: {field: [old, new]}}``, as JSON text."""
        rows = ", ".join(
            f"('{name}', {_differs(obj.field(name))}, json_build_array({wire(statement, obj.field(name), 't')},"
            f" {wire(statement, obj.field(name), 'n')}))"
            for name in self.ready.names
        )
        fields = (
            f"coalesce((select json_object_agg(f.k, f.pair) from (values {rows}) f (k, d, pair) where f.d), '{{}}')"
            if rows
            else "'{}'::json"
        )
        return f"json_build_object('id', t.id, 'title', {statement.title(obj, 't')}, 'fields', {fields})::text"


def compiled(statement: Build, obj: Object, ready: Ready) -> Compiled:
    """The change in the words of this statement; parameters are bound to it."""
    if not ready.names:
        return Compiled(ready, "(select 1) as given", {}, "true" if ready.action != "edit" else "false")
    words = {f"{name}+": list(ready.add.get(name, ())) for name in {**ready.add, **ready.remove}}
    words |= {f"{name}-": list(ready.remove.get(name, ())) for name in {**ready.add, **ready.remove}}
    types = dict(ready.values.types) | dict.fromkeys(words, "text[]")
    record = statement.bind(json.dumps({**ready.values.columns, **words}, ensure_ascii=False), "json")
    given = f"json_to_record({record}) as given ({', '.join(f'{quoted(c)} {kind}' for c, kind in types.items())})"
    new = {c: f"given.{quoted(c)}" for c in ready.values.columns}
    new |= {name: _kept_hidden(statement, obj.field(name)) for name in new if _may_hide(obj, name)}
    new |= {name: _with_words(name) for name in words_of(ready)}
    return Compiled(ready, given, new, f"({' or '.join(_differs(obj.field(name)) for name in ready.names)})")


def words_of(ready: Ready) -> list[str]:
    """The multiple choices that get or lose single words."""
    return list(dict.fromkeys([*ready.add, *ready.remove]))


def _may_hide(obj: Object, column: str) -> bool:
    return column in obj.by_name and is_reference(obj.field(column))


def _kept_hidden(statement: Build, field: Field) -> str:
    """A link to what the actor may not see reads as empty; emptying it is no change, or it would tell of the link."""
    place, given = f"t.{quoted(field.name)}", f"given.{quoted(field.name)}"
    seen = seen_link(statement, field, place)
    return given if seen == place else f"case when {seen} is not distinct from {given} then {place} else {given} end"


def _with_words(name: str) -> str:
    """Words that stay keep their places, new ones follow. Nothing to do leaves the value as it is."""
    now, add, remove = f"coalesce(t.{quoted(name)}, '{{}}')", f'given."{name}+"', f'given."{name}-"'
    return (
        f"case when {add} <@ {now} and not {remove} && {now} then t.{quoted(name)} else nullif("
        f"array(select w.w from unnest({now}) with ordinality w (w, o) where w.w <> all({remove}) order by w.o)"
        f" || array(select w.w from unnest({add}) with ordinality w (w, o) where w.w <> all({now}) order by w.o),"
        " '{}') end"
    )


def _differs(field: Field) -> str:
    columns = [quoted(c) for c, _ in columns_of(field)]
    return f"({', '.join(f't.{c}' for c in columns)}) is distinct from ({', '.join(f'n.{c}' for c in columns)})"


def reason(ctx: Context, statement: Build, obj: Object, ready: Ready) -> str:
    """SQL of why a row has to be left alone; null where nothing is in the way."""
    action: Action = "update" if ready.action == "edit" else "delete"
    may = access.predicate(ctx.actor, ctx.catalogue, obj, action, "t", statement.params)
    cases = [f"when not coalesce({may}, false) then 'access'"] if may != "true" else []
    if ready.action == "restore":
        cases.append("when exists (select from merged_record m where m.id = t.id) then 'merged'")
    for field in hung(obj, ready):
        above = statement.bind(str(ready.values.fields[field.name]), "bigint")
        cases.append(f"when t.id in ({_upwards(obj, field, above)}) then 'circle'")
    for name in words_of(ready):
        if obj.field(name).required:
            cases.append(f"when n.{quoted(name)} is null and t.{quoted(name)} is not null then 'required'")
        cases.append(f"when cardinality(n.{quoted(name)}) > {MOST} then 'full'")
    after = new_columns([*ready.values.columns, *words_of(ready)], "n")
    if broken := first_unmet(statement, obj, after, ready.names):
        cases.append(f"when {broken} then 'required'")
    return f"(case {' '.join(cases)} end)" if cases else "null::text"


def hung(obj: Object, ready: Ready) -> list[Field]:
    """The hierarchies in which the change gives records another place."""
    return [field for field in trees_of(obj) if ready.values.fields.get(field.name) is not None]


def _upwards(obj: Object, field: Field, above: str) -> str:
    table, link = quoted(obj.name), quoted(field.name)
    return (
        f"with recursive above (id) as (select {above} union select h.{link} from {table} h"
        f" join above on h.id = above.id where h.{link} is not null) select id from above"
    )
