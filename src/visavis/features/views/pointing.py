"""Ids of records inside saved filters, so that a view goes on finding what it was saved for when these are merged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from visavis.catalogue import Catalogue, Object
from visavis.records import batches
from visavis.records.context import Context
from visavis.store import Row

_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class _Repoint:
    catalogue: Catalogue
    target: str
    losers: Collection[int]
    winner: int

    def tree(self, object_name: str, node: Any, depth: int = 0) -> Any:
        """The same filter with the ids of one record in place of those of the others."""
        if isinstance(node, list):
            return [self.tree(object_name, part, depth + 1) for part in node]
        if not isinstance(node, Mapping) or depth > _DEEPEST:
            return node
        inner = str(node["related"]).partition(".")[0] if "related" in node else object_name
        points = "value" in node and self._points(object_name, node.get("field"))
        return {
            key: self._ids(value) if key == "value" and points else self.tree(inner, value, depth + 1)
            for key, value in node.items()
        }

    def _points(self, object_name: str, path: Any) -> bool:
        """Whether the field, maybe one of a linked record, links to the type."""
        obj: Object | None = self.catalogue.by_name.get(object_name)
        field = None
        for name in str(path).split("."):
            obj = self.catalogue.by_name.get(str(field.target)) if field else obj
            field = obj.by_name.get(name) if obj else None
            if field is None:
                return False
        return field is not None and field.target == self.target

    def _ids(self, value: Any) -> Any:
        if isinstance(value, list):
            return list(dict.fromkeys(self._ids(each) for each in value))
        is_id = isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())
        return type(value)(self.winner) if is_id and int(value) in self.losers else value


def _pointed(ctx: Context, row: Row, object_name: str, losers: Collection[int], winner: int) -> dict[str, Any]:
    query: dict[str, Any] = dict(row["query"])
    if query.get("filter"):
        query["filter"] = _Repoint(ctx.catalogue, object_name, losers, winner).tree(row["object"], query["filter"])
    return query


async def repoint(ctx: Context, object_name: str, losers: Collection[int], winner: int) -> int:
    """Point saved filters at the record that stays, in the batch of the context; how many views changed."""
    changed = 0
    for row in await ctx.tx.rows("select id, object, query from saved_view where query ? 'filter' for update"):
        query = _pointed(ctx, row, object_name, losers, winner)
        if query != row["query"]:
            await batches.keep(ctx, "saved_view", "t.id = $1", row["id"])
            await ctx.tx.execute("update saved_view set query = $2 where id = $1", row["id"], query)
            changed += 1
    return changed


_KEPT = """
select v.id, v.object, v.query as now, b.image -> 'query' as query
from before_image b join saved_view v on v.id = b.id
where b.batch_id = $1 and b.table_name = 'saved_view' and b.image is not null for update of v
"""


async def repoint_back(ctx: Context, object_name: str, losers: Collection[int], winner: int) -> list[int]:
    """Take ``repoint`` back; the views that somebody changed since, which stay as they are."""
    kept = []
    for row in await ctx.tx.rows(_KEPT, ctx.batch_id):
        if row["now"] == row["query"]:
            continue
        if row["now"] == _pointed(ctx, row, object_name, losers, winner):
            await ctx.tx.execute("update saved_view set query = $2 where id = $1", row["id"], row["query"])
        else:
            kept.append(row["id"])
    return kept
