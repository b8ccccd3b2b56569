"""Tables that say what ids in other tables of the same export mean, such as the stages of a pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from visavis.catalogue import Catalogue, Field
from visavis.features.imports.cells import text_of
from visavis.features.imports.reading import Source
from visavis.features.imports.sources.model import Case, Lookup
from visavis.features.imports.squash import squash
from visavis.fields.choice import spellings

_MOST = 100_000
_FIELDS = {"deal stages": ("deal", "stage"), "ticket stages": ("ticket", "status")}


def read_lookup(source: Source, lookup: Lookup, catalogue: Catalogue) -> dict[str, str]:
    """What each id means, as an option of the field."""
    obj, name = _FIELDS[lookup.field]
    field = catalogue.object(obj).field(name)
    meanings: dict[str, str] = {}
    for row in _rows(source):
        value = _meaning(row, lookup, field)
        if value and row.get(lookup.key) and len(meanings) < _MOST:
            meanings.setdefault(row[lookup.key], value)
    return meanings


def _rows(source: Source) -> Iterator[dict[str, str]]:
    for batch in source.batches():
        columns = {squash(c): text_of(batch.cells.column(c)).to_pylist() for c in batch.cells.schema.names}
        for cells in zip(*columns.values(), strict=True):
            yield {name: cell or "" for name, cell in zip(columns, cells, strict=True)}


def _meaning(row: Mapping[str, str], lookup: Lookup, field: Field) -> str | None:
    for case in lookup.cases:
        if _fits(row, case):
            return case.value
    return _by_label(row, lookup, field) or _by_number(row, lookup) or lookup.otherwise


def _fits(row: Mapping[str, str], case: Case) -> bool:
    return case.equals is not None and row.get(case.column, "").casefold() == case.equals.casefold()


def _by_label(row: Mapping[str, str], lookup: Lookup, field: Field) -> str | None:
    label = row.get(lookup.label or "", "").strip().casefold()
    return next((option.value for option in field.options if label in spellings(option)), None)


def _by_number(row: Mapping[str, str], lookup: Lookup) -> str | None:
    if lookup.scale is None:
        return None
    column, steps = lookup.scale
    try:
        number = float(row.get(column, ""))
    except ValueError:
        return None
    return next((value for limit, value in steps if number <= limit), None)
