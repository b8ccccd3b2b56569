"""A plan laid over the catalogue: for each target its record type, its staging table and what goes where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from visavis import access
from visavis.access import Actor
from visavis.catalogue import Catalogue, Field, Object
from visavis.features.imports import periods
from visavis.features.imports.plan import FieldRule, LinkRule, Plan, Target
from visavis.fields import References, columns_of, type_of
from visavis.fields.money import currencies
from visavis.kernel.errors import FieldError, Forbidden, Invalid
from visavis.kernel.ids import is_name

GRANTED = ("role", "active")
_BY_TITLE = ("auto", "title")
_MATCHES = ("auto", "external_id", "title", "id", "key")


@dataclass(frozen=True, slots=True)
class Filled:
    """One field and where its value comes from. ``currency``: that of an amount without a column of its own."""

    field: Field
    rule: FieldRule
    currency: str

    @property
    def is_money(self) -> bool:
        return type_of(self.field).wire == "money"

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        """(column, SQL type) pairs of the staging table."""
        if self.rule.sum_of:
            return ()
        columns = columns_of(self.field)
        return columns if self.rule.currency_column else columns[:1]


@dataclass(frozen=True, slots=True)
class Linked:
    """One relation and where it points. ``table`` keeps which cell means which record."""

    field: Field
    rule: LinkRule
    object: Object
    creates: bool
    table: str

    @property
    def staged(self) -> str:
        return f"_link_{self.field.name}"


@dataclass(frozen=True)
class Shape:
    """One target, ready to be staged and merged."""

    target: Target
    object: Object
    filled: tuple[Filled, ...]
    links: tuple[Linked, ...]
    repeats: bool
    stage: str

    @property
    def alias(self) -> str:
        return self.target.alias

    @property
    def raw(self) -> str:
        """Where batches land before the repeated rows of a key are made one."""
        return f"{self.stage}_raw" if self.repeats else self.stage

    @property
    def keys(self) -> str:
        """Which key means which record, where keys are compared with a field."""
        return f"{self.stage}_keys"

    @property
    def rows(self) -> str:
        """Which row means which record that is there."""
        return f"{self.stage}_rows"

    @property
    def is_independent(self) -> bool:
        """Whether no row can decide what becomes of another by a link, a key in other letters or a unique value."""
        return not (self.self_links or self.target.key.is_looked_up or any(f.field.unique for f in self.filled))

    @cached_property
    def self_links(self) -> tuple[Linked, ...]:
        """Relations between records of this very target, such as a parent company."""
        return tuple(k for k in self.like if k.rule.column)

    @property
    def like(self) -> tuple[Linked, ...]:
        """Relations to records of the same type."""
        return tuple(k for k in self.links if k.object.name == self.object.name)

    @property
    def trees(self) -> tuple[Linked, ...]:
        """Relations that may not run in a circle."""
        return tuple(k for k in self.links if k.field.hierarchy)

    @cached_property
    def staged(self) -> tuple[tuple[str, str], ...]:
        """(column, SQL type) pairs of the staging table beside ``_row`` and ``_key``."""
        values = [column for f in self.filled for column in f.staged]
        return (*values, *((link.staged, "text") for link in self.links))


@dataclass(frozen=True)
class Layout:
    """A whole plan, its targets in the order in which they are written."""

    plan: Plan
    shapes: tuple[Shape, ...]

    def shape(self, alias: str) -> Shape:
        return next(s for s in self.shapes if s.alias == alias)

    @cached_property
    def ordinal(self) -> Shape | None:
        return next((s for s in self.shapes if s.target.key.ordinal), None)

    def tables(self) -> Iterator[str]:
        """Every table that an import keeps for itself."""
        for shape in self.shapes:
            yield from dict.fromkeys((shape.raw, shape.stage, shape.keys, shape.rows))
            yield from (link.table for link in shape.links)


def layout(
    plan: Plan, columns: Sequence[str], catalogue: Catalogue, actor: Actor, *, prefix: str, currency: str
) -> Layout:
    """The plan, checked; ``Invalid`` with all that is wrong with it, ``Forbidden`` for what the actor may not."""
    errors = list(_plan_errors(plan, columns, catalogue))
    if errors:
        raise Invalid("The plan needs mending.", errors=errors)
    _require(plan, catalogue, actor)
    money = plan.currency or currency
    shapes = tuple(
        _shape(plan, target, catalogue, f"{prefix}_{place}", money) for place, target in enumerate(plan.ordered())
    )
    return Layout(plan, shapes)


def _shape(plan: Plan, target: Target, catalogue: Catalogue, table: str, currency: str) -> Shape:
    obj = catalogue.object(target.object)
    filled = tuple(Filled(obj.field(n), r, r.currency or currency) for n, r in target.fields.items())
    links = tuple(
        _linked(target, obj.field(name), rule, catalogue, f"{table}_link_{place}")
        for place, (name, rule) in enumerate(target.links.items())
    )
    return Shape(target, obj, filled, links, plan.repeats(target), table)


def _linked(target: Target, field: Field, rule: LinkRule, catalogue: Catalogue, table: str) -> Linked:
    creates = bool(rule.column) and target.creates_missing(rule) and rule.match != "id"
    return Linked(field, rule, catalogue.object(str(field.target)), creates, table)


def _plan_errors(plan: Plan, columns: Sequence[str], catalogue: Catalogue) -> Iterator[FieldError]:
    if not plan.targets:
        yield _error("targets", "The plan makes no records.", "Say which records the rows are.")
    aliases = [t.alias for t in plan.targets]
    if any(not is_name(alias) for alias in aliases):
        yield _error("targets", "An alias is a short word of small letters.", "Use one like line.")
    if len(set(aliases)) != len(aliases):
        yield _error("targets", "Two targets have the same alias.", "Give each an alias of its own.")
    elif any(
        link.target not in (None, *aliases) or link.target == t.alias for t in plan.targets for link in t.links.values()
    ):
        yield _error("targets", "A link points at a target that is not in the plan.", "Use the alias of a target.")
    elif plan.is_cyclic():
        yield _error("targets", "The targets link to each other in a circle.", "Remove one of the links.")
    if sum(t.key.ordinal for t in plan.targets) > 1:
        yield _error("targets", "Only one target can have numbered lines.", "Give the others a key of their own.")
    if plan.currency and plan.currency not in currencies():
        yield _error("currency", f"'{plan.currency}' is no ISO 4217 currency.", "Use a code like EUR.")
    yield from _zone_errors(plan)
    yield from _row_errors(plan, columns)
    for target in plan.targets:
        yield from _target_errors(plan, target, columns, catalogue)


def _row_errors(plan: Plan, columns: Sequence[str]) -> Iterator[FieldError]:
    for column in (*(s.column for s in plan.skip), *(m.column for m in plan.mention), *plan.whole):
        if column not in columns:
            yield _error(
                "whole" if column in plan.whole else "skip",
                f"The file has no column '{column}'.",
                "Choose one of its columns.",
            )
    for name in plan.main:
        if name not in {t.alias for t in plan.targets}:
            yield _error("main", f"There is no target '{name}'.", "Use the alias of a target.")


def _zone_errors(plan: Plan) -> Iterator[FieldError]:
    try:
        ZoneInfo(plan.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield _error("timezone", f"'{plan.timezone}' is no time zone.", "Use a name like Europe/Bucharest.")


def _target_errors(plan: Plan, target: Target, columns: Sequence[str], catalogue: Catalogue) -> Iterator[FieldError]:
    place = f"targets.{target.alias}"
    obj = catalogue.by_name.get(target.object)
    if obj is None:
        yield _error(place, f"There is no record type '{target.object}'.", "Choose one of the catalogue.")
        return
    for column in dict.fromkeys(target.columns()):
        if column not in columns:
            yield _error(place, f"The file has no column '{column}'.", "Choose one of its columns.")
    if not target.key.columns:
        yield _error(f"{place}.key", "Nothing tells one record from another.", "Choose the columns of the key.")
    if target.key.adopt and target.key.adopt not in target.fields:
        yield _error(f"{place}.key", f"The field '{target.key.adopt}' gets no value.", "Choose one that does.")
    if target.key.field and target.key.field not in obj.by_name:
        yield _error(f"{place}.key", f"{obj.name} has no field '{target.key.field}'.", "Choose a field.")
    if target.key.ordinal and plan.repeats(target):
        yield _error(f"{place}.key", "Numbered lines cannot be linked to.", "Remove the link.")
    for name, rule in target.fields.items():
        yield from _field_errors(plan, obj, name, rule, f"{place}.{name}")
    for name, link in target.links.items():
        yield from _link_errors(obj, name, link, catalogue, f"{place}.{name}")


def _field_errors(plan: Plan, obj: Object, name: str, rule: FieldRule, place: str) -> Iterator[FieldError]:
    field = obj.by_name.get(name)
    if field is None or field.derived:
        yield _error(place, f"{obj.name} has no field '{name}' to fill in.", "Choose another field.")
    elif obj.name == "user" and name in GRANTED:
        yield _error(place, "No import gives anybody a role or lets him sign in.", "Set it by hand afterwards.")
    elif isinstance(type_of(field), References):
        yield _error(place, f"'{name}' is a link.", "Write it under links.")
    elif rule.sum_of and not _sums(plan, rule.sum_of):
        yield _error(place, "There is nothing of that name to add up.", "Write it like line.amount.")
    elif not _gets(rule):
        yield _error(place, "The field gets no value.", "Choose a column or a value.")
    if rule.period and rule.period.start and not periods.is_day(rule.period.start):
        yield _error(place, f"'{rule.period.start[:40]}' is no day.", "Write it like 2026-01-01.")
    if rule.currency and rule.currency not in currencies():
        yield _error(place, f"'{rule.currency}' is no ISO 4217 currency.", "Use a code like EUR.")


def _gets(rule: FieldRule) -> bool:
    """Whether the rule says where the value comes from."""
    given = (rule.column, rule.joined, rule.product_of, rule.parts, rule.sum_of, rule.numbered)
    return rule.value is not None or any(given)


def _sums(plan: Plan, path: str) -> bool:
    alias, _, field = path.partition(".")
    return any(t.alias == alias and field in t.fields for t in plan.targets)


def _link_errors(obj: Object, name: str, link: LinkRule, catalogue: Catalogue, place: str) -> Iterator[FieldError]:
    field = obj.by_name.get(name)
    if field is None or not isinstance(type_of(field), References):
        yield _error(place, f"{obj.name} has no link '{name}'.", "Choose one of its relations.")
        return
    if obj.name == "user":
        yield _error(place, "No import puts anybody in a team.", "Set it by hand afterwards.")
    if bool(link.column) == bool(link.target):
        yield _error(place, "A link needs either a column or a target.", "Give one of them.")
    other = catalogue.object(str(field.target))
    if link.match not in _MATCHES and link.match not in other.by_name:
        yield _error(place, f"'{link.match}' cannot be matched.", f"Use one of {', '.join(_MATCHES)} or a field.")


def _require(plan: Plan, catalogue: Catalogue, actor: Actor) -> None:
    for target in plan.targets:
        obj = catalogue.object(target.object)
        access.require(actor, obj, "create")
        access.require(actor, obj, "update")
        allowed = {f.name for f in access.writable(actor, obj)}
        if refused := [n for n in (*target.fields, *target.links) if n not in allowed]:
            raise Forbidden(f"A {actor.role} may not fill in {', '.join(refused)} of {obj.plural}.")
        _require_seen(obj, actor, target.key.field)
        for name, link in target.links.items():
            other = catalogue.object(str(obj.field(name).target))
            if link.column:
                _require_seen(other, actor, *(other.title if link.match in _BY_TITLE else (link.match,)))
            if link.column and target.creates_missing(link):
                _require_creatable(other, actor)


def _require_seen(obj: Object, actor: Actor, *names: str | None) -> None:
    """Which record has a value would tell of it."""
    hidden = {f.name for f in obj.by_name.values()} - {f.name for f in access.readable(actor, obj)}
    if refused := sorted(hidden & set(names)):
        raise Forbidden(f"A {actor.role} may not find {obj.plural} by {', '.join(refused)}.")


def _require_creatable(obj: Object, actor: Actor) -> None:
    access.require(actor, obj, "create")
    if more := [f.name for f in obj.entered if f.required and f.name not in obj.title]:
        raise Invalid(f"Missing {obj.plural} cannot be made: they need {', '.join(more)} as well.")


def _error(field: str, message: str, remedy: str) -> FieldError:
    return FieldError(field, "plan", message, remedy)
