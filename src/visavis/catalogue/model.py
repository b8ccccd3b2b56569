"""What a record type is, as frozen data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from visavis.catalogue.formulas import Checked, Node, Reads
from visavis.kernel.errors import NotFound

Labels = Mapping[str, str]
Sensitivity = Literal["none", "personal", "special"]
Kind = Literal["entered", "insight", "formula", "rollup"]
LANGUAGES = ("en", "ko", "zh", "ro", "he")
MAX_FIELDS = 250

SYSTEM_FIELDS = (
    "id",
    "version",
    "title",
    "external_id",
    "created_at",
    "updated_at",
    "created_by",
    "updated_by",
    "deleted_at",
)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``aliases`` are other spellings that an import may meet."""

    value: str
    label: Labels
    color: str = "gray"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollup:
    """``function`` of the values ``of`` the live records of ``object`` whose ``field`` points here.

    Those that fit ``filter`` count. ``last`` is the value of the one with the latest ``by``.
    """

    object: str
    field: str
    function: str
    of: str | None = None
    filter: Any = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One fact about a record: entered by people, or derived by a method.

    ``id`` never changes; ``name`` is the API name and the column; labels are for people. ``reverse`` is what a relation
    is called from its other end. A ``hierarchy`` is a relation to the own type that never runs in a circle.

    What is ``known_after`` the fact (a reason for leaving, say) must not be learned from to foresee it.

    What is ``relative`` is a place among all records: it moves when the value of any other does.

    A value is to be verified again ``verify_every`` days after it was written or verified.

    ``required_if`` is a formula that says when the field must not be empty, ``rule`` the same checked.

    ``former`` are options that were taken away: records may hold them still.

    ``node``, ``reads`` and ``steady`` are what checking a formula or a roll-up found (``formulas.Checked``).
    """

    id: str
    name: str
    type: str
    label: Labels
    help: Labels = field(default_factory=dict)
    required: bool = False
    unique: bool = False
    options: tuple[Option, ...] = ()
    target: str | None = None
    derived: bool = False
    method: str | None = None
    source: str = "user"
    sensitivity: Sensitivity = "none"
    searchable: bool = False
    hidden: bool = False
    origin: str = "core"
    aliases: tuple[str, ...] = ()
    reverse: Labels = field(default_factory=dict)
    hierarchy: bool = False
    formula: str | None = None
    rollup: Rollup | None = None
    node: Node | None = None
    reads: Reads = ()
    steady: bool = False
    required_if: str | None = None
    required_message: Labels = field(default_factory=dict)
    rule: Checked | None = None
    verify_every: int | None = None
    known_after: bool = False
    relative: bool = False
    former: tuple[Option, ...] = ()

    @property
    def kind(self) -> Kind:
        """Where the value comes from: people, analysis, a formula, or related records."""
        if self.formula is not None:
            return "formula"
        if self.rollup is not None:
            return "rollup"
        return "insight" if self.derived else "entered"

    @property
    def ever(self) -> Field:
        """The field with every option that it ever had; where it has none, anything goes."""
        return replace(self, options=(*self.options, *self.former)) if self.options and self.former else self


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose a record is. ``own``: its owner field; ``via``: that of what it hangs on; ``open``: everybody's."""

    kind: Literal["own", "via", "open"]
    via: tuple[str, ...] = ()


@dataclass(frozen=True)
class Object:
    """One record type: all that is derived anywhere is derived from this.

    ``period`` names the dates from and to which a record holds, where it is true for a time only.
    """

    name: str
    plural: str
    label: Labels
    label_plural: Labels
    fields: tuple[Field, ...]
    title: tuple[str, ...]
    list: tuple[str, ...]
    sort: str = "-updated_at"
    icon: str = "circle"
    scope: Scope = Scope("open")
    origin: str = "core"
    hidden: bool = False
    timeline: str | None = None
    who_writes: Literal["everyone", "managers", "owners"] = "everyone"
    aliases: tuple[str, ...] = ()
    period: tuple[str, str] | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {f.name: f for f in self.fields if not f.hidden}

    @cached_property
    def entered(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if not f.derived and not f.hidden)

    @cached_property
    def derived(self) -> tuple[Field, ...]:
        """What analysis writes."""
        return tuple(f for f in self.fields if f.kind == "insight" and not f.hidden)

    @cached_property
    def rolled(self) -> tuple[Field, ...]:
        """What is kept fresh from related records."""
        return tuple(f for f in self.fields if f.kind == "rollup" and not f.hidden)

    def field(self, name: str) -> Field:
        """The field of that name; ``NotFound`` names the object if it has none."""
        found = self.by_name.get(name)
        if found is None:
            raise NotFound(f"{self.name} has no field '{name}'.")
        return found


@dataclass(frozen=True, slots=True)
class Relation:
    """Seen from the other side: ``object`` points here with its ``field``."""

    object: str
    field: str
    label: Labels


@dataclass(frozen=True)
class Catalogue:
    """Every record type of a workspace at one version."""

    objects: tuple[Object, ...]
    version: int = 0

    @cached_property
    def by_name(self) -> Mapping[str, Object]:
        return {o.name: o for o in self.objects if not o.hidden}

    @cached_property
    def by_plural(self) -> Mapping[str, Object]:
        return {o.plural: o for o in self.objects if not o.hidden}

    def object(self, name: str) -> Object:
        """The object of that name, or ``NotFound``."""
        found = self.by_name.get(name)
        if found is None:
            raise NotFound(f"There is no record type '{name}'.")
        return found

    def relations_to(self, name: str) -> tuple[Relation, ...]:
        """The relations that point at the object, in catalogue order."""
        return self._relations.get(name, ())

    @cached_property
    def _relations(self) -> Mapping[str, tuple[Relation, ...]]:
        found: dict[str, list[Relation]] = {}
        for obj, fld in self._targets():
            found.setdefault(str(fld.target), []).append(Relation(obj.name, fld.name, fld.reverse or obj.label_plural))
        return {name: tuple(relations) for name, relations in found.items()}

    def _targets(self) -> Iterator[tuple[Object, Field]]:
        for obj in self.by_name.values():
            for fld in obj.entered:
                if fld.target:
                    yield obj, fld


def text_of(labels: Labels, language: str = "en") -> str:
    """The label in that language, else in English, else in any."""
    return labels.get(language) or labels.get("en") or next(iter(labels.values()), "")


Overlay = Mapping[str, Any]
