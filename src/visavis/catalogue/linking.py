"""Fields that are worked out from other fields, tied to what they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from visavis.catalogue.formulas import FormulaError, check
from visavis.catalogue.model import Field, Object


def worked_out(objects: Iterable[Object]) -> list[Object]:
    """Every formula checked, those that others read first. One that does not hold any more is hidden."""
    known = {obj.name: obj for obj in objects}
    for obj in list(known.values()):
        known[obj.name] = _with_formulas(obj, known)
    return list(known.values())


def _with_formulas(obj: Object, known: Mapping[str, Object]) -> Object:
    waiting = {f.name: f for f in obj.fields if f.formula is not None and not f.hidden}
    objects = {name: o for name, o in known.items() if not o.hidden}
    while waiting:
        without = replace(obj, fields=tuple(f for f in obj.fields if f.name not in waiting))
        tried = {name: _checked(f, without, objects) for name, f in waiting.items()}
        done = {name: f for name, f in tried.items() if not f.hidden} or tried
        obj = replace(obj, fields=tuple(done.get(f.name, f) for f in obj.fields))
        waiting = {name: f for name, f in waiting.items() if name not in done}
    return obj


def _checked(field: Field, obj: Object, objects: Mapping[str, Object]) -> Field:
    try:
        found = check(str(field.formula), obj, objects, field.name, field.type, strict=False)
    except FormulaError:
        return replace(field, hidden=True)
    return replace(field, node=found.node, reads=found.reads, steady=found.steady)
