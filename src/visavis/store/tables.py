"""The names of tables, and what a plan for them is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from visavis.catalogue import Field, Object


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


BESIDE = {"_d": "derived_", "_s": "standing_", "_r": "rollup_"}
"""What the tables beside the records begin with, by what is put behind the alias of the records."""


def derived_table(obj: Object) -> str:
    """Where the derived fields of the object stand, beside its records."""
    return BESIDE["_d"] + obj.name


def standing_table(obj: Object) -> str:
    """Where the derived fields of the object stand that are relative: few columns, since a run writes all of them."""
    return BESIDE["_s"] + obj.name


def rollup_table(obj: Object) -> str:
    """Where what is kept fresh from related records stands, beside the records."""
    return BESIDE["_r"] + obj.name


def side(field: Field) -> str:
    """The key in ``BESIDE`` of the table where the field stands; empty for that of the records."""
    return "_s" if field.relative else {"insight": "_d", "rollup": "_r"}.get(field.kind, "")


def tables_beside(obj: Object) -> dict[str, str]:
    """The tables beside the records of the object, by key; they have one row for each of them at most."""
    used = {side(field) for field in (*obj.derived, *obj.rolled)}
    return {key: start + obj.name for key, start in BESIDE.items() if key in used}
