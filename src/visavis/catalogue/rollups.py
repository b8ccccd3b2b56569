"""Roll-ups: what the records that point here come to. Checked against the catalogue, like formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from visavis.catalogue.formulas import Reads
from visavis.catalogue.formulas.checking import KINDS

if TYPE_CHECKING:
    from visavis.catalogue.model import Field, Object, Rollup

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "count": (),
    "sum": ("number", "money"),
    "avg": ("number", "money"),
    "min": ("number", "money", "date", "datetime"),
    "max": ("number", "money", "date", "datetime"),
    "last": ("number", "money", "date", "datetime", "text", "boolean"),
}
BY_SYSTEM = "created_at"
_CHANGING = ("within", "under", "unverified")


class RollupError(ValueError):
    """Why something is no roll-up: the part that is wrong, what, and the remedy."""

    def __init__(self, part: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.part, self.message, self.remedy = part, message, remedy


def check_rollup(rollup: Rollup, obj: Object, objects: Mapping[str, Object]) -> tuple[str, Reads]:
    """The field type that the roll-up gives, and all that it reads; ``RollupError`` for the first thing wrong."""
    child = objects.get(rollup.object)
    if child is None:
        raise RollupError("object", f"There is no record type '{rollup.object}'.", "Choose one of the catalogue.")
    link = child.by_name.get(rollup.field)
    if link is None or link.target != obj.name or link.kind != "entered":
        raise RollupError(
            "field", f"'{rollup.object}.{rollup.field}' does not point at {obj.name}.", _links(child, obj)
        )
    if rollup.function not in FUNCTIONS:
        raise RollupError("function", f"There is no '{rollup.function}'.", f"Use one of {', '.join(FUNCTIONS)}.")
    read = [link, *_filtered(rollup.filter, child, rollup.object)]
    type_name = "integer"
    if rollup.function != "count":
        of = _steady(child, str(rollup.of or ""), "of")
        type_name = _type_of(rollup.function, of)
        read.append(of)
    if rollup.function == "last" and rollup.by not in (None, BY_SYSTEM):
        read.append(_moment(child, str(rollup.by)))
    pairs = [pair for f in read for pair in ((child.name, f.name), *f.reads)]
    return type_name, tuple(dict.fromkeys(pairs))


def _links(child: Object, obj: Object) -> str:
    found = [f.name for f in child.entered if f.target == obj.name]
    return f"Use {' or '.join(found)}." if found else f"{child.name} has no relation to {obj.name}."


def _type_of(function: str, of: Field) -> str:
    kind = KINDS.get(of.type, "other")
    if kind not in FUNCTIONS[function]:
        fits = [name for name, kinds in FUNCTIONS.items() if kind in kinds] or ["count"]
        raise RollupError(
            "of", f"'{function}' does not go over {of.name}, a field of the type {of.type}.", f"Use {fits[0]}."
        )
    if kind == "text":
        return "text"
    return "decimal" if function == "avg" and of.type == "integer" else of.type


def _steady(child: Object, name: str, part: str) -> Field:
    """A field that changes only with its record: people fill it in, or it is a formula over such fields."""
    field = child.by_name.get(name)
    if field is None:
        raise RollupError(part, f"{child.name} has no field '{name}'.", "Choose one of its fields.")
    if field.kind != "entered" and not (field.kind == "formula" and field.steady):
        remedy = "Use fields that people fill in, or formulas over fields of the same record without dates of today."
        raise RollupError(part, f"'{name}' can change without its record.", remedy)
    return field


def _moment(child: Object, name: str) -> Field:
    field = _steady(child, name, "by")
    if field.type not in ("date", "datetime"):
        raise RollupError("by", f"'{name}' is no date.", f"Use a date of {child.name}, or {BY_SYSTEM}.")
    return field


def _filtered(tree: Any, child: Object, name: str) -> Iterator[Field]:
    """The fields of a filter. It looks at the record alone, so that nothing else can change the answer."""
    if not tree:
        return
    if not isinstance(tree, Mapping):
        raise RollupError(
            "filter", "A filter is an object.", 'Write it like {"field": "stage", "op": "eq", "value": "won"}.'
        )
    for word in ("and", "or"):
        if word in tree:
            for part in tree[word] if isinstance(tree[word], list) else [tree[word]]:
                yield from _filtered(part, child, name)
            return
    if "not" in tree:
        yield from _filtered(tree["not"], child, name)
        return
    place = str(tree.get("field"))
    if "related" in tree or "." in place or tree.get("op") in _CHANGING or tree.get("value") == "me":
        remedy = "Compare fields of the record itself with fixed values."
        raise RollupError(
            "filter", "The filter of a roll-up cannot depend on other records, on today or on who asks.", remedy
        )
    if place not in ("id", BY_SYSTEM):
        yield _steady(child, place, "filter")
