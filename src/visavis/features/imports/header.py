"""The header of a file with some of its cells, and which columns name which fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visavis import access
from visavis.access import Actor
from visavis.catalogue import Catalogue, Field, Object
from visavis.features.imports.evaluating import KEY_COLUMN
from visavis.features.imports.panels import Panel
from visavis.features.imports.plan import FieldRule, Plan, plan_json
from visavis.features.imports.squash import squash
from visavis.fields import References, type_of

OWN_COLUMNS = ("import_row", KEY_COLUMN, "import_reason")
GRANTING = ("role", "active", "team")
_CURRENCIES = frozenset({"currency", "currencycode", "currencyisocode"})

Samples = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that fits the header; ``confidence`` is the share of columns that it uses, 0 to 1.

    ``sure``: it is right also where it uses few columns, for the others only lack fields.
    """

    name: str
    confidence: float
    plan: Plan
    sure: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "confidence": round(self.confidence, 2), "plan": plan_json(self.plan)}


@dataclass(frozen=True)
class Header:
    """The columns of a file with some of their cells.

    ``panel``: what it tells of customers over time. ``home``: the record type that has these customers already.
    """

    filename: str
    samples: Samples
    catalogue: Catalogue
    actor: Actor
    panel: Panel | None = None
    home: str | None = None

    @property
    def columns(self) -> list[str]:
        return [c for c in self.samples if c not in OWN_COLUMNS]

    def is_distinct(self, column: str) -> bool:
        cells = self.samples[column]
        return bool(cells) and len(set(cells)) == len(cells)


def matches(header: Header, obj: Object) -> dict[str, str]:
    """Field → column, for the fields of the object that the header names and the actor may fill in."""
    writable = [f for f in access.writable(header.actor, obj) if obj.name != "user" or f.name not in GRANTING]
    names = [_names(header.catalogue, obj, f) for f in writable]
    found: dict[str, str] = {}
    for rank in range(4):
        for field, ranked in zip(writable, names, strict=True):
            taken = set(found.values())
            column = next((c for c in header.columns if squash(c) in ranked[rank] and c not in taken), None)
            if field.name not in found and column:
                found[field.name] = column
    return found


def _names(catalogue: Catalogue, obj: Object, field: Field) -> tuple[frozenset[str], ...]:
    """What a field may be called, surest first: its name, its labels, its aliases; these with more words around."""
    own = frozenset({squash(field.name)})
    labels = frozenset(squash(label) for label in field.label.values())
    aliases = frozenset(squash(alias) for alias in field.aliases)
    owners = {squash(n) for n in (obj.name, obj.plural, *obj.aliases, *obj.label.values())}
    longer = {o + n for o in owners for n in own | labels | aliases} | {n + "name" for n in own}
    if obj.title == (field.name,) and type_of(field).wire == "plain":
        longer |= owners
    return own, labels, aliases, frozenset(longer | id_names(catalogue, field))


def id_names(catalogue: Catalogue, field: Field) -> set[str]:
    """What a column of a relation that holds ids may be called: ``AccountId``, ``owner_id``."""
    if not field.target:
        return set()
    other = catalogue.object(field.target)
    others = other.aliases if field.name == other.name else ()
    return {squash(name) + "id" for name in (field.name, *others)}


def is_link(field: Field) -> bool:
    return isinstance(type_of(field), References)


def rule_of(header: Header, field: Field, column: str) -> FieldRule:
    """The cell; money in the currency of the column beside it, if there is one."""
    if field.type != "money":
        return FieldRule(column=column)
    beside = {squash(column) + "currency", *_CURRENCIES}
    return FieldRule(column=column, currency_column=next((c for c in header.columns if squash(c) in beside), None))


def finder(header: Header) -> Callable[..., str | None]:
    known = {squash(c): c for c in header.columns}

    def find(*names: str) -> str | None:
        return next((known[squash(n)] for n in names if squash(n) in known), None)

    return find
