"""Indexes that a list could do with: asked for when its price is high, built by a job (features/tuning)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from visavis.catalogue import Catalogue, Object
from visavis.records.context import Context
from visavis.records.query import Query
from visavis.store import jobs
from visavis.store.order import UNSORTABLE
from visavis.store.schema import SYSTEM_SORTED

JOB = "tuning.index"
EVERY_SECONDS = 60.0
_RANGES = ("lt", "le", "gt", "ge", "between", "within")
_WORDS = ("contains", "starts_with")
_WORDED = ("text", "long_text", "email", "phone", "url")


@dataclass(frozen=True, slots=True)
class Wish:
    """An index of a type: rows with one value of ``equal`` in the order of ``sort``, or pieces of ``words``."""

    object: str
    equal: str | None = None
    sort: str | None = None
    words: str | None = None


async def wish(ctx: Context, obj: Object, query: Query) -> None:
    """Queue the indexes that this list could use, the most useful first; the job builds the first that is missing."""
    wanted = list(dict.fromkeys(wishes(ctx.catalogue, obj, query)))
    if not wanted or ctx.workspace is None or not ctx.tx.once(f"{JOB} {wanted}", EVERY_SECONDS):
        return
    async with ctx.workspace.db.aside() as tx:
        await jobs.enqueue(tx, JOB, {"wishes": [asdict(w) for w in wanted]}, dedupe=f"{JOB} {wanted[0]}")


def wishes(catalogue: Catalogue, obj: Object, query: Query) -> Iterator[Wish]:
    """Each value that rows have in common, with the order; the order alone; ranges and words; what lies one hop on."""
    leaves = list(_leaves(query.filter))
    sort = _sorted(obj, query)
    equal = [leaf["field"] for leaf in leaves if _is_equal(leaf) and _stands(obj, leaf["field"])]
    yield from (Wish(obj.name, equal=name, sort=sort) for name in equal)
    if sort is not None and not equal and sort != obj.sort.removeprefix("-"):
        yield Wish(obj.name, sort=sort)
    yield from _one_by_one(obj, leaves)
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
    """Behind a hop or a related filter the order plays no part."""
    name, _, behind = str(leaf.get("field", "")).partition(".")
    if behind and name in obj.by_name and obj.by_name[name].target:
        leaves: list[Mapping[str, Any]] = [{**leaf, "field": behind}]
        other = catalogue.object(str(obj.by_name[name].target))
    elif "related" in leaf:
        other = catalogue.object(str(leaf["related"]).partition(".")[0])
        leaves = list(_leaves(leaf.get("filter")))
    else:
        return
    fields = [part["field"] for part in leaves if _is_equal(part) and _stands(other, part["field"])]
    yield from (Wish(other.name, equal=field) for field in fields)
    yield from _one_by_one(other, leaves)
    for part in leaves:
        yield from _further(catalogue, other, part)


def _leaves(tree: Any) -> Iterator[Mapping[str, Any]]:
    """What every row has to fit: the parts of the outermost "and"."""
    for part in tree["and"] if tree and "and" in tree else [tree] if tree else []:
        yield from _leaves(part) if "and" in part else [part]


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
