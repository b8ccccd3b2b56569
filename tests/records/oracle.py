"""What a filter and an order mean, said once more in plain Python over records as JSON shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from tests.records.things import FIELDS

Records = Mapping[int, Mapping[str, Any]]
NUMBERS = ("integer", "decimal", "percent", "money")


def kind_of(name: str) -> str:
    if name in ("created_at", "updated_at"):
        return "datetime"
    known = {"id": "integer", "name": "text", "owner": "user", "team": "relation"}
    return known.get(name) or str(FIELDS[name]["type"])


def comparable(name: str, value: Any) -> Any:
    """A value as something that Python compares the way PostgreSQL does."""
    kind = kind_of(name)
    if value is None:
        return None
    if kind in NUMBERS:
        return Decimal(str(value["amount"] if isinstance(value, Mapping) else value))
    if kind == "datetime":
        return dt.datetime.fromisoformat(value)
    if kind == "date":
        return dt.date.fromisoformat(value)
    return value["id"] if isinstance(value, Mapping) and kind != "address" else value


def fits(tree: Any, record: Mapping[str, Any], records: Records, me: int | None = None) -> bool:
    """Whether a record fits a filter tree."""
    if not tree:
        return True
    if "and" in tree:
        return all(fits(part, record, records, me) for part in tree["and"])
    if "or" in tree:
        return any(fits(part, record, records, me) for part in tree["or"])
    if "not" in tree:
        return not fits(tree["not"], record, records, me)
    if "related" in tree:
        pointing = [r for r in records.values() if (r["parent"] or {}).get("id") == record["id"]]
        return _related(tree, [r for r in pointing if fits(tree.get("filter"), r, records, me)], me)
    name, _, further = tree["field"].partition(".")
    if further:
        target = records.get(record[name]["id"]) if record[name] else None
        return target is not None and fits({**tree, "field": further}, target, records, me)
    if "mean_of_group" in tree:
        return _against_mean(tree, record, records)
    return _answer(tree, name, record[name], me)


def _related(tree: Mapping[str, Any], found: Sequence[Mapping[str, Any]], me: int | None) -> bool:
    """What the records that point here come to; without an aggregate, whether there are any."""
    which = next((name for name in ("count", "sum", "min", "max", "avg", "last") if name in tree), None)
    if which is None:
        return bool(found)
    test = tree[which]
    if which == "count":
        low, high = test["value"] if test["op"] == "between" else (test["value"], test["value"])
        return low <= len(found) <= high if test["op"] == "between" else _compare(test["op"], len(found), low)
    name = test["field"]
    if which == "last":
        newest = max(found, key=lambda r: (r["created_at"], r["id"]), default=None)
        return _answer(test, name, newest and newest[name], me)
    values = [v for v in (comparable(name, r[name]) for r in found) if v is not None]
    return _answer(test, name, _total(which, values), me)


def _total(which: str, values: Sequence[Any]) -> Any:
    """As text again, for ``comparable`` to read."""
    if which == "sum":
        return str(sum(values, Decimal(0)))
    if not values:
        return None
    if which == "avg":
        return str(sum(values) / len(values))
    total = min(values) if which == "min" else max(values)
    return total.isoformat() if isinstance(total, dt.date) else str(total)


def _against_mean(tree: Mapping[str, Any], record: Mapping[str, Any], records: Records) -> bool:
    name, group = tree["field"], tree["mean_of_group"]
    own = comparable(group, record[group])
    if own is None or record[name] is None:
        return False
    same = [r for r in records.values() if comparable(group, r[group]) == own and r[name] is not None]
    mean = sum(comparable(name, r[name]) for r in same) / len(same)
    return _compare(tree["op"], comparable(name, record[name]), mean)


def _answer(tree: Mapping[str, Any], name: str, raw: Any, me: int | None) -> bool:
    op, found = tree["op"], comparable(name, raw)
    if op in ("empty", "not_empty"):
        return bool((found is None) == (op == "empty"))
    if found is None:
        return op in ("ne", "not_in", "not_contains")
    wanted = tree["value"]
    if op in ("contains", "not_contains", "starts_with"):
        return _text(op, _words(name, found), wanted)
    if op in ("has_any", "has_all"):
        return set(wanted) <= set(found) if op == "has_all" else bool(set(wanted) & set(found))
    if op in ("in", "not_in"):
        return bool((found in [_wanted(name, v, me) for v in wanted]) == (op == "in"))
    if op == "between":
        return bool(_wanted(name, wanted[0], me) <= found <= _wanted(name, wanted[1], me))
    return _compare(op, found, _wanted(name, wanted, me))


def _wanted(name: str, value: Any, me: int | None) -> Any:
    return me if value == "me" else comparable(name, value)


def _compare(op: str, found: Any, wanted: Any) -> bool:
    if op in ("eq", "ne"):
        return bool((found == wanted) == (op == "eq"))
    return bool({"lt": found < wanted, "le": found <= wanted, "gt": found > wanted, "ge": found >= wanted}[op])


def _words(name: str, found: Any) -> str:
    return " ".join(found[part] for part in sorted(found)) if kind_of(name) == "address" else str(found)


def _text(op: str, found: str, wanted: str) -> bool:
    found, wanted = found.lower(), wanted.lower()
    if op == "starts_with":
        return found.startswith(wanted)
    return (wanted in found) == (op == "contains")


def _sorted_as(name: str, value: Any) -> Any:
    return value.lower() if kind_of(name) == "text" and value is not None else comparable(name, value)


def ordered(records: Sequence[Mapping[str, Any]], sort: Sequence[str]) -> list[int]:
    """The ids in the order that the sort asks for: empty last either way, then by id in the direction of the last."""
    terms = [(word.removeprefix("-"), word.startswith("-")) for word in sort]
    terms = [*terms, ("id", terms[-1][1])]

    def compare(left: Mapping[str, Any], right: Mapping[str, Any]) -> int:
        for name, descending in terms:
            a, b = (_sorted_as(name, record[name]) for record in (left, right))
            if a is None or b is None:
                if (a is None) != (b is None):
                    return 1 if a is None else -1
            elif a != b:
                return (1 if a > b else -1) * (-1 if descending else 1)
        return 0

    return [record["id"] for record in sorted(records, key=cmp_to_key(compare))]
