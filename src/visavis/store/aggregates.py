"""What a filter asks of many rows at once: how many related records there are, what they add up to, a group's mean.

{"related": "ticket.company", "filter": {...}, "count": {"op": "gt", "value": 3}}
{"related": "invoice.company", "sum": {"field": "total", "op": "ge", "value": "1000"}}    also min, max, avg, last
{"field": "balance", "op": "gt", "mean_of_group": "branch"}

Only rows and fields that the actor may see are counted, added or averaged. Amounts count by number, whatever their
currency. The sum of nothing is 0; the smallest, largest, mean and last of nothing are empty. ``last`` is the value of
the newest related record: by the time that its type is shown by on a timeline, else by when it was created.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visavis.catalogue import Field, Object
from visavis.fields import Measure, type_of
from visavis.kernel.errors import BadRequest
from visavis.store.build import Build, is_reference, seen_link
from visavis.store.db import quoted

MEASURES = ("sum", "min", "max", "avg", "last")
AGGREGATES = ("count", *MEASURES)
COMPARED = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
GROUPED = ("choice", "boolean", "text", "relation", "user")
MOST = 1_000_000
_PLAIN = (*COMPARED, "between")


@dataclass(frozen=True, slots=True)
class Sought:
    """One aggregate as an SQL value, with the field that says how it is compared."""

    field: Field
    place: str


def asked(tree: Mapping[str, Any]) -> str | None:
    """Which aggregate a related filter asks for; ``BadRequest`` where it asks for more than one."""
    found = [name for name in AGGREGATES if name in tree]
    if len(found) > 1 or not set(tree) <= {"related", "filter", *found}:
        raise BadRequest(
            f"A related filter has 'related', 'filter' and at most one of {', '.join(AGGREGATES)}; no more."
        )
    return found[0] if found else None


def count_fits(build: Build, rows: str, test: Any) -> str:
    """The condition on how many ``rows`` (from … where …) there are; no more are counted than decide it."""
    if not isinstance(test, Mapping) or set(test) != {"op", "value"} or test["op"] not in _PLAIN:
        raise BadRequest(f'\'count\' is written like {{"op":"gt","value":3}}, with one of {", ".join(_PLAIN)}.')
    numbers = test["value"] if test["op"] == "between" else [test["value"]]
    if (
        not isinstance(numbers, list)
        or len(numbers) != 1 + (test["op"] == "between")
        or not all(map(_is_count, numbers))
    ):
        raise BadRequest(f"'count' compares with a whole number from 0 to {MOST:,}, 'between' with two of them.")
    found = f"(select count(*) from (select 1 {rows} limit {max(numbers) + 1}) few)"
    bound = [build.bind(str(number), "bigint") for number in numbers]
    if test["op"] == "between":
        return f"{found} between {bound[0]} and {bound[1]}"
    return f"{found} {COMPARED[test['op']]} {bound[0]}"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def measured(build: Build, obj: Object, alias: str, rows: str, name: str, test: Any) -> Sought:
    """The sum, mean … of a field over the ``rows`` of an object; ``BadRequest`` where the field has none."""
    if not isinstance(test, Mapping) or not set(test) <= {"field", "op", "value"} or not {"field", "op"} <= set(test):
        raise BadRequest(f"'{name}' has 'field', 'op' and 'value'.")
    field = build.field(obj, str(test["field"]))
    place = build.place(field, alias)
    if name == "last":
        return Sought(_single(field, name), f"(select {place} {rows} order by {_newest(build, obj, alias)} limit 1)")
    if name in ("sum", "avg"):
        _summed(field)
    elif not isinstance(type_of(field), Measure) and field.type not in ("date", "datetime"):
        raise BadRequest(f"{field.name} has no smallest and no largest value.")
    _checked(name, field, str(test["op"]))
    value = f"(select {name}({place}) {rows})"
    return Sought(
        _number(field, test.get("value")) if name in ("sum", "avg") else field,
        f"coalesce({value}, 0)" if name == "sum" else value,
    )


def _checked(name: str, field: Field, op: str) -> None:
    known = (*_PLAIN, "empty", "not_empty") + (("within",) if field.type in ("date", "datetime") else ())
    if op not in known:
        raise BadRequest(f"'{op}' does not fit the {name} of {field.name}; there are {', '.join(known)}.")


def _single(field: Field, name: str) -> Field:
    if is_reference(field) or field.type in ("multi_choice", "address", "long_text"):
        raise BadRequest(f"'{name}' cannot be asked of {field.name}.")
    return field


def _summed(field: Field) -> Field:
    if not isinstance(type_of(field), Measure):
        raise BadRequest(f"{field.name} cannot be summed.")
    return field


def _number(field: Field, value: Any) -> Field:
    """Sums and means may have other digits than their field: those of whole numbers a fraction."""
    values = value if isinstance(value, list) else [value]
    whole = field.type == "integer" and all(isinstance(v, int) for v in values)
    return field if whole or field.type == "money" else _decimal(field)


def _decimal(field: Field) -> Field:
    return Field(id=field.id, name=field.name, type="decimal", label=field.label)


def _newest(build: Build, obj: Object, alias: str) -> str:
    shown = obj.timeline if obj.timeline in build.visible(obj) else None
    moment = f"{alias}.{quoted(shown)}" if shown else f"{alias}.created_at"
    return f"{moment} desc nulls last, {alias}.id desc"


class Known(dict[str, Any]):
    """A node with ``mean_of_group`` whose means are known: a JSON object of them by group."""

    def __init__(self, node: Mapping[str, Any], means: str) -> None:
        super().__init__(node)
        self.means = means


def above_mean(build: Build, obj: Object, alias: str, tree: Mapping[str, Any]) -> str:
    """The condition for ``mean_of_group``: the means of all groups are worked out once, then looked up."""
    found = means(build, obj, tree) if not isinstance(tree, Known) else build.bind(tree.means, "jsonb")
    field, group = build.field(obj, str(tree["field"])), build.field(obj, str(tree["mean_of_group"]))
    own = f"({found} ->> {_key(build, group, build.place(group, alias))})::numeric"
    return f"{build.place(field, alias)} {COMPARED[tree['op']]} {own}"


def means(build: Build, obj: Object, tree: Mapping[str, Any]) -> str:
    """The means of all groups that ``mean_of_group`` asks for, as one JSON object."""
    if set(tree) != {"field", "op", "mean_of_group"} or tree["op"] not in ("lt", "le", "gt", "ge"):
        raise BadRequest("'mean_of_group' stands beside 'field' and an 'op' of lt, le, gt, ge.")
    field = _summed(build.field(obj, str(tree["field"])))
    group = build.field(obj, str(tree["mean_of_group"]))
    if group.type not in GROUPED or group.unique:
        raise BadRequest(f"{obj.name} cannot be grouped by {group.name}.")
    inner = build.alias()
    allowed = build.allow(obj, inner, build.params)
    groups = (
        f"select {build.place(group, inner)} as own, avg({build.place(field, inner)}) as mean"
        f" from {build.rows(obj, inner)} where {inner}.deleted_at is null and {allowed} group by 1"
    )
    key = _key(build, group, "own")
    named = f"select {key} as key, mean from ({groups}) groups"
    return f"(select jsonb_object_agg(key, mean) from ({named}) named where key is not null)"


def _key(build: Build, group: Field, place: str) -> str:
    """The name of a group by its value; null for a record that the actor may not see."""
    return f"({seen_link(build, group, place) if is_reference(group) else place})::text"
