"""A formula against the catalogue: every name known, every kind fitting, nothing going round in a circle."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.catalogue.formulas.functions import FUNCTIONS, OPERATORS, TIMED, Function, special, typed
from visavis.catalogue.formulas.nodes import Constant, Do, FormulaError, Node, Read, ValueKind, Written, nodes_of
from visavis.catalogue.formulas.reading import parse

if TYPE_CHECKING:
    from visavis.catalogue.model import Field, Object

MOST_NODES = 400
MOST_READS = 20_000
MOST_LEVELS = 150
KINDS: Mapping[str, ValueKind] = {
    "text": "text",
    "long_text": "text",
    "email": "text",
    "phone": "text",
    "url": "text",
    "choice": "text",
    "integer": "number",
    "decimal": "number",
    "percent": "number",
    "money": "money",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "multi_choice": "list",
    "relation": "link",
    "user": "link",
}
RESULTS: Mapping[ValueKind, tuple[str, ...]] = {
    "number": ("decimal", "integer", "percent"),
    "money": ("money",),
    "text": ("text",),
    "boolean": ("boolean",),
    "date": ("date",),
    "datetime": ("datetime",),
}
_SPOKEN: Mapping[ValueKind, str] = {
    "number": "a number",
    "money": "an amount of money",
    "text": "a text",
    "boolean": "yes or no",
    "date": "a date",
    "datetime": "a date with time",
    "list": "a list of choices",
    "link": "a link",
    "other": "an address",
    "nothing": "no value",
}
Reads = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A formula that holds. ``reads`` are all (object, field) pairs that it stands on, those of other formulas too.

    A ``steady`` one changes only when the record itself is written: it follows no link, asks for no date of today.
    """

    node: Node
    reads: Reads
    steady: bool


def check(
    text: str,
    obj: Object,
    objects: Mapping[str, Object],
    name: str = "",
    type_name: str = "",
    *,
    strict: bool = True,
) -> Checked:
    """The formula ``text`` of the field ``name`` of ``obj``; ``FormulaError`` for the first thing that is wrong.

    ``type_name`` is the type that the result has to fit. Only a ``strict`` check refuses a comparison with what is not
    an option: options come and go.
    """
    written = parse(text)
    _keep_flat(written)
    node = _Checker(obj, objects, name, strict=strict).node(written)
    _keep_flat(node)
    if node.kind == "nothing":
        raise FormulaError(0, "The formula never has a value.", "Read a field in it.")
    if type_name and type_name not in RESULTS.get(node.kind, ()):
        raise FormulaError(
            0, f"The formula gives {_SPOKEN[node.kind]}, the field is of the type {type_name}.", _fit(node)
        )
    found = list(nodes_of(node))
    if len(found) > MOST_NODES:
        raise FormulaError(0, "The formula is too large.", f"With all that it reads it may have {MOST_NODES} parts.")
    if sum(_work(node)) > MOST_READS:
        raise FormulaError(
            0, "Too many currencies are to be compared.", "Use amount() of what is compared, or split it into fields."
        )
    return Checked(node, tuple(dict.fromkeys(_reads(obj, found))), _is_steady(found))


def _keep_flat(whole: Written | Node) -> None:
    """A long sum is as deep as it is long, and whoever reads it goes all the way down."""
    level, row = 0, [whole]
    while row:
        level, row = level + 1, [part for one in row for part in getattr(one, "parts", ())]
    if level > MOST_LEVELS:
        raise FormulaError(
            0, f"The formula has more than {MOST_LEVELS} steps in a row, with those that it reads.", "Take some out."
        )


def _work(node: Node) -> tuple[int, int]:
    """How much is read to work out the value, and how much to know its currency.

    Where amounts meet, both are asked of each, so that amounts within amounts within amounts double with each step.
    """
    if not isinstance(node, Do) or not node.parts:
        return 1, 1
    parts = [_work(part) for part in node.parts]
    value, currency = 1 + sum(v for v, _ in parts), 1 + sum(c for _, c in parts)
    meets = node.name in _MEETING and all(part.kind == "money" for part in node.parts)
    shown = {"if": currency + parts[0][0], "coalesce": value + currency}.get(node.name, currency)
    return value + currency if meets or node.name == "currency" else value, shown


_MEETING = frozenset({"+", "-", "/", "=", "!=", "<", "<=", ">", ">="})


def check_rule(text: str, obj: Object, objects: Mapping[str, Object], *, strict: bool = True) -> Checked:
    """A formula that says whether a rule holds, over what people fill in; ``FormulaError`` as for ``check``."""
    found = check(text, obj, objects, type_name="boolean", strict=strict)
    for node in nodes_of(found.node):
        if isinstance(node, Read) and node.through is None and node.field.kind != "entered":
            raise FormulaError(
                0, f"'{node.field.name}' is worked out beside the record.", "A rule reads what people fill in."
            )
    return found


def _fit(node: Node) -> str:
    types = RESULTS.get(node.kind, ())
    return f"Choose the type {' or '.join(types)}." if types else "Use its fields or empty() of it."


def _reads(obj: Object, nodes: Iterable[Node]) -> Iterable[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, Do) and node.name == "fit":
            yield obj.name, node.detail.partition(":")[0]
        if isinstance(node, Read):
            place = obj.name
            if node.through:
                yield obj.name, node.through.name
                place = str(node.through.target)
            yield place, node.field.name
            yield from node.field.reads


def _is_steady(nodes: Iterable[Node]) -> bool:
    return not any(
        (isinstance(n, Read) and (n.through is not None or n.field.kind != "entered"))
        or (isinstance(n, Do) and n.name in TIMED)
        for n in nodes
    )


class _Checker:
    def __init__(self, obj: Object, objects: Mapping[str, Object], name: str, *, strict: bool) -> None:
        self._object, self._objects, self._name, self._strict = obj, objects, name, strict

    def node(self, written: Written) -> Node:
        if written.form == "constant":
            return Constant(_kind_of(written), written.value)
        if written.form == "name":
            return self._read(written)
        return self._call(written)

    def _call(self, written: Written) -> Node:
        known = FUNCTIONS.get(written.name) or OPERATORS.get(written.name)
        if known is None:
            near = _near(written.name, FUNCTIONS)
            raise FormulaError(written.at, f"There is no function '{written.name}'.", near or _offer(FUNCTIONS))
        if not known.least <= len(written.parts) <= (known.most or known.least):
            raise FormulaError(
                written.at, f"'{written.name}' does not take {len(written.parts)} values.", _usage(known)
            )
        parts = [self.node(part) for part in written.parts]
        kind = known.result([part.kind for part in parts])
        if kind is None:
            raise _misfit(written, known, parts)
        self._check_options(written, parts)
        return special(written, Do(kind, written.name, _filled(written.name, kind, parts)))

    def _check_options(self, written: Written, parts: list[Node]) -> None:
        if not self._strict or written.name not in ("=", "!=", "has"):
            return
        for read, other, where in zip(parts, parts[::-1], written.parts[::-1], strict=True):
            options = read.field.ever.options if isinstance(read, Read) else ()
            if options and isinstance(other, Constant) and other.value not in {None, *(o.value for o in options)}:
                raise FormulaError(
                    where.at, f"'{other.value}' is not an option of {_name(read)}.", _offer([o.value for o in options])
                )

    def _read(self, written: Written) -> Node:
        name, _, further = written.name.partition(".")
        field = self._field(self._object, name, written)
        if not further:
            return self._own(field, written)
        if field.target is None or "." in further:
            raise FormulaError(written.at, f"'{written.name}' cannot be followed.", "Go one step along a relation.")
        target = self._objects[field.target]
        other = self._field(target, further, written)
        if other.kind == "formula":
            raise FormulaError(
                written.at,
                f"'{written.name}' is a formula of another record.",
                f"Use the fields that it reads: {other.formula}",
            )
        return Read(KINDS.get(other.type, "other"), other, field)

    def _field(self, obj: Object, name: str, written: Written) -> Field:
        field = obj.by_name.get(name)
        if field is None:
            near = _near(name, obj.by_name)
            raise FormulaError(written.at, f"{obj.name} has no field '{name}'.", near or _offer(obj.by_name))
        return field

    def _own(self, field: Field, written: Written) -> Node:
        kind = KINDS.get(field.type, "other")
        if field.name == self._name or (self._object.name, self._name) in field.reads:
            raise FormulaError(
                written.at, f"'{field.name}' stands on this very field.", "A formula cannot go in a circle."
            )
        if field.kind != "formula":
            return Read(kind, field)
        assert field.node is not None
        return Do(kind, "fit", (field.node,), f"{field.name}:{field.type}")


def _kind_of(written: Written) -> ValueKind:
    if written.value is None:
        return "nothing"
    return "boolean" if isinstance(written.value, bool) else "text" if isinstance(written.value, str) else "number"


def _filled(name: str, kind: ValueKind, parts: list[Node]) -> tuple[Node, ...]:
    """No value gets the kind of the answer, which PostgreSQL wants to know."""
    return tuple(typed(part, kind) for part in parts) if name in _MAY_BE_EMPTY else tuple(parts)


_MAY_BE_EMPTY = ("if", "coalesce", "concat", "&")


def _misfit(written: Written, known: Function, parts: list[Node]) -> FormulaError:
    given = " and ".join(_SPOKEN[p.kind] for p in parts)
    remedy = _usage(known)
    if any(p.kind == "nothing" for p in parts):
        remedy = "Ask with empty(field) whether there is a value."
    elif {p.kind for p in parts} == {"money", "number"}:
        remedy = 'Compare and add amounts with amounts: money(100, "EUR"), or use amount(…) of it.'
    return FormulaError(written.at, f"'{_shown(written.name)}' does not take {given}.", remedy)


def _shown(name: str) -> str:
    return "-" if name == "negative" else name


def _usage(known: Function) -> str:
    return f"It is written {known.usage}."


def _name(read: Node) -> str:
    assert isinstance(read, Read)
    return f"{read.through.name}.{read.field.name}" if read.through else read.field.name


def _near(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(known), 1)
    return f"Do you mean {found[0]}?" if found else ""


def _offer(names: Iterable[str]) -> str:
    return f"There are: {', '.join(list(names)[:40])}."
