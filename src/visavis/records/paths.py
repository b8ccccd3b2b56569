"""Lists of records by a value two relations away, read from the table of a path (store/paths.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from visavis.catalogue import Object
from visavis.kernel.paging import decode_cursor
from visavis.records.context import Context
from visavis.records.query import Query, build
from visavis.records.searching import fitting
from visavis.store import paths
from visavis.store.build import Build
from visavis.store.db import quoted
from visavis.store.filters import bound, conjuncts, reached
from visavis.store.order import Key, Part, keys, parts, places, texts
from visavis.store.paths import Ends, Path


@dataclass(frozen=True, slots=True)
class Along:
    """A list that leads along a path: the part of its filter that asks for it, with which value."""

    path: Path
    ends: Ends
    part: Mapping[str, Any]
    value: Any


def along(ctx: Context, obj: Object, query: Query) -> Along | None:
    """The path that a list could take: in the order of one field, for somebody whose records are cut by owner."""
    words = query.sort or (obj.sort,)
    sort = words[0].removeprefix("-")
    if query.trash or len(words) > 1 or sort not in build(ctx).visible(obj) or not build(ctx).stretches(obj, "t", []):
        return None
    found = (
        Along(path, ends, part, value)
        for path, part, value in _asked(query, sort)
        if (ends := paths.ends(ctx.catalogue, path)) and ends.base.name == obj.name
    )
    return next(found, None)


def _asked(query: Query, sort: str) -> Iterator[tuple[Path, Mapping[str, Any], Any]]:
    for part in conjuncts(query.filter):
        if set(part) == {"related", "filter"}:
            related, _, link = str(part["related"]).partition(".")
            for leaf in conjuncts(part["filter"]):
                hop, _, field = str(leaf.get("field")).partition(".")
                if field and leaf.get("op") == "eq" and set(leaf) == {"field", "op", "value"}:
                    yield Path(related, link, hop, field, sort), part, leaf["value"]


async def ready(ctx: Context, obj: Object, query: Query) -> Along | None:
    """The same where the path has all that it is to have."""
    found = along(ctx, obj, query)
    name = paths.table_of(ctx.catalogue, found.path) if found else None
    return found if name and await paths.is_ready(ctx.tx, name) else None


def page_sql(statement: Build, obj: Object, query: Query, found: Along, number: int, *, checked: bool = True) -> str:
    """A part of the list, by its number: ids and sort values as texts, from the stretches of an index of the path.

    Who may see the far end is known from the path; then the related record is looked up, which asks for all again. A
    record that many lead to is shown once. ``checked=False`` leaves out what else the list asks for: the planner
    expects far too many rows to be looked up for that.
    """
    first, last = keys(statement, obj, "t", query.sort)
    terms = [replace(first, place="t.key"), last]
    part = parts(statement, terms, decode_cursor(query.cursor, len(terms)) if query.cursor else None)[number]
    sets = [reached(statement, obj, found.part, "m.link", "m.k1")]
    if checked and (query.text.strip() or len(list(conjuncts(query.filter))) > 1):
        fits = fitting(statement, obj, query)
        sets.append(f"(select true from {statement.rows(obj, 't', used=fits)} where t.id = m.k1 and {fits})")
    once = "m.k0, m.k1" if part.filled else "m.k1"
    return (
        f"select distinct on ({once}) m.k1 as id, {texts(terms, 'm')}"
        f" from ({_stretches_sql(statement, obj, found, part, terms)}) m"
        f" where {' and '.join(sets)} order by {part.placed(terms, 'm')} limit {query.limit + 1}"
    )


def _stretches_sql(statement: Build, obj: Object, found: Along, part: Part, terms: list[Key]) -> str:
    """What leads from records that the actor may see at the far end to such in the list, in order."""
    far, name = found.ends.far, str(paths.table_of(statement.catalogue, found.path))
    field = far.field(found.path.field)
    value = bound(statement, field, found.value)
    if paths.is_cut(field):
        value = f"left({value}, {paths.BEGINNING})"
    rows, fits = f"{quoted(paths.view_of(name))} t", f"t.value = {value} and {part.fits}"
    if paths.is_owned(far):
        rows += ", lateral (select t.far_owner as owner, t.far_team as team) f"
        fits += f" and {statement.allow(far, 'f', statement.params)}"
    stretches = statement.stretches(obj, "t", statement.params)
    each = " union all ".join(
        f"(select {places(terms)}, t.link from {rows} where {fits} and {stretch} order by {part.order})"
        for stretch in stretches
    )
    return f"select * from ({each}) s order by {part.placed(terms, 's')} offset 0"
