"""The catalogue as JSON, cut to what an actor may see and do."""

from __future__ import annotations

from typing import Any

from visavis import access
from visavis.access import Actor
from visavis.catalogue import LANGUAGES, Catalogue, Field, Object, Option
from visavis.features.customizing.formulas import rollup_json
from visavis.fields import operators_of
from visavis.store.order import is_sortable

Json = dict[str, Any]


def show(catalogue: Catalogue, actor: Actor) -> Json:
    """``{version, languages, objects}`` with every type that the actor may read."""
    shown = [show_object(catalogue, o, actor) for o in catalogue.by_name.values() if access.can(actor, o, "read")]
    return {"version": catalogue.version, "languages": list(LANGUAGES), "objects": shown}


def show_object(catalogue: Catalogue, obj: Object, actor: Actor) -> Json:
    fields = {f.name for f in access.readable(actor, obj)}
    relations = [r for r in catalogue.relations_to(obj.name) if _sees(catalogue, actor, r.object, r.field)]
    return {
        "name": obj.name,
        "plural": obj.plural,
        "label": obj.label,
        "label_plural": obj.label_plural,
        "icon": obj.icon,
        "origin": obj.origin,
        "list": [name for name in obj.list if name in fields],
        "sort": obj.sort,
        "title": [name for name in obj.title if name in fields],
        "fields": [show_field(obj, f, actor) for f in access.readable(actor, obj)],
        "period": list(obj.period) if obj.period else None,
        "hidden": _hidden(obj) if actor.role == "owner" else [],
        "relations": [{"object": r.object, "field": r.field, "label": r.label} for r in relations],
        "can": {action: access.can(actor, obj, action) for action in ("create", "update", "delete")},
    }


def _hidden(obj: Object) -> list[Json]:
    """What an administrator may bring back."""
    return [{"name": f.name, "type": f.type, "label": f.label, "kind": f.kind} for f in obj.fields if f.hidden]


def _sees(catalogue: Catalogue, actor: Actor, name: str, field: str) -> bool:
    obj = catalogue.object(name)
    return access.can(actor, obj, "read") and field in {f.name for f in access.readable(actor, obj)}


def _option(option: Option) -> Json:
    return {"value": option.value, "label": option.label, "color": option.color}


def show_field(obj: Object, field: Field, actor: Actor) -> Json:
    return {
        "id": field.id,
        "name": field.name,
        "type": field.type,
        "label": field.label,
        "help": field.help,
        "required": field.required,
        "required_if": field.required_if,
        "required_message": field.required_message,
        "verify_every": field.verify_every,
        "known_after": field.known_after,
        "unique": field.unique,
        "derived": field.derived,
        "kind": field.kind,
        "formula": field.formula,
        "rollup": rollup_json(field.rollup),
        "method": field.method,
        "options": [_option(o) for o in field.options],
        "former": [_option(o) for o in field.former],
        "target": field.target,
        "hierarchy": field.hierarchy,
        "sensitivity": field.sensitivity,
        "operators": list(operators_of(field)),
        "sortable": is_sortable(obj, field.name),
        "writable": field.name in {f.name for f in access.writable(actor, obj)},
        "in_list": field.name in obj.list,
        "origin": field.origin,
    }
