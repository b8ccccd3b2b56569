"""Fields that are worked out from other fields, tied to what they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from visavis.catalogue.formulas import FormulaError, check, check_rule
from visavis.catalogue.model import Field, Object
from visavis.catalogue.rollups import RollupError, check_rollup


def worked_out(objects: Iterable[Object]) -> list[Object]:
    """Every formula and roll-up checked, those that others read first. One that does not hold any more is hidden.

    Roll-ups read formulas that stand on their own record, and any formula may read roll-ups.
    """
    known = {obj.name: obj for obj in objects}
    first = _each(_with_formulas, known)
    rolled = _each(_with_rollups, first)
    tied = {name: {f.name: f for f in obj.fields if f.kind == "rollup"} for name, obj in rolled.items()}
    ready = {name: replace(o, fields=tuple(tied[name].get(f.name, f) for f in o.fields)) for name, o in known.items()}
    done = _each(_with_formulas, ready)
    return [_with_rules(obj, done) for obj in done.values()]


def _with_rules(obj: Object, known: Mapping[str, Object]) -> Object:
    """A rule that does not hold together any more binds nobody."""
    if not any(f.required_if for f in obj.fields):
        return obj
    objects = {name: o for name, o in known.items() if not o.hidden}
    return replace(obj, fields=tuple(_with_rule(f, obj, objects) for f in obj.fields))


def _with_rule(field: Field, obj: Object, objects: Mapping[str, Object]) -> Field:
    if field.required_if is None:
        return field
    try:
        return replace(field, rule=check_rule(field.required_if, obj, objects, strict=False))
    except FormulaError:
        return field


def _each(tie: Callable[[Object, Mapping[str, Object]], Object], known: Mapping[str, Object]) -> dict[str, Object]:
    done = dict(known)
    for name, obj in known.items():
        if any(f.kind in ("formula", "rollup") for f in obj.fields):
            done[name] = tie(obj, done)
    return done


def _with_rollups(obj: Object, known: Mapping[str, Object]) -> Object:
    objects = {name: o for name, o in known.items() if not o.hidden}
    return replace(obj, fields=tuple(_checked_rollup(f, obj, objects) for f in obj.fields))


def _checked_rollup(field: Field, obj: Object, objects: Mapping[str, Object]) -> Field:
    if field.rollup is None:
        return field
    try:
        type_name, reads = check_rollup(field.rollup, obj, objects)
    except RollupError:
        return replace(field, hidden=True)
    return replace(field, reads=reads, hidden=field.hidden or type_name != field.type)


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
