"""The plan of an import: which columns become which fields of which records. Plain data, shown and edited on the page.

A plan reads each row of the file once and may make several records of it:

    {"targets": [
        {"alias": "invoice", "object": "invoice", "key": {"columns": ["InvoiceNo"]},
         "fields": {"number": {"column": "InvoiceNo"}, "status": {"value": "paid"}},
         "links": {"company": {"target": "company"}}},
        …],
     "currency": "GBP", "timezone": "UTC"}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Literal

import msgspec


class Struct(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of the plan's parts: unknown keys are refused, defaults are not written."""


class Rule(Struct):
    """``value`` where the cell begins with, equals or contains the given text (letter case aside).

    With ``column`` it is the cell of that other column that is looked at.
    """

    value: str
    column: str | None = None
    starts_with: str | None = None
    equals: str | None = None
    contains: str | None = None


class Period(Struct):
    """The cell is the number of a period, or its name (2024-Q3, 2024-05); the value is the first day of it.

    ``start`` is the first day (2024-01-01) of the period numbered ``first``. Where ``year`` names a column, the numbers
    count within the year that stands there, and ``start`` says nothing.
    """

    unit: Literal["day", "week", "month", "quarter", "half", "year"]
    start: str | None = None
    first: int = 1
    year: str | None = None


class FieldRule(Struct):
    """Where the value of one field comes from: the first of these that is given.

    ``value`` a constant; ``column`` a cell (``or`` names further columns for where the first is empty, ``values``
    translates cells, ``rules`` choose a value by what the cell holds, ``else`` where none fits; with ``period`` the
    cell tells a period, and its first day is the value); ``joined`` columns with a blank, or ``between``, between them;
    ``numbered`` a word with the number of the row behind it; ``product_of`` columns multiplied; ``parts`` of an address
    by column; ``sum_of`` a field of the records of another target that link here, written ``alias.field``. ``keep``
    leaves alone what the record already has. With ``lenient`` a cell that does not fit is left out and reported, and
    its row goes in. Money is in ``currency_column``'s currency, else in ``currency``, else in the plan's.
    """

    value: str | bool | int | float | list[str] | None = None
    column: str | None = None
    or_: str | list[str] | None = msgspec.field(default=None, name="or")
    values: dict[str, str] = {}
    rules: list[Rule] = []
    else_: str | None = msgspec.field(default=None, name="else")
    joined: list[str] = []
    between: str = " "
    period: Period | None = None
    product_of: list[str] = []
    parts: dict[str, str] = {}
    sum_of: str | None = None
    numbered: str | None = None
    keep: bool = False
    lenient: bool = False
    currency: str | None = None
    currency_column: str | None = None

    @property
    def others(self) -> list[str]:
        """The columns for where the first is empty."""
        return [self.or_] if isinstance(self.or_, str) else list(self.or_ or ())

    def columns(self) -> Iterator[str]:
        """Every column of the file that the rule reads."""
        yield from (c for c in (self.column, *self.others, self.currency_column) if c)
        yield from (c for c in (self.period.year if self.period else None,) if c)
        yield from (case.column for case in self.rules if case.column)
        yield from self.joined
        yield from self.product_of
        yield from self.parts.values()


class LinkRule(Struct):
    """Which record a relation points at: that of another target of the row, or one named in a column.

    ``match`` says what the cell names: ``auto`` (external id, else title), ``external_id``, ``title``, ``id``, ``key``
    (as exports write it: the external id, or where the record comes from) or a
    text field of the linked object. ``create_missing`` makes a record of that title where none is found; where there is
    none and none is made, the row is refused, or with ``missing`` = ``empty`` goes in without the link, and that is
    reported. ``or`` is a column for where the first is empty. Only cells that begin with ``starts_with`` count, and
    ``prefix`` is put before them, as it is before the keys of those records. A cell with ``several`` names means the
    first that is there.
    """

    target: str | None = None
    column: str | None = None
    or_: str | None = msgspec.field(default=None, name="or")
    match: str = "auto"
    prefix: str = ""
    starts_with: str | None = None
    several: bool = False
    create_missing: bool | None = None
    missing: Literal["refuse", "empty"] = "refuse"
    keep: bool = False

    def columns(self) -> Iterator[str]:
        """Every column of the file that the link reads."""
        yield from (c for c in (self.column, self.or_) if c)


class Key(Struct):
    """What tells one record of the file from another: the cells of ``columns``, joined by ``/``; all if none is named.

    It becomes the record's external id, or is compared with ``field`` where one is named. ``ordinal`` adds a running
    number within the same cells, for lines that have no number of their own. ``prefix`` is put before the key, so that
    the ids of two systems do not meet. ``adopt`` names a field: a record without an external id that alone has the same
    value there is taken to be the same, and is given the key. ``own`` says that the keys are those of an export:
    external ids, or where a record comes from.
    """

    columns: list[str] = []
    prefix: str = ""
    adopt: str | None = None
    ordinal: bool = False
    field: str | None = None
    own: bool = False

    @property
    def is_looked_up(self) -> bool:
        """Whether something else than the external id alone says which record it is."""
        return self.own or self.field is not None


class Where(Struct):
    """The rows whose cell in ``column`` is one of ``values`` (letter case aside; ``""`` is the empty cell).

    Without values: those whose cell is filled; with ``nonzero`` those whose cell is a number other than zero.
    """

    column: str
    values: list[str] = []
    nonzero: bool = False


class Target(Struct):
    """One record per distinct key. A target that others link to may repeat down the file: first filled cells count.

    Where the key is empty the row is bad, unless the target is ``optional``: then the row has no such record. Without
    ``create`` only records that are there already are changed. ``where``: only such rows have that record.
    """

    alias: str
    object: str
    key: Key = msgspec.field(default_factory=Key)
    fields: dict[str, FieldRule] = {}
    links: dict[str, LinkRule] = {}
    create_missing: bool = False
    optional: bool = False
    create: bool = True
    where: Where | None = None

    def columns(self) -> Iterator[str]:
        """Every column of the file that the target reads."""
        yield from (self.where.column,) if self.where else ()
        yield from self.key.columns
        for rule in self.fields.values():
            yield from rule.columns()
        for link in self.links.values():
            yield from link.columns()

    def creates_missing(self, link: LinkRule) -> bool:
        return self.create_missing if link.create_missing is None else link.create_missing


class Skip(Struct):
    """Rows to be left out, and why: those whose cell in ``column`` is one of ``values`` (letter case aside).

    ``""`` is the empty cell.
    """

    column: str
    values: list[str]
    reason: str


class Mention(Struct):
    """What a filled cell in ``column`` holds does not go in; the report says so, and why."""

    column: str
    reason: str


class Left(Struct):
    """``column`` does not go in, since ``of`` says it: it is its ``square``, or a ``flag`` where it is not zero."""

    column: str
    because: Literal["square", "flag"]
    of: str


class Plan(Struct):
    """``currency`` is that of amounts without one (the workspace's if null); ``timezone`` that of times without one.

    ``main``: the aliases of the targets that the rows are counted by; the last one if they are not said. ``whole``:
    columns of ids that were written as numbers, where ``1.0`` means ``1``. For whoever looks at the plan: ``left``, the
    columns that say nothing of their own, and ``belongs``, the target that a column without a field is about.
    """

    targets: list[Target]
    skip: list[Skip] = []
    mention: list[Mention] = []
    main: list[str] = []
    whole: list[str] = []
    left: list[Left] = []
    belongs: dict[str, str] = {}
    currency: str | None = None
    timezone: str = "UTC"

    def target(self, alias: str) -> Target:
        return next(t for t in self.targets if t.alias == alias)

    def filled(self, alias: str, fields: dict[str, FieldRule]) -> Plan:
        """The same plan, the target with these fields too."""
        targets = [
            msgspec.structs.replace(t, fields={**t.fields, **fields}) if t.alias == alias else t for t in self.targets
        ]
        return msgspec.structs.replace(self, targets=targets)

    def keyed(self) -> Plan:
        """The same plan where every target has a key: without one, all of its cells, numbered where they repeat."""
        return msgspec.structs.replace(self, targets=[self._keyed(t) for t in self.targets])

    def _keyed(self, target: Target) -> Target:
        if target.key.columns:
            return target
        columns = list(dict.fromkeys(target.columns()))
        return msgspec.structs.replace(target, key=Key(columns=columns, ordinal=not self.repeats(target)))

    def columns(self) -> list[str]:
        """Every column that the plan reads, once."""
        read = [c for t in self.targets for c in t.columns()]
        return list(dict.fromkeys((*read, *(s.column for s in self.skip), *(m.column for m in self.mention))))

    def without_field(self, columns: Iterable[str]) -> dict[str, list[str]]:
        """By target, the columns of the file that go into no record, though they say something of their own."""
        read = {each.column for each in self.left}
        for target in self.targets:
            read |= set(target.key.columns) if len(target.key.columns) == 1 else set()
            read |= {c for rule in target.fields.values() for c in rule.columns()}
            read |= {c for link in target.links.values() for c in link.columns()}
        found: dict[str, list[str]] = {}
        aliases = [target.alias for target in self.targets]
        for column in (c for c in columns if c not in read):
            about = self.belongs.get(column)
            found.setdefault(about if about in aliases else aliases[0], []).append(column)
        return found

    def assumed(self) -> str | None:
        """In words: which day was assumed for numbered periods; None where the file tells its dates itself."""
        rules = (rule for target in self.targets for rule in target.fields.values())
        rule = next((rule for rule in rules if rule.period and rule.period.start), None)
        if rule is None or rule.period is None:
            return None
        period = rule.period
        return f"{rule.column}: no dates; {period.unit} {period.first} is taken to begin on {period.start}"

    def ordered(self) -> list[Target]:
        """The targets, each after those that it links to."""
        graph = {t.alias: self._needs(t) for t in self.targets}
        return [self.target(alias) for alias in TopologicalSorter(graph).static_order()]

    def repeats(self, target: Target) -> bool:
        """Whether another target links to this one, so that its key may stand in many rows."""
        return any(target.alias in self._needs(t) for t in self.targets if t is not target)

    def is_cyclic(self) -> bool:
        try:
            self.ordered()
        except CycleError:
            return True
        return False

    def _needs(self, target: Target) -> set[str]:
        return {link.target for link in target.links.values() if link.target and link.target != target.alias}


def plan_from(body: object) -> Plan:
    """A plan from its JSON; ``msgspec.ValidationError`` says where it is wrong."""
    return msgspec.convert(body, Plan)


def plan_json(plan: Plan) -> dict[str, object]:
    return dict(msgspec.to_builtins(plan))
