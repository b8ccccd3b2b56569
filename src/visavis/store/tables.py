"""The names of tables, and what a plan for them is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from visavis.catalogue import Object


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the workspace has it: column → SQL type, the terms that an index begins with, its triggers."""

    columns: Mapping[str, str]
    indexed: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()


Actual = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Plan:
    """``apply`` runs now; ``later`` are index builds on tables that may have rows; ``unexplained`` forbids to serve.

    ``orphans`` are columns that no field claims: kept, reported by ``visavis doctor``. ``fills`` names the types whose
    roll-ups are to be worked out for the records that are there.
    """

    apply: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.apply or self.unexplained)


def joined(plans: Iterable[Plan]) -> Plan:
    """Several plans as one."""
    parts = list(plans)
    return Plan(*(tuple(s for p in parts for s in getattr(p, f.name)) for f in fields(Plan)))


def derived_table(obj: Object) -> str:
    """Where the derived fields of the object stand, beside its records."""
    return f"derived_{obj.name}"


def standing_table(obj: Object) -> str:
    """Where the derived fields of the object stand that are relative: few columns, since a run writes all of them."""
    return f"standing_{obj.name}"


def tables_beside(obj: Object) -> tuple[str, ...]:
    """The tables beside the records of the object, which have one row for each of them at most."""
    relative = any(f.relative for f in obj.derived)
    made = ((derived_table, obj.derived), (standing_table, relative), (rollup_table, obj.rolled))
    return tuple(table(obj) for table, needed in made if needed)


def rollup_table(obj: Object) -> str:
    """Where what is kept fresh from related records stands, beside the records."""
    return f"rollup_{obj.name}"
