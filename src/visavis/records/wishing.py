"""Indexes and paths that a list could do with: asked for when its price is high, built by a job (features/tuning)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from visavis.catalogue import Catalogue, Object
from visavis.records.context import Context
from visavis.records.paths import along
from visavis.records.query import Query, build
from visavis.store import jobs
from visavis.store.filters import conjuncts, gathered
from visavis.store.order import UNSORTABLE
from visavis.store.schema import SYSTEM_SORTED

JOB = "tuning.index"
PATH_JOB = "tuning.path"
EVERY_SECONDS = 60.0
MOST_COUNTED = 2
_RANGES = ("lt", "le", "gt", "ge", "between", "within")
_WORDS = ("contains", "starts_with")
_WORDED = ("text", "long_text", "email", "phone", "url")


@dataclass(frozen=True, slots=True)
class Wish:
    """An index of a type: rows with one value of ``equal`` (and then of ``also``) in the order of ``sort``, or pieces
    of ``words``. ``held``: those of each team and owner lie together, ahead of ``also`` and ``sort``.
    """

    object: str
    equal: str | None = None
    sort: str | None = None
    words: str | None = None
    also: str | None = None
    held: bool = False


async def wish(ctx: Context, obj: Object, query: Query) -> None:
    """Queue the indexes that this list could use, the most useful first; the job builds the first that is missing."""
    found = list(wishes(ctx.catalogue, obj, query))
    if build(ctx).stretches(obj, "t", []) and gathered(build(ctx), obj, query.filter):
        found += [Wish(obj.name, equal=whose, sort=_sorted(obj, query)) for whose in ("team", "owner")]
    await _queue(ctx, found)


async def wish_to_count(ctx: Context, obj: Object, query: Query) -> None:
    """The same for the number of rows that fit: an index that holds all that is asked."""
    await _queue(ctx, counting_wishes(ctx.catalogue, obj, query))


async def wish_for_means(ctx: Context, obj: Object, measure: str, group: str) -> None:
    """The same for the means of a measure by group: an index that holds both is all that has to be read."""
    if _stands(obj, measure) and _stands(obj, group):
        await _queue(ctx, [Wish(obj.name, equal=group, also=measure)])


async def wish_for_path(ctx: Context, obj: Object, query: Query) -> None:
    """The same for the table of a path: what leads to the records that a list by something related shows."""
    found = along(ctx, obj, query)
    if found is None or ctx.workspace is None or not ctx.tx.once(f"{PATH_JOB} {found.path}", EVERY_SECONDS):
        return
    async with ctx.workspace.db.aside() as tx:
        await jobs.enqueue(tx, PATH_JOB, {"path": asdict(found.path)}, dedupe=f"{PATH_JOB} {found.path}")


async def _queue(ctx: Context, found: Iterable[Wish]) -> None:
    wanted = list(dict.fromkeys(found))
    if not wanted or ctx.workspace is None or not ctx.tx.once(f"{JOB} {wanted}", EVERY_SECONDS):
        return
    async with ctx.workspace.db.aside() as tx:
        await jobs.enqueue(tx, JOB, {"wishes": [asdict(w) for w in wanted]}, dedupe=f"{JOB} {wanted[0]}")


def wishes(catalogue: Catalogue, obj: Object, query: Query) -> Iterator[Wish]:
    """Each value that rows have in common, with the order; the order alone; ranges and words; what lies one hop on.

    The order of the type itself has an index; one with owner and team beside it is wished for last.
    """
    leaves = list(conjuncts(query.filter))
    sort = _sorted(obj, query)
    equal = [leaf["field"] for leaf in leaves if _is_equal(leaf) and _stands(obj, leaf["field"])]
    yield from (Wish(obj.name, equal=name, sort=sort) for name in equal)
    if sort is not None and not equal and sort != obj.sort.removeprefix("-"):
        yield Wish(obj.name, sort=sort)
    yield from _one_by_one(obj, leaves)
    for leaf in leaves:
        yield from _further(catalogue, obj, leaf)
    if sort is not None and not equal and obj.scope.kind == "own" and sort == obj.sort.removeprefix("-"):
        yield Wish(obj.name, sort=sort)


def counting_wishes(catalogue: Catalogue, obj: Object, query: Query) -> Iterator[Wish]:
    """One or two fields that all rows are chosen by; of what is asked of other types, their part."""
    leaves = list(conjuncts(query.filter))
    equal = [leaf["field"] for leaf in leaves if _is_equal(leaf) and _stands(obj, leaf["field"])]
    ranges = [leaf["field"] for leaf in leaves if leaf.get("op") in _RANGES and _stands(obj, leaf["field"])]
    chosen = list(dict.fromkeys([*equal, *ranges]))
    if 0 < len(leaves) == len(equal) + len(ranges) and len(chosen) <= MOST_COUNTED:
        also = chosen[1] if len(chosen) > 1 else None
        yield Wish(obj.name, equal=chosen[0], also=also, held=obj.scope.kind == "own")
    for leaf in leaves:
        yield from _further(catalogue, obj, leaf)


def _one_by_one(obj: Object, leaves: list[Mapping[str, Any]]) -> Iterator[Wish]:
    for leaf in leaves:
        name = str(leaf.get("field"))
        if leaf.get("op") in _RANGES and _stands(obj, name):
            yield Wish(obj.name, sort=name)
        if leaf.get("op") in _WORDS and name in obj.by_name and obj.by_name[name].type in _WORDED:
            yield Wish(obj.name, words=name)


def _further(catalogue: Catalogue, obj: Object, leaf: Mapping[str, Any]) -> Iterator[Wish]:
    """Behind a hop or a related filter the order plays no part, but the link by which its rows hang does."""
    name, _, behind = str(leaf.get("field", "")).partition(".")
    link: str | None = None
    if behind and name in obj.by_name and obj.by_name[name].target:
        leaves: list[Mapping[str, Any]] = [{**leaf, "field": behind}]
        other = catalogue.object(str(obj.by_name[name].target))
    elif "related" in leaf:
        related, _, link = str(leaf["related"]).partition(".")
        other = catalogue.object(related)
        leaves = list(conjuncts(leaf.get("filter")))
    else:
        return
    equal = [str(part["field"]) for part in leaves if _is_equal(part)]
    yield from (Wish(other.name, equal=field, also=link) for field in equal if link != field and _stands(other, field))
    hops = [field.partition(".")[0] for field in equal if "." in field]
    yield from (
        Wish(other.name, equal=hop, also=link) for hop in hops if link not in (None, hop) and _stands(other, hop)
    )
    yield from _one_by_one(other, leaves)
    for part in leaves:
        yield from _further(catalogue, other, part)


def _is_equal(leaf: Mapping[str, Any]) -> bool:
    return leaf.get("op") == "eq" or (leaf.get("op") == "in" and len(leaf["value"]) == 1)


def _stands(obj: Object, name: str) -> bool:
    """Whether the field has a column of its own that an index can be on."""
    field = obj.by_name.get(name)
    return field is not None and field.kind == "entered" and field.type not in UNSORTABLE


def _sorted(obj: Object, query: Query) -> str | None:
    """The first term of the order."""
    name = (query.sort or (obj.sort,))[0].removeprefix("-")
    return name if _stands(obj, name) or (name in SYSTEM_SORTED and name not in obj.by_name) else None
