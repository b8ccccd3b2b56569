"""Words for saying what the tables of another system are.

Columns are named by their letters and digits only (``squash``), so that ``AccountId``, ``account_id`` and
``Account ID`` are one name. Several names (a tuple, or ``a|b``) mean the first that the file has, then the next where
its cell is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

Columns = str | tuple[str, ...]


class Order(IntEnum):
    """In which order tables go in: what others point at comes first."""

    USERS = 10
    PRODUCTS = 20
    COMPANIES = 30
    PEOPLE = 40
    DEALS = 50
    TICKETS = 60
    ACTIVITIES = 70
    LINKS = 80


@dataclass(frozen=True, slots=True)
class Case:
    """``value`` where the cell of ``column`` equals or contains a text."""

    column: str
    value: str
    equals: str | None = None
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """Where a field's value comes from. ``lookup`` names a table of the same export that says what the cells mean."""

    columns: Columns = ()
    constant: str | None = None
    joined: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    otherwise: str | None = None
    lookup: str | None = None
    keep: bool = False
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """What a relation points at: by the system's id, unless ``match`` says otherwise; or another part of the row.

    ``instead`` counts where the file has none of the columns, or the row no such part.
    """

    columns: Columns = ()
    part: str | None = None
    match: str = "external_id"
    suffix: str = ""
    begins: str | None = None
    several: bool = False
    creates: bool = False
    keep: bool = False
    instead: Ref | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One record that each row makes. ``where`` (column, values) says which rows have it; without values those
    whose cell is filled.

    ``suffix`` goes between the system's prefix and the key, for systems that number two kinds of one type apart.
    ``instead_of``: the part is left out where the file has that column. The names in ``key`` are joined.
    """

    object: str
    key: tuple[str, ...]
    fields: Mapping[str, Take | Columns] = field(default_factory=dict)
    refs: Mapping[str, Ref | str] = field(default_factory=dict)
    address: Mapping[str, Columns] = field(default_factory=dict)
    alias: str = ""
    adopt: str | None = None
    suffix: str = ""
    optional: bool = False
    create: bool = True
    where: tuple[str, tuple[str, ...]] | None = None
    instead_of: str | None = None

    @property
    def name(self) -> str:
        return self.alias or self.object


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file. It is known by ``needs`` (``a|b``: either; ``=a``: written exactly so) and none of ``without``.

    With ``only`` no column beyond these may be there. Tables go in by ``order``; ``main`` names the parts that the rows
    are counted by. ``skips``: (column, values, reason) of rows to be left out.
    ``mentions``: (column, reason) of cells that are left behind.
    """

    label: str
    order: int
    needs: tuple[str, ...]
    parts: tuple[Part, ...]
    main: str | tuple[str, ...]
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skips: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the ids in ``key`` mean: by a case, by a label that the field knows, by a number, or otherwise."""

    key: str
    field: str
    cases: tuple[Case, ...] = ()
    label: str | None = None
    scale: tuple[str, tuple[tuple[float, str], ...]] | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A kind of file that is known and makes no records, and why; perhaps it explains the cells of others."""

    label: str
    needs: tuple[str, ...]
    reason: str
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True)
class System:
    """Another system. ``prefix`` stands before its ids, so that the ids of two systems never meet."""

    name: str
    label: str
    prefix: str
    tables: tuple[Table, ...]
    left: tuple[Left, ...] = ()


DELETED = (
    ("isdeleted", ("true", "1"), "deleted in the other system"),
    ("fivetrandeleted", ("true", "1"), "deleted in the other system"),
    ("deleted", ("true", "1"), "deleted in the other system"),
)


def address_of(*prefixes: str) -> dict[str, Columns]:
    """The parts of an address, each in the first column there is that is called by a prefix and the part."""
    parts = {"street": "street", "city": "city", "region": "state", "postal_code": "postalcode", "country": "country"}
    return {part: tuple(prefix + column for prefix in prefixes) for part, column in parts.items()}
