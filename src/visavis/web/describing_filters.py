"""The filter tree of a record type as a JSON schema: the common questions, not every nesting that is understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import operators_of, type_of
from visavis.store.aggregates import GROUPED
from visavis.store.build import is_reference
from visavis.web.gate import FILLED
from visavis.web.schemas import ID, YEARS, Json

MOST_VALUES = 100
LONGEST_TEXT = 300
_PART: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"^[^\u0000]+$"}
_TEXT: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": FILLED}
_NUMBER: Json = {"type": "string", "pattern": "^-?[0-9]{1,15}$"}
_DAY: Json = {"type": "string", "format": "date", "pattern": YEARS}
_SPAN: Json = {"type": "string", "pattern": "^P([0-9]{1,4}[DWM]|[0-9]{1,3}Y)$"}
_TAG: Json = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": FILLED}
_COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")
_NUMBERS = ("integer", "decimal", "percent", "money")
_DAYS = ("date", "datetime")
_PROSE = (
    "A condition, or several joined by and, or, not, nested as deep as eight. A condition may look one hop along a "
    'relation (company.country); {"related": "invoice.company", "filter": …} asks for records that point here. Each '
    "field takes the operators that the catalogue names for it, and field=value in the query string does for equality."
)


def filter_schema(catalogue: Catalogue, obj: Object) -> Json:
    """``Filter.<object>``."""
    condition = _condition_of(obj)
    several: Json = {"type": "array", "items": condition, "minItems": 1, "maxItems": 20}
    joined = [_only(**{word: several}) for word in ("and", "or")] + [_only(**{"not": condition})]
    return {"description": _PROSE, "anyOf": [condition, *joined, *_related(catalogue, obj)]}


def _condition_of(obj: Object) -> Json:
    return {"$ref": f"#/components/schemas/Condition.{obj.name}"}


def _related(catalogue: Catalogue, obj: Object) -> Iterable[Json]:
    """For each type that points here: whether there are any, how many, and what they add up to."""
    links: dict[str, list[str]] = {}
    for relation in catalogue.relations_to(obj.name):
        links.setdefault(relation.object, []).append(relation.field)
    for name, fields in links.items():
        yield from _related_by(catalogue.object(name), [f"{name}.{field}" for field in fields])


def _related_by(other: Object, names: Sequence[str]) -> Iterable[Json]:
    named: Json = {"type": "string", "enum": list(names)}
    test = _only(
        op={"type": "string", "enum": list(_COMPARED)}, value={"type": "integer", "minimum": 0, "maximum": 10**6}
    )
    yield _only(related=named, filter=_condition_of(other))
    yield _only(related=named, filter=_condition_of(other), count=test)
    numbers = [f for f in other.by_name.values() if f.type in _NUMBERS]
    if numbers:
        yield _only(related=named, sum=_asked(numbers, _COMPARED, _NUMBER))


def condition_schema(obj: Object) -> Json:
    """``Condition.<object>``."""
    return {"anyOf": [c for c in _conditions(tuple(obj.by_name.values())) if c]}


def _conditions(fields: Sequence[Field]) -> Iterable[Json]:
    texts = [f for f in fields if f.type in ("text", "long_text")]
    numbers = [f for f in fields if f.type in _NUMBERS]
    days = [f for f in fields if f.type in _DAYS]
    yield _asked(texts, ("eq", "ne"), _TEXT)
    yield _asked([f for f in fields if "contains" in type_of(f).operators], ("contains", "starts_with"), _PART)
    yield _asked(numbers, _COMPARED, _NUMBER)
    yield _against_mean(numbers, [f for f in fields if f.type in GROUPED and not f.unique])
    yield _asked(numbers, ("between",), {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2})
    yield _asked(days, _COMPARED, _DAY)
    yield _asked(days, ("within",), _SPAN)
    yield _asked([f for f in fields if f.type == "boolean"], ("eq", "ne"), {"type": "boolean"})
    yield _asked([f for f in fields if is_reference(f)], ("in", "not_in"), _list_of(ID))
    yield _asked([f for f in fields if f.hierarchy], ("under",), ID)
    yield _asked([f for f in fields if f.verify_every], ("unverified",), _SPAN)
    yield _asked(
        [f for f in fields if f.type == "multi_choice" and not f.options], ("has_any", "has_all"), _list_of(_TAG)
    )
    for field in fields:
        if field.type == "choice":
            yield _asked(
                [field], ("in", "not_in"), _list_of({"type": "string", "enum": [o.value for o in field.ever.options]})
            )
    yield _only(field=_names(fields), op={"type": "string", "enum": ["empty", "not_empty"]})


def _asked(fields: Sequence[Field], operators: Sequence[str], value: Json) -> Json:
    """A condition on any of the fields; nothing where there are none."""
    known = [op for op in operators if all(op in operators_of(f) for f in fields)]
    if not fields or not known:
        return {}
    return _only(field=_names(fields), op={"type": "string", "enum": known}, value=value)


def _against_mean(numbers: Sequence[Field], groups: Sequence[Field]) -> Json:
    if not numbers or not groups:
        return {}
    operators: Json = {"type": "string", "enum": ["lt", "le", "gt", "ge"]}
    return _only(field=_names(numbers), op=operators, mean_of_group=_names(groups))


def _names(fields: Sequence[Field]) -> Json:
    return {"type": "string", "enum": [f.name for f in fields]}


def _list_of(item: Json) -> Json:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": MOST_VALUES}


def _only(**properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
