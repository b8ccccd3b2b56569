"""Rules of a record type as SQL: which fields are empty although a condition says that they must not be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from visavis.catalogue import Catalogue, Field, Object
from visavis.store.build import Build
from visavis.store.db import quoted
from visavis.store.formulas import condition


class _Laid:
    """A statement in which columns of the record ``alias`` are taken from elsewhere."""

    def __init__(self, statement: Build, alias: str, columns: Mapping[str, str]) -> None:
        self._statement, self._alias, self._columns = statement, alias, columns
        self.catalogue: Catalogue = statement.catalogue
        self.params: list[Any] = statement.params

    @property
    def allow(self) -> Callable[[Object, str, list[Any]], str]:
        return self._statement.allow

    def bind(self, value: Any, kind: str) -> str:
        return self._statement.bind(value, kind)

    def alias(self) -> str:
        return self._statement.alias()

    def rows(self, obj: Object, alias: str) -> str:
        return self._statement.rows(obj, alias)

    def place(self, field_: Field, alias: str) -> str:
        return self._at(field_.name, alias) or self._statement.place(field_, alias)

    def currency(self, field_: Field, alias: str) -> str:
        return self._at(f"{field_.name}_currency", alias) or self._statement.currency(field_, alias)

    def _at(self, column: str, alias: str) -> str | None:
        return self._columns.get(column) if alias == self._alias else None


def unmet(
    statement: Build,
    obj: Object,
    alias: str,
    columns: Mapping[str, str] | None = None,
    touched: Collection[str] | None = None,
    unknown: Collection[str] = (),
) -> Iterator[tuple[Field, str]]:
    """(field, condition that it is missing in the record ``alias``).

    ``columns`` are those that will be written, as SQL; the others stand as they are. With ``touched`` only the rules
    that a change of these fields can break, without those that ask for an ``unknown`` field. A rule binds whoever may
    see all that it asks for, and nobody else: its message would tell.
    """
    visible = statement.visible(obj)
    laid = _Laid(statement, alias, columns or {})
    for field in obj.entered:
        if field.rule is None or field.name not in visible or not _sees(statement, field):
            continue
        asked = {field.name, *(name for place, name in field.rule.reads if place == obj.name)}
        if not asked & set(unknown) and (touched is None or asked & set(touched)):
            holds = condition(laid, field.rule.node, alias)
            yield field, f"({laid.place(field, alias)} is null and coalesce({holds}, false))"


def _sees(statement: Build, field: Field) -> bool:
    assert field.rule is not None
    types = statement.catalogue.by_name
    return all(place in types and name in statement.visible(types[place]) for place, name in field.rule.reads)


def first_unmet(statement: Build, obj: Object, columns: Mapping[str, str], touched: Collection[str]) -> str | None:
    """A condition over ``t`` that holds where the change breaks a rule; None where it cannot."""
    broken = [sql for _, sql in unmet(statement, obj, "t", columns, touched)]
    return f"({' or '.join(broken)})" if broken else None


def new_columns(names: Collection[str], alias: str) -> dict[str, str]:
    """Columns that stand under another alias."""
    return {name: f"{alias}.{quoted(name)}" for name in names}
