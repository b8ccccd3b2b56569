"""Formulas on their way into the catalogue: checked, explained, and kept from losing what they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from visavis.catalogue import Catalogue, Field, Object, Rollup
from visavis.catalogue.formulas import RESULTS, Checked, Do, FormulaError, check, check_rule, nodes_of
from visavis.catalogue.rollups import RollupError, check_rollup
from visavis.fields.money import currencies
from visavis.kernel.errors import BadRequest, Conflict, FieldError
from visavis.store.filters import where
from visavis.store.rollups import Definition

_TYPES = frozenset(name for names in RESULTS.values() for name in names)
_NOT_WITH = ("required", "unique", "options", "target", "searchable", "hierarchy", "required_if", "verify_every")


def check_worked_out(catalogue: Catalogue, object_name: str, body: Mapping[str, Any]) -> None:
    """``Conflict`` with the place of what is wrong in the formula of a new or changed field, if it has one."""
    text, rollup = body.get("formula"), body.get("rollup")
    if text is None and rollup is None:
        return
    if text is not None and rollup is not None:
        raise Conflict("A field is a formula or a roll-up, not both.")
    if with_it := [key for key in _NOT_WITH if body.get(key)]:
        raise Conflict(f"A field that is worked out cannot be {_listed(with_it)}: nobody fills it in.")
    if rollup is not None:
        _check_rollup_type(catalogue, object_name, rollup, body["type"])
        return
    if body["type"] not in _TYPES:
        raise _wrong("type", "type", f"A formula cannot be of the type {body['type']}.", f"Use {_listed(_TYPES)}.")
    checked(catalogue, object_name, str(text), body["name"], body["type"])


def checked(catalogue: Catalogue, object_name: str, text: str, name: str = "", type_name: str = "") -> Checked:
    """The formula as understood; ``Conflict`` says where and why it cannot be."""
    try:
        found = check(text, catalogue.object(object_name), catalogue.by_name, name, type_name)
    except FormulaError as error:
        raise _wrong("formula", "formula", str(error), error.remedy) from error
    for node in nodes_of(found.node):
        if isinstance(node, Do) and node.name == "money" and node.detail not in currencies():
            raise _wrong("formula", "formula", f"'{node.detail}' is no ISO 4217 currency.", "Use a code like EUR.")
    return found


def _check_rollup_type(catalogue: Catalogue, object_name: str, given: Mapping[str, Any], type_name: str) -> None:
    found, _ = explain_rollup(catalogue, object_name, given)
    if found != type_name:
        raise _wrong("type", "type", f"The roll-up gives {found}, not {type_name}.", f"Use the type {found}.")


def explain_rollup(catalogue: Catalogue, object_name: str, given: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The field type that a roll-up gives and the fields that it reads; ``Conflict`` says what is wrong with it."""
    rollup, obj = Rollup(**given), catalogue.object(object_name)
    try:
        found, reads = check_rollup(rollup, obj, catalogue.by_name)
        where(Definition(catalogue), catalogue.object(rollup.object), "t", rollup.filter)
    except RollupError as error:
        raise _wrong(f"rollup.{error.part}", "rollup", error.message, error.remedy) from error
    except BadRequest as error:
        raise _wrong("rollup.filter", "rollup", error.detail, "") from error
    return found, [f"{place}.{field}" for place, field in reads]


def explain(
    catalogue: Catalogue, object_name: str, text: str, name: str, type_name: str
) -> tuple[str, list[str], list[str]]:
    """The kind of the result, the field types that it fits, and the fields that it reads."""
    found = checked(catalogue, object_name, text, name, type_name)
    reads = [field if place == object_name else f"{place}.{field}" for place, field in found.reads]
    return found.node.kind, list(RESULTS[found.node.kind]), reads


def rollup_json(rollup: Rollup | None) -> dict[str, Any] | None:
    """A roll-up as it was written."""
    return None if rollup is None else {k: v for k, v in asdict(rollup).items() if v is not None}


def check_condition(catalogue: Catalogue, object_name: str, body: Mapping[str, Any]) -> None:
    """``Conflict`` with what is wrong in the condition under which a field is required."""
    text = body.get("required_if")
    if text is None:
        return
    try:
        check_rule(text, catalogue.object(object_name), catalogue.by_name)
    except FormulaError as error:
        raise _wrong("required_if", "formula", str(error), error.remedy) from error


def readers_of(catalogue: Catalogue, object_name: str, name: str) -> Iterator[tuple[Object, Field]]:
    """The visible fields that are worked out from this one, or required by it."""
    for obj in catalogue.by_name.values():
        for field in obj.by_name.values():
            itself = (obj.name, field.name) == (object_name, name)
            reads = () if field.kind == "insight" else field.reads
            if not itself and (object_name, name) in (*reads, *(field.rule.reads if field.rule else ())):
                yield obj, field


def _listed(words: Any) -> str:
    return ", ".join(sorted(words))


def _wrong(field: str, code: str, message: str, remedy: str) -> Conflict:
    return Conflict(message, errors=[FieldError(field, code, message, remedy)])
