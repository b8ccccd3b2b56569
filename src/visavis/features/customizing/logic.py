"""What an administrator may add to the catalogue: names that clash with nothing, within the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from visavis.catalogue import MAX_FIELDS, SYSTEM_FIELDS, Catalogue, Field, Object, Option, gone_options
from visavis.features.customizing.formulas import check_condition, check_worked_out, readers_of, rollup_json
from visavis.fields import TYPES
from visavis.kernel.errors import Conflict, FieldError, Invalid, NotFound
from visavis.kernel.ids import is_name, stable_id
from visavis.objects import BUILT_IN
from visavis.records.context import Context
from visavis.store import jobs
from visavis.store.db import quoted
from visavis.store.live import Change, change_catalogue
from visavis.store.tables import BESIDE

MOST_OBJECTS = 200
INDEX_JOB = "customizing.indexes"
Body = Mapping[str, Any]


async def add_object(ctx: Context, body: Body, reserved: frozenset[str]) -> Catalogue:
    """A new record type, live everywhere at once."""
    name = body["name"]
    plural = body.get("plural") or _plural(name)
    await _check_object(ctx, name, plural, reserved)
    fields = body.get("fields") or []
    _distinct(_columns_for(fields))
    known = {**body, "plural": plural}
    known.pop("fields", None)
    changes = [Change(stable_id("o"), "object", name, known)]
    for field in fields:
        _check_field(ctx.catalogue, name, field, _OWN_OF_CUSTOM, new_target=name)
        changes.append(Change(stable_id("f"), "field", name, _complete(field)))
    return await _apply(ctx, changes)


_OWN_OF_CUSTOM = frozenset({"name", "owner", "team"})


async def _check_object(ctx: Context, name: str, plural: str, reserved: frozenset[str]) -> None:
    if not (is_name(name) and is_name(plural.replace("-", "_"))):
        raise _wrong("name", "A name has small letters, digits and underscores, and begins with a letter.")
    catalogue = ctx.catalogue
    if len(catalogue.objects) >= MOST_OBJECTS:
        raise Conflict(f"A workspace has at most {MOST_OBJECTS} record types.")
    taken = {o.name for o in catalogue.objects} | {o.plural for o in catalogue.objects} | reserved
    if name.startswith(tuple(BESIDE.values())):
        raise _clash("name", f"'{name}' is a word of the system.")
    for field, word in (("name", name), ("plural", plural)):
        if word in taken:
            raise _clash(field, f"'{word}' is taken.")
    if await ctx.tx.value(_IS_THERE, name):
        raise _clash("name", f"'{name}' is taken.")


_IS_THERE = """
select 1 from pg_class where relname = $1
and relnamespace in (current_schema()::regnamespace, 'pg_catalog'::regnamespace)
"""
"""Tables, indexes and sequences have their names in common; those of PostgreSQL itself would be found first."""


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


async def add_field(ctx: Context, object_name: str, body: Body) -> Catalogue:
    """A new field of any record type, live everywhere at once."""
    return await add_fields(ctx, object_name, [body])


async def add_fields(ctx: Context, object_name: str, bodies: Sequence[Body]) -> Catalogue:
    """New fields of any record type, all or none, live everywhere at once."""
    obj = ctx.catalogue.object(object_name)
    if len(obj.fields) + len(bodies) > MAX_FIELDS:
        raise Conflict(f"A record type has at most {MAX_FIELDS} fields; hidden ones count.")
    _distinct(_columns_for(bodies))
    for body in bodies:
        _check_field(ctx.catalogue, obj.name, body, frozenset(_columns_of(obj)))
    return await _apply(ctx, [Change(stable_id("f"), "field", obj.name, _complete(body)) for body in bodies])


def _complete(body: Body) -> dict[str, Any]:
    return {**body, "target": "user"} if body["type"] == "user" else dict(body)


def _columns_for(bodies: Sequence[Body]) -> list[str]:
    """What new fields take: their names, and beside an amount that of its currency."""
    return [b["name"] for b in bodies] + [f"{b['name']}_currency" for b in bodies if b["type"] == "money"]


def _columns_of(obj: Object) -> list[str]:
    names = [f.name for f in obj.fields]
    return names + [f"{f.name}_currency" for f in obj.fields if f.type == "money"]


def _check_field(
    catalogue: Catalogue, object_name: str, body: Body, taken: frozenset[str], new_target: str = ""
) -> None:
    name, kind = body["name"], body["type"]
    if not is_name(name) or len(name) > 40:
        raise _wrong("name", "A name has small letters, digits and underscores, and begins with a letter.")
    if name in SYSTEM_FIELDS or name in RESERVED_FIELDS or (f"{name}_currency" in taken and kind == "money"):
        raise _clash("name", f"'{name}' is a word of the system.")
    if name in taken:
        raise _clash("name", f"{object_name} has a field '{name}' already, or had one that is hidden.")
    if kind not in TYPES:
        raise _wrong("type", f"There is no field type '{kind}'.")
    _check_target(catalogue, object_name, body, new_target)
    _check_options(kind, body.get("options"))
    if object_name in catalogue.by_name:
        check_worked_out(catalogue, object_name, body)
        check_condition(catalogue, object_name, body)
    elif body.get("formula") or body.get("rollup") or body.get("required_if"):
        raise _clash("formula", "Make the record type first, then what is worked out.")


RESERVED_FIELDS = frozenset(
    {
        "filter",
        "sort",
        "columns",
        "limit",
        "cursor",
        "count",
        "trash",
        "q",
        "group",
        "sum",
        "as_of",
        "xid",
        "merged_from",
        "merged_into",
        "ctid",
        "tableoid",
        "xmin",
        "xmax",
        "cmin",
        "cmax",
    }
)
"""Parameters of a list, words of the log, and the columns that PostgreSQL gives every table."""


def _check_target(catalogue: Catalogue, object_name: str, body: Body, new_target: str) -> None:
    target = body.get("target")
    if body["type"] == "relation":
        if target is None or (target not in catalogue.by_name and target != new_target):
            raise _clash("target", "A relation needs the name of a record type as its target.")
    elif target is not None and not (body["type"] == "user" and target == "user"):
        raise _clash("target", f"A field of the type {body['type']} points nowhere.")

    if body.get("hierarchy") and target != object_name:
        raise _clash("hierarchy", "A hierarchy is a relation to records of the same type.")


def _check_options(kind: str, options: Sequence[Body] | None) -> None:
    if kind == "choice" and not options:
        raise _clash("options", "A choice needs at least one option.")
    if options and kind not in ("choice", "multi_choice"):
        raise _clash("options", f"A field of the type {kind} has no options.")
    _distinct([o["value"] for o in options or ()], "options")


def _distinct(names: Sequence[str], field: str = "fields") -> None:
    if len(set(names)) != len(names):
        raise _clash(field, "Something is named twice.")


async def change_field(ctx: Context, object_name: str, field_name: str, body: Body) -> Catalogue:
    """Label, help, options, whether it is required or hidden."""
    obj = ctx.catalogue.object(object_name)
    field = _any_field(obj, field_name)
    allowed = _CHANGEABLE.get(field.kind)
    if allowed is not None and (refused := sorted(set(body) - allowed)):
        raise Conflict(f"A field that is worked out takes no change of {', '.join(refused)}.")
    if "options" in body:
        _check_options(field.type, body["options"])
        _check_asked(ctx.catalogue, object_name, field, body["options"])
        _check_roles(obj, field, body["options"])
    if body.get("hidden"):
        _check_needed(obj, field)
        _check_readers(ctx.catalogue, object_name, field)
    _check_change(ctx.catalogue, object_name, field, body)
    kept = {"former": _former(field, body["options"])} if "options" in body else {}
    return await _apply(ctx, [Change(field.id, "field", object_name, {**body, **kept})])


def _former(field: Field, options: Sequence[Body]) -> list[Body]:
    """What was an option once: records may hold it, and are found by it."""
    now = [Option(option["value"], {}) for option in options]
    gone = gone_options((*field.former, *field.options), now)
    return [{"value": o.value, "label": dict(o.label), "color": o.color} for o in gone]


async def holders(ctx: Context, obj: Object, field: Field) -> dict[str, int]:
    """How many records hold each option that was taken away, those in the trash left out."""
    if not field.former:
        return {}
    place = f"t.{quoted(field.name)}"
    words = f"unnest({place})" if field.type == "multi_choice" else f"(select {place} as word)"
    rows = await ctx.tx.rows(
        f"select w.word, count(*) as n from {quoted(obj.name)} t cross join lateral {words} as w (word)"
        " where t.deleted_at is null and w.word = any($1::text[]) group by 1",
        [option.value for option in field.former],
    )
    found = {row["word"]: row["n"] for row in rows}
    return {option.value: found.get(option.value, 0) for option in field.former}


_CHANGEABLE: Mapping[str, frozenset[str]] = {
    "insight": frozenset({"label", "help", "hidden", "known_after"}),
    "formula": frozenset({"label", "help", "hidden", "formula", "known_after"}),
    "rollup": frozenset({"label", "help", "hidden", "rollup", "known_after"}),
}


def _check_change(catalogue: Catalogue, object_name: str, field: Field, body: Body) -> None:
    """A definition that changes, and one that comes back, has to hold."""
    kept = {"formula": field.formula, "rollup": rollup_json(field.rollup)} if body.get("hidden") is False else {}
    check_condition(catalogue, object_name, body)
    for part in ("formula", "rollup"):
        if part in body and field.kind != part:
            raise _clash(part, f"This field cannot become a {part}. Add a new field.")
    worked_out = {part: body.get(part, kept.get(part)) for part in ("formula", "rollup")}
    check_worked_out(catalogue, object_name, {"name": field.name, "type": field.type, **worked_out})


def _check_asked(catalogue: Catalogue, object_name: str, field: Field, options: Sequence[Body]) -> None:
    """An option that a roll-up asks for stays."""
    gone = {o.value for o in field.options} - {o["value"] for o in options}
    for obj, reader in readers_of(catalogue, object_name, field.name):
        if reader.rollup and gone & set(_texts(reader.rollup.filter)):
            raise Conflict(f"The roll-up {obj.name}.{reader.name} asks for an option that would go. Change that first.")


_ROLES = {option.value for option in Catalogue(BUILT_IN).object("user").field("role").options}


def _check_roles(obj: Object, field: Field, options: Sequence[Body]) -> None:
    if (obj.name, field.name) == ("user", "role") and {o["value"] for o in options} != _ROLES:
        raise Conflict("Rights stand on the roles that there are. Change their labels and colours only.")


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    for part in tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list | tuple) else ():
        yield from _texts(part)


def _check_readers(catalogue: Catalogue, object_name: str, field: Field) -> None:
    readers = [f"{o.name}.{f.name}" for o, f in readers_of(catalogue, object_name, field.name)]
    if readers:
        raise Conflict(f"'{field.name}' is read by {', '.join(readers)}. Change or hide that first.")


async def hide_field(ctx: Context, object_name: str, field_name: str) -> Catalogue:
    """Out of sight, not out of the database: showing it again brings the values back."""
    obj = ctx.catalogue.object(object_name)
    field = obj.by_name.get(field_name)
    if field is None:
        raise NotFound(f"{object_name} has no field '{field_name}'.")
    _check_needed(obj, field)
    _check_readers(ctx.catalogue, object_name, field)
    return await _apply(ctx, [Change(field.id, "field", object_name, {"hidden": True})])


_SIGNED_IN_BY = ("email", "role", "active")


def _check_needed(obj: Object, field: Field) -> None:
    """What a record is called, whose it is, and what a user signs in by."""
    owned = obj.scope.kind == "own" and field.name in ("owner", "team")
    if field.name in obj.title or owned or (obj.name == "user" and field.name in _SIGNED_IN_BY):
        raise Conflict(f"{obj.name} cannot do without '{field.name}'.")


def _any_field(obj: Object, name: str) -> Field:
    found = next((f for f in obj.fields if f.name == name), None)
    if found is None:
        raise NotFound(f"{obj.name} has no field '{name}'.")
    return found


async def _apply(ctx: Context, changes: Sequence[Change]) -> Catalogue:
    """The change has a transaction of its own, short, under a lock; index builds follow as a job."""
    workspace = ctx.workspace
    catalogue, later = await change_catalogue(workspace.db, BUILT_IN, changes, ctx.actor.user_id)
    if later:
        await jobs.enqueue(ctx.tx, INDEX_JOB, {"statements": list(later)}, actor_id=ctx.actor.user_id)
    workspace.catalogue = catalogue
    return catalogue


def _clash(field: str, message: str) -> Conflict:
    return Conflict(message, errors=[FieldError(field, "taken", message)])


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, errors=[FieldError(field, "name", message)])
