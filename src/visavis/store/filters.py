"""A filter tree becomes one SQL condition.

{"and": [...]}  {"or": [...]}  {"not": {...}}
{"field": "amount", "op": "gt", "value": "100"}
{"field": "company.country", "op": "eq", "value": "France"}      one hop along a relation
{"field": "amount.currency", "op": "eq", "value": "EUR"}          amounts of one currency
{"related": "invoice.company", "filter": {...}}                   some record that points here fits
{"related": "ticket.company", "filter": {...}, "count": {"op": "gt", "value": 3}}    and more: store/aggregates.py
{"field": "parent", "op": "under", "value": 7}                    everything below record 7, however deep
{"field": "abc_class", "op": "eq", "value": "A", "on": "2026-01-01"}    the class that it had on a day
{"field": "phone", "op": "unverified", "value": "P365D"}          neither written nor verified for so long

Money compares by amount, whatever its currency. Empty values fit "ne", "not_in", "not_contains" and "empty" only, and
``not`` turns the answer of a whole node around.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from visavis.catalogue import Field, Object
from visavis.fields import FieldProblem, FieldType, is_storable, operators_of, type_of
from visavis.kernel.errors import BadRequest
from visavis.store import aggregates
from visavis.store.build import Build, column, is_reference, seen_link
from visavis.store.db import quoted
from visavis.store.formulas import literal

CURRENCY = "currency"
MAX_DEPTH = 8
MAX_NODES = 200
MAX_VALUES = 10_000

_COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_NOW = {"date": "current_date", "timestamptz": "now()"}
_SYSTEM_TYPES = {"id": "integer", "created_at": "datetime", "updated_at": "datetime"}


def where(build: Build, obj: Object, alias: str, tree: Any) -> str:
    """The condition for a tree, or ``true`` for none; ``BadRequest`` says which node cannot be read and why."""
    return _Compiler(build).node(obj, alias, tree, 0) if tree else "true"


def gathered(build: Build, obj: Object, tree: Any) -> list[str]:
    """Queries for the ids that related records lead to, as far as every row has to be among them."""
    compiler = _Compiler(build)
    found = [part for part in conjuncts(tree) if "related" in part and aggregates.asked(part) is None]
    return [compiler.found(obj, part) for part in found]


def reached(build: Build, obj: Object, part: Mapping[str, Any], number: str, record: str) -> str:
    """Whether the related record of that number, which leads to that ``record``, is one that a part asks for."""
    return _Compiler(build).reached(obj, part, number, record)


def bound(build: Build, field: Field, value: Any) -> str:
    """What a field is compared with, as it is kept."""
    return _Compiler(build).value(field, type_of(field), value)


def conjuncts(tree: Any) -> Iterator[Mapping[str, Any]]:
    """What every row has to fit: the parts of the outermost "and"."""
    for part in tree["and"] if tree and "and" in tree else [tree] if tree else []:
        yield from conjuncts(part) if "and" in part else [part]


class _Compiler:
    def __init__(self, build: Build) -> None:
        self._build = build
        self._nodes = 0

    def node(self, obj: Object, alias: str, tree: Any, depth: int) -> str:
        self._nodes += 1
        if not isinstance(tree, Mapping):
            raise BadRequest('Each node of a filter is an object like {"field": "name", "op": "eq", "value": "x"}.')
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise BadRequest(f"The filter is too large: {MAX_DEPTH} levels and {MAX_NODES} nodes fit.")
        for word in ("and", "or"):
            if set(tree) == {word}:
                return self._join(obj, alias, word, tree[word], depth)
        if set(tree) == {"not"}:
            return f"not coalesce({self.node(obj, alias, tree['not'], depth + 1)}, false)"
        if "related" in tree:
            return self._related(obj, alias, tree, depth)
        return self._leaf(obj, alias, tree)

    def _join(self, obj: Object, alias: str, word: str, parts: Any, depth: int) -> str:
        if not isinstance(parts, list):
            raise BadRequest(f"'{word}' takes a list of filters.")
        if not parts:
            return "true" if word == "and" else "false"
        return "(" + f" {word} ".join(self.node(obj, alias, part, depth + 1) for part in parts) + ")"

    def found(self, obj: Object, tree: Mapping[str, Any], depth: int = 0) -> str:
        """A query for the ids of records that the related ones point at."""
        related, link = self._end(obj, tree)
        inner = self._build.alias()
        fits = self.node(related, inner, tree["filter"], depth + 1) if tree.get("filter") else "true"
        place = f"{inner}.{quoted(link)}"
        return f"select {place} {self._rows(related, inner, f'{place} is not null', fits, below=link)}"

    def reached(self, obj: Object, tree: Mapping[str, Any], number: str, record: str) -> str:
        """One related record, looked up by its number."""
        related, link = self._end(obj, tree)
        inner = self._build.alias()
        fits = self.node(related, inner, tree["filter"], 1)
        joined = f"{inner}.id = {number} and {inner}.{quoted(link)} = {record}"
        return f"(select true {self._rows(related, inner, joined, fits, below=link)})"

    def _end(self, obj: Object, tree: Mapping[str, Any]) -> tuple[Object, str]:
        """The type that is asked for, and its link to this one."""
        other, _, link = str(tree["related"]).partition(".")
        related = self._build.catalogue.by_name.get(other)
        field = self._build.visible(related).get(link) if related else None
        if related is None or field is None or field.target != obj.name:
            raise BadRequest(f"'{tree['related']}' does not point at {obj.name}; write it like invoice.company.")
        return related, link

    def _related(self, obj: Object, alias: str, tree: Mapping[str, Any], depth: int) -> str:
        aggregate = aggregates.asked(tree)
        if aggregate is None and self._build.gathered and alias == "t":
            # The other way keeps PostgreSQL from making a join of it: so all are found once, and each row looked up.
            return f"({alias}.id in ({self.found(obj, tree, depth)}) or false is null)"
        related, link = self._end(obj, tree)
        inner = self._build.alias()
        fits = self.node(related, inner, tree["filter"], depth + 1) if tree.get("filter") else "true"
        place = f"{inner}.{quoted(link)}"
        only = aggregate in (None, "count")
        rows = self._rows(related, inner, f"{place} = {alias}.id", fits, below=link, only=only)
        if aggregate is None:
            return f"exists (select 1 {rows})"
        if aggregate == "count":
            return aggregates.count_fits(self._build, rows, tree["count"])
        sought = aggregates.measured(self._build, related, inner, rows, aggregate, tree[aggregate])
        return self._condition(sought.field, sought.place, tree[aggregate])

    def _rows(
        self, obj: Object, alias: str, joined: str, fits: str, below: str | None = None, *, only: bool = True
    ) -> str:
        """Live rows of another type that the actor may see, from there on. ``only``: nothing else is asked of them."""
        params = self._build.params
        allowed = self._build.below(obj, alias, params, below) if below else self._build.allow(obj, alias, params)
        rows = self._build.rows(obj, alias, used=fits if only else None)
        return f"from {rows} where {joined} and {alias}.deleted_at is null and {allowed} and {fits}"

    def _leaf(self, obj: Object, alias: str, tree: Mapping[str, Any]) -> str:
        if not set(tree) <= {"field", "op", "value", "mean_of_group", "on"} or not {"field", "op"} <= set(tree):
            raise BadRequest("A filter has 'field', 'op' and, for most operators, 'value'.")
        name, _, further = str(tree["field"]).partition(".")
        if further:
            return self._hop(obj, alias, name, {**tree, "field": further})
        if "mean_of_group" in tree:
            return aggregates.above_mean(self._build, obj, alias, tree)
        if "on" in tree:
            return self._was(obj, alias, tree)
        if name in _SYSTEM_TYPES and name not in obj.by_name:
            return self._condition(_system_field(name), f"{alias}.{name}", tree)
        field = self._build.field(obj, name)
        return self._condition(field, self._build.place(field, alias), tree)

    def _hop(self, obj: Object, alias: str, name: str, leaf: Mapping[str, Any]) -> str:
        link = self._build.field(obj, name)
        if leaf["field"] == CURRENCY and type_of(link).wire == "money":
            return self._in_currency(link, alias, leaf)
        if not link.target or "." in str(leaf["field"]):
            raise BadRequest(f"'{name}' cannot be followed; a filter goes one hop along a relation.")
        target = self._build.catalogue.object(link.target)
        inner = self._build.alias()
        fits = self._leaf(target, inner, leaf)
        return f"exists (select 1 {self._rows(target, inner, f'{inner}.id = {column(link, alias)}', fits)})"

    def _in_currency(self, field: Field, alias: str, leaf: Mapping[str, Any]) -> str:
        """Amounts of a currency; no amount has none."""
        place = f"case when {self._build.place(field, alias)} is not null then {self._build.currency(field, alias)} end"
        return self._condition(_system_field(CURRENCY, "text"), f"({place})::text", leaf)

    def _was(self, obj: Object, alias: str, tree: Mapping[str, Any]) -> str:
        """The class that a derived field had on a day; what was never kept is empty."""
        field, op = self._build.field(obj, str(tree["field"])), tree["op"]
        if field.kind != "insight" or field.type != "choice" or op not in ("eq", "in", "empty", "not_empty"):
            raise BadRequest("'on' asks which class a derived choice was on a day: op eq, in, empty or not_empty.")
        day = self._day(tree["on"])
        inner = self._build.alias()
        had = (
            f"select {inner}.id from class_history {inner} where {inner}.object = {literal(obj.name, 'text')}"
            f" and {inner}.field = {literal(field.name, 'text')} and {inner}.since <= {day}"
            f" and ({inner}.until is null or {inner}.until > {day})"
        )
        if op in ("empty", "not_empty"):
            return f"{alias}.id {'not ' if op == 'empty' else ''}in ({had})"
        return (
            f"{alias}.id in ({had} and {self._answer(field, type_of(field), f'{inner}.class', op, tree.get('value'))})"
        )

    def _day(self, value: Any) -> str:
        field = _system_field("on", "date")
        return self.value(field, type_of(field), value)

    def _condition(self, field: Field, place: str, tree: Mapping[str, Any]) -> str:
        kind, op, value = type_of(field), str(tree["op"]), tree.get("value")
        known = operators_of(field)
        if op not in known:
            raise BadRequest(f"'{op}' does not fit {field.name}; its operators are {', '.join(known)}.")
        if op == "under":
            return self._under(field, kind, place, value)
        if op == "unverified":
            return self._unverified(field, place, value)
        if is_reference(field):
            return self._link(field, kind, place, op, value)
        return self._answer(field, kind, place, op, value)

    def _link(self, field: Field, kind: FieldType, place: str, op: str, value: Any) -> str:
        """A link to what the actor may not see reads as empty. The bare comparison is for the index."""
        seen = seen_link(self._build, field, place)
        fits = self._answer(field, kind, seen, op, value)
        if seen == place or op not in ("eq", "in"):
            return fits
        return f"({self._answer(field, kind, place, op, value)} and {fits})"

    def _under(self, field: Field, kind: FieldType, place: str, value: Any) -> str:
        """Downwards from the top, through records that the actor may see only; a circle ends where it began."""
        obj = self._build.catalogue.object(str(field.target))
        top, child = self._build.alias(), self._build.alias()
        wanted = self.value(field, kind, value)
        sees_top = self._build.allow(obj, top, self._build.params)
        sees_child = self._build.allow(obj, child, self._build.params)
        table, link = quoted(obj.name), quoted(field.name)
        return (
            f"{place} in (with recursive below (id) as (select {top}.id from {table} {top} where {top}.id = {wanted}"
            f" and {sees_top} union select {child}.id from {table} {child} join below on {child}.{link} = below.id"
            f" where {child}.deleted_at is null and {sees_child}) select id from below)"
        )

    def _unverified(self, field: Field, place: str, value: Any) -> str:
        """A value that was neither written nor verified within the span."""
        record, _, _ = place.rpartition(".")
        since = f"now() - {self._build.bind(_duration(value), 'interval')}"
        name = literal(field.name, "text")
        return (
            f"({place} is not null and not exists (select 1 from event e where e.record_id = {record}.id"
            f" and e.at > {since} and (e.kind = 'created' or e.changes ? {name}))"
            f" and not exists (select 1 from verification v where v.record_id = {record}.id and v.field = {name}"
            f" and v.at > {since}))"
        )

    def _answer(self, field: Field, kind: FieldType, place: str, op: str, value: Any) -> str:
        if op in ("empty", "not_empty"):
            return f"{place} is {'not ' if op == 'not_empty' else ''}null"
        if value is None:
            raise BadRequest(f"The filter on {field.name} needs a value; for none use the operator 'empty'.")
        return self._compare(field, kind, place, op, value)

    def _compare(self, field: Field, kind: FieldType, place: str, op: str, value: Any) -> str:
        if op in ("contains", "not_contains", "starts_with"):
            return self._like(_words(field, place), op, value)
        if op in ("in", "not_in", "has_any", "has_all"):
            return self._any_of(field, kind, place, op, value)
        if op == "between":
            low, high = _pair(field, value)
            return f"{place} between {self.value(field, kind, low)} and {self.value(field, kind, high)}"
        if op == "within":
            since, today = self._build.bind(_duration(value), "interval"), _NOW[kind.sql_type]
            return f"({place} >= {today} - {since} and {place} <= {today})"
        bound = self.value(field, kind, value)
        if op == "ne":
            return f"{place} is distinct from {bound}"
        return f"{place} {_COMPARE.get(op, '=')} {bound}"

    def _like(self, place: str, op: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > 1000 or not is_storable(value):
            raise BadRequest(f"'{op}' takes a text of up to 1,000 characters.")
        escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"{escaped}%" if op == "starts_with" else f"%{escaped}%"
        fits = f"{place} ilike {self._build.bind(pattern, 'text')}"
        return f"({place} is null or not {fits})" if op == "not_contains" else fits

    def _any_of(self, field: Field, kind: FieldType, place: str, op: str, value: Any) -> str:
        if not isinstance(value, list) or not 0 < len(value) <= MAX_VALUES:
            raise BadRequest(f"'{op}' on {field.name} takes a list of up to {MAX_VALUES:,} values.")
        if op == "in" and len(value) == 1:
            return f"{place} = {self.value(field, kind, value[0])}"
        if op in ("has_any", "has_all"):
            words = self._build.bind([str(v) for v in _parsed(field, kind, value)], "text[]")
            return f"{place} {'&&' if op == 'has_any' else '@>'} {words}"
        values = self._build.bind([_text(_scalar(field, kind, self._me(v))) for v in value], f"{_comparable(kind)}[]")
        return f"({place} is null or {place} <> all({values}))" if op == "not_in" else f"{place} = any({values})"

    def value(self, field: Field, kind: FieldType, value: Any) -> str:
        return self._build.bind(_text(_scalar(field, kind, self._me(value))), _comparable(kind))

    def _me(self, value: Any) -> Any:
        return self._build.me if value == "me" and self._build.me else value


def _words(field: Field, place: str) -> str:
    """What is looked through: of an address its parts, not their names."""
    if field.type == "address":
        return f"(select string_agg(part.value, ' ' order by part.key) from jsonb_each_text({place}) part)"
    return place


def _comparable(kind: FieldType) -> str:
    """The SQL type of what a field is compared with: no rounding to the scale of the column."""
    return "numeric" if kind.sql_type.startswith("numeric") else kind.sql_type


def _scalar(field: Field, kind: FieldType, value: Any) -> Any:
    """Money compares by amount; a bare number will do."""
    if kind.wire == "money" and not isinstance(value, Mapping):
        value = {"amount": value, "currency": "EUR"}
    parsed = _parsed(field, kind, value)
    if parsed in (None, ""):
        raise BadRequest(f"The filter on {field.name} needs a value; for none use the operator 'empty'.")
    return parsed["amount"] if kind.wire == "money" else parsed


def _parsed(field: Field, kind: FieldType, value: Any) -> Any:
    try:
        return kind.parse(value, field.ever)
    except FieldProblem as problem:
        raise BadRequest(f"The filter on {field.name} cannot be read: {problem.message} {problem.remedy}") from problem


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pair(field: Field, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise BadRequest(f"'between' on {field.name} takes a list of two values.")
    return value[0], value[1]


def _duration(value: Any) -> str:
    """ISO 8601, days to years, such as P60D."""
    digits = str(value)[1:-1]
    well = isinstance(value, str) and value[:1] == "P" and value[-1:] in tuple("DWMY")
    if not well or not digits.isascii() or not digits.isdigit() or len(digits) > 4:
        raise BadRequest("'within' and 'unverified' take a span like P60D, P8W, P3M or P1Y.")
    if value[-1:] == "Y" and len(digits) > 3:
        raise BadRequest(f"'{value}' reaches back before all days that are known: take up to P999Y.")
    return str(value)


def _system_field(name: str, kind: str | None = None) -> Field:
    return Field(id=name, name=name, type=kind or _SYSTEM_TYPES[name], label={"en": name})
