"""From a header to the table of the system that wrote it, and from there to a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from visavis import access
from visavis.access import Actor
from visavis.catalogue import Catalogue, Field, Object
from visavis.features.imports.plan import FieldRule, Key, LinkRule, Mention, Plan, Rule, Skip, Target, Where
from visavis.features.imports.sources import SYSTEMS
from visavis.features.imports.sources.model import Case, Columns, Left, Part, Ref, System, Table, Take
from visavis.features.imports.squash import squash
from visavis.fields import References, type_of

Lookups = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """A file that is known: the table of a system, or one that is left out and why."""

    system: System
    table: Table | Left

    @property
    def label(self) -> str:
        return f"{self.system.label}: {self.table.label}"


@dataclass(frozen=True, slots=True)
class Columned:
    """The columns of a file by their letters and digits."""

    by_name: Mapping[str, str]
    exact: frozenset[str]

    @classmethod
    def of(cls, columns: Sequence[str]) -> Columned:
        return cls({squash(c): c for c in reversed(columns)}, frozenset(c.strip().casefold() for c in columns))

    def has(self, need: str) -> bool:
        """``a|b``: either; ``=a``: written exactly so."""
        return any(n[1:] in self.exact if n.startswith("=") else n in self.by_name for n in need.split("|"))

    def found(self, names: Columns) -> list[str]:
        """The columns of the file among these names, in their order."""
        parts = names.split("|") if isinstance(names, str) else [p for name in names for p in name.split("|")]
        return [self.by_name[n] for n in dict.fromkeys(parts) if n in self.by_name]


def recognised(columns: Sequence[str], system: str | None = None) -> Known | None:
    """The table that the columns are surest to be, among all systems or of one."""
    file = Columned.of(columns)
    found = [
        Known(candidate, table)
        for candidate in SYSTEMS
        if system in (None, candidate.name)
        for table in _kinds(candidate)
        if _fits(table, file)
    ]
    return max(found, key=lambda known: _sureness(known.table, file), default=None)


def _kinds(system: System) -> tuple[Table | Left, ...]:
    return (*system.tables, *system.left)


def _fits(table: Table | Left, file: Columned) -> bool:
    if not all(file.has(need) for need in table.needs) or any(name in file.by_name for name in table.without):
        return False
    return not table.only or set(file.by_name) <= set(table.only)


def _sureness(table: Table | Left, file: Columned) -> tuple[bool, int, int]:
    used = 0 if isinstance(table, Left) else len({c for part in table.parts for c in _read(part, file)})
    return bool(table.only), len(table.needs), used


def _read(part: Part, file: Columned) -> Iterator[str]:
    for source in part.fields.values():
        yield from file.found(source.columns if isinstance(source, Take) else source)


def plan_of(
    known: Known, columns: Sequence[str], catalogue: Catalogue, actor: Actor, lookups: Lookups | None = None
) -> Plan | None:
    """The plan for such a file; None where the actor may not write its records, or nothing of them is there."""
    if isinstance(known.table, Left):
        return None
    builder = _Builder(known.system, known.table, Columned.of(columns), catalogue, actor, lookups or {})
    return builder.plan()


@dataclass(frozen=True, slots=True)
class _Builder:
    system: System
    table: Table
    file: Columned
    catalogue: Catalogue
    actor: Actor
    lookups: Lookups

    def plan(self) -> Plan | None:
        built: dict[str, Target] = {}
        for part in self.table.parts:
            if part.name not in built and (target := self._target(part, built)):
                built[part.name] = target
        mains = [self.table.main] if isinstance(self.table.main, str) else list(self.table.main)
        main = [name for name in mains if name in built]
        return (
            Plan(targets=list(built.values()), skip=self._skips(), mention=self._mentions(), main=main)
            if main
            else None
        )

    def _skips(self) -> list[Skip]:
        return [
            Skip(column=column, values=list(values), reason=reason)
            for name, values, reason in self.table.skips
            for column in self.file.found(name)[:1]
        ]

    def _mentions(self) -> list[Mention]:
        said = self.table.mentions
        return [Mention(column=c, reason=reason) for name, reason in said for c in self.file.found(name)[:1]]

    def _target(self, part: Part, built: Mapping[str, Target]) -> Target | None:
        obj = self._writable(part)
        key = [self.file.found(name)[:1] for name in part.key]
        if obj is None or not all(key) or (part.instead_of and self.file.found(part.instead_of)):
            return None
        fields = dict(self._fields(part, obj))
        links = dict(self._links(part, obj, built))
        if part.create and not {f.name for f in obj.entered if f.required} <= {*fields, *links}:
            return None
        if part.where and not self.file.found(part.where[0]):
            return None
        where = Where(column=self.file.found(part.where[0])[0], values=list(part.where[1])) if part.where else None
        prefix = self.system.prefix + part.suffix
        adopt = part.adopt if part.adopt in fields else None
        return Target(
            alias=part.name, object=part.object, key=Key(columns=[c for (c,) in key], prefix=prefix, adopt=adopt),
            fields=fields, links=links, optional=part.optional, create=part.create, where=where,
        )  # fmt: skip

    def _writable(self, part: Part) -> Object | None:
        obj = self.catalogue.by_name.get(part.object)
        if obj is None or not (access.can(self.actor, obj, "create") and access.can(self.actor, obj, "update")):
            return None
        return obj

    def _fields(self, part: Part, obj: Object) -> Iterator[tuple[str, FieldRule]]:
        allowed = {f.name: f for f in access.writable(self.actor, obj)}
        for name, source in part.fields.items():
            take = source if isinstance(source, Take) else Take(source)
            if name in allowed and (rule := self._rule(take, allowed[name])):
                yield name, rule
        parts = {name: found[0] for name, column in part.address.items() if (found := self.file.found(column))}
        if parts and "address" in allowed:
            yield "address", FieldRule(parts=parts)

    def _rule(self, take: Take, field: Field) -> FieldRule | None:
        if take.constant is not None:
            return FieldRule(value=take.constant, keep=take.keep)
        columns = self.file.found(take.columns)
        joined = self.file.found(take.joined)
        if take.otherwise is not None and not columns:
            columns = [column for case in take.cases for column in self.file.found(case.column)][:1]
        if not columns and not joined:
            return None
        values = dict(take.values) | dict(self.lookups.get(take.lookup or "", {}))
        first, others = (None, columns) if joined else (columns[0], columns[1:])
        currency = self.file.found(take.currency or ())
        return FieldRule(
            column=first, or_=others or None, joined=joined, values=values, rules=list(self._cases(take.cases)),
            else_=take.otherwise, keep=take.keep, lenient=True,
            currency_column=currency[0] if currency and field.type == "money" else None,
        )  # fmt: skip

    def _cases(self, cases: Iterable[Case]) -> Iterator[Rule]:
        for case in cases:
            for column in self.file.found(case.column)[:1]:
                yield Rule(value=case.value, column=column, equals=case.equals, contains=case.contains)

    def _links(self, part: Part, obj: Object, built: Mapping[str, Target]) -> Iterator[tuple[str, LinkRule]]:
        allowed = {f.name: f for f in access.writable(self.actor, obj) if isinstance(type_of(f), References)}
        for name, source in part.refs.items():
            ref = source if isinstance(source, Ref) else Ref(source)
            if name in allowed and (link := self._link(ref, allowed[name], built)):
                yield name, link

    def _link(self, ref: Ref, field: Field, built: Mapping[str, Target]) -> LinkRule | None:
        if ref.part in built:
            return LinkRule(target=ref.part, keep=ref.keep)
        columns = self.file.found(ref.columns)
        if not columns:
            return self._link(ref.instead, field, built) if ref.instead else None
        own = ref.match == "external_id"
        creates = ref.creates and self._creatable(self.catalogue.object(str(field.target)))
        return LinkRule(
            column=columns[0], or_=columns[1] if len(columns) > 1 else None, match=ref.match,
            prefix=self.system.prefix + ref.suffix if own else "", starts_with=ref.begins, several=ref.several,
            create_missing=creates, missing="refuse" if creates else "empty", keep=ref.keep,
        )  # fmt: skip

    def _creatable(self, obj: Object) -> bool:
        bare = all(f.name in obj.title for f in obj.entered if f.required)
        return bare and access.can(self.actor, obj, "create")
