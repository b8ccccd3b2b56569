"""Values on their way in: every error at once, by field."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from visavis import access
from visavis.catalogue import SYSTEM_FIELDS, Field, Object
from visavis.fields import Compose, FieldProblem, columns_of, field_error, is_storable, parse_value, type_of
from visavis.kernel.errors import Conflict, FieldError, Invalid
from visavis.records.context import Context
from visavis.records.query import build
from visavis.store.build import Build, is_reference
from visavis.store.db import quoted

_NONE: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Values:
    """Canonical values by field, and the same by column."""

    fields: Mapping[str, Any]
    columns: Mapping[str, Any]
    types: Mapping[str, str]
    external_id: str | None = None

    @property
    def record(self) -> str:
        """The columns as one JSON document, for ``json_to_record``."""
        return json.dumps(self.columns, ensure_ascii=False)

    @property
    def recordset(self) -> str:
        return ", ".join(f"{quoted(name)} {kind}" for name, kind in self.types.items())


async def validated(
    ctx: Context,
    obj: Object,
    given: Mapping[str, Any],
    *,
    new: bool,
    ours: Mapping[str, int] = _NONE,
    record_id: int | None = None,
) -> Values:
    """The values that may be written, or ``Invalid`` with all that is wrong with them.

    ``Conflict`` when they are well formed and only point at records that are not there. ``ours``: links that are set
    besides, whatever the actor may see and fill in; one that leads nowhere is left out.
    An option that was taken away may stay with the record of ``record_id`` if it holds it.
    """
    allowed = {f.name: f for f in access.writable(ctx.actor, obj)}
    errors: list[FieldError] = []
    parsed: dict[str, Any] = {}
    for name, value in given.items():
        if name == "external_id":
            continue
        _take(obj, allowed.get(name), name, value, parsed, errors)
    await _refuse_former(ctx, obj, given, parsed, errors, record_id)
    if new:
        errors += [_missing(f) for f in obj.entered if f.required and f.name not in given and f.name not in ours]
    gone = await _gone(ctx, obj, {**ours, **parsed}, ours)
    unknown = [_unknown(obj.field(name), parsed[name]) for name in gone if name in parsed]
    if errors:
        raise Invalid("Some values need mending; nothing was saved.", errors=[*errors, *unknown])
    if unknown:
        raise Conflict("A link leads nowhere; nothing was saved.", errors=unknown)
    kept = {name: value for name, value in ours.items() if name not in gone}
    return _by_column(obj, kept | parsed, _external_id(given))


def _take(
    obj: Object, field: Field | None, name: str, value: Any, parsed: dict[str, Any], errors: list[FieldError]
) -> None:
    if field is None:
        errors.append(_refused(obj, name))
        return
    try:
        parsed[name] = parse_value(field.ever, value)
    except FieldProblem as problem:
        errors.append(field_error(field, problem))


async def _refuse_former(
    ctx: Context,
    obj: Object,
    given: Mapping[str, Any],
    parsed: dict[str, Any],
    errors: list[FieldError],
    record_id: int | None,
) -> None:
    """An option that was taken away is set by nobody; its name may be the label of another by now."""
    for field in [obj.field(name) for name, value in parsed.items() if _former(obj.field(name), value)]:
        held = await _held(ctx, obj, field, record_id)
        if _former(field, parsed[field.name]) <= held:
            continue
        try:
            parsed[field.name] = parse_value(field, given[field.name])
        except FieldProblem as problem:
            del parsed[field.name]
            errors.append(field_error(field, problem))


def _former(field: Field, value: Any) -> set[str]:
    """The words of a value that are options no more."""
    words = value if isinstance(value, list) else [value]
    return {option.value for option in field.former if option.value in words} if field.options else set()


async def _held(ctx: Context, obj: Object, field: Field, record_id: int | None) -> set[str]:
    sql = f"select {quoted(field.name)} from {quoted(obj.name)} where id = $1"
    value = await ctx.tx.value(sql, record_id) if record_id is not None else None
    return {word for word in (value if isinstance(value, list) else [value]) if word}


def _refused(obj: Object, name: str) -> FieldError:
    field = obj.by_name.get(name)
    if field is not None and field.derived:
        return FieldError(name, "derived", "This is worked out; no hand can set it.", "Leave it out.")
    if field is not None or name in SYSTEM_FIELDS:
        return FieldError(name, "readonly", "You may not set this.", "Leave it out.")
    return FieldError(name, "unknown", f"{obj.name} has no field '{name}'.", "Look at the catalogue for its fields.")


def _missing(field: Field) -> FieldError:
    return FieldError(field.name, "required", "This cannot be left empty.", "Fill it in.")


def _external_id(given: Mapping[str, Any]) -> str | None:
    value = given.get("external_id")
    if value is None or (isinstance(value, str) and 0 < len(value) <= 300 and is_storable(value)):
        return value
    wrong = FieldError("external_id", "type", "This has to be a text of up to 300 characters.", "Write it in quotes.")
    raise Invalid("Some values need mending; nothing was saved.", errors=[wrong])


async def _gone(ctx: Context, obj: Object, parsed: Mapping[str, Any], ours: Container[str]) -> list[str]:
    """Links to what is not there, or, but for ``ours``, not for this actor to see. One statement for all of them.

    What is there stays there until the link is written: a merge waits, and finds the link.
    """
    links = {n: obj.field(n) for n, value in parsed.items() if value is not None and is_reference(obj.field(n))}
    if not links:
        return []
    statement = build(ctx)
    parts = [_is_there(statement, field, parsed[name], seen=name in ours) for name, field in links.items()]
    row = await ctx.tx.row(f"select {', '.join(parts)}", *statement.params)
    assert row is not None
    return [name for name, there in zip(links, row.values(), strict=True) if not there]


def _unknown(field: Field, record_id: int) -> FieldError:
    message = f"There is no {field.target} {record_id}, or you may not see it."
    return FieldError(field.name, "not-found", message, "Choose another one.")


def _is_there(statement: Build, field: Field, record_id: int, *, seen: bool) -> str:
    target, alias = statement.catalogue.object(str(field.target)), statement.alias()
    allowed = "true" if seen else statement.allow(target, alias, statement.params)
    wanted = statement.bind(str(record_id), "bigint")
    return (
        f"exists (select 1 from {quoted(target.name)} {alias} where {alias}.id = {wanted}"
        f" and {alias}.deleted_at is null and {allowed} for key share of {alias}) as {alias}"
    )


def _by_column(obj: Object, parsed: Mapping[str, Any], external_id: str | None) -> Values:
    columns: dict[str, Any] = {}
    types: dict[str, str] = {}
    for name, value in parsed.items():
        field = obj.field(name)
        kind = type_of(field)
        split = kind.split(value) if isinstance(kind, Compose) else (value,)
        for (column, sql_type), part in zip(columns_of(field), split, strict=True):
            columns[column], types[column] = part, sql_type
    if external_id is not None:
        columns["external_id"], types["external_id"] = external_id, "text"
    return Values(parsed, columns, types, external_id)
