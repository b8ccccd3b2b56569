"""The clusters of the last run as a reader may know them: their customers counted, their fields by live medians."""

from __future__ import annotations

from typing import Any

from visavis import access
from visavis.catalogue import Field
from visavis.insight.analyses.base import CUSTOMERS
from visavis.insight.analyses.clusters import FEATURES, FIELDS
from visavis.insight.answers.scope import equals, foreign, last, said, unseen
from visavis.insight.models.clusters import STABLE
from visavis.kernel.errors import BadRequest
from visavis.records import Context
from visavis.records.query import build, where
from visavis.store import quoted
from visavis.store.build import column


async def clusters_told(ctx: Context, name: str) -> dict[str, Any]:
    """Each cluster of the customers that the reader may see: how many, the median of each field, and the filter.

    Fields that the reader may not see are left out; without the right to see clusters, Forbidden. Raises BadRequest for
    an object that is no customer.
    """
    if name not in CUSTOMERS:
        raise BadRequest(f"'{name}' is no kind of customer: choose company or person.")
    obj = ctx.catalogue.object(name)
    access.require(ctx.actor, obj, "read")
    visible = {field.name: field for field in access.readable(ctx.actor, obj)}
    if "cluster" not in visible:
        raise unseen(obj, "cluster")
    found = await last(ctx, name)
    models = found.documents.get("clusters", {}).get("models", [])
    document = models[0] if models else {}
    notes = [note for part in (document, found.documents.get("clusters", {})) for note in part.get("notes", [])]
    chosen = [field for feature in document.get("features", FEATURES) if (field := visible.get(feature))]
    rows = await _medians(ctx, name, chosen, found.settings.currency) if document else []
    return {
        "object": name,
        "as_of": found.as_of and found.as_of.isoformat(),
        "by": "fields" if set(document.get("features", ())) & set(found.settings[FIELDS]) else "buying",
        "features": [field.name for field in chosen],
        "stability": document.get("stability"),
        "silhouette": document.get("silhouette"),
        "stable": document.get("named", False),
        "needed": STABLE,
        "notes": said(access.sees_all(ctx.actor, ctx.catalogue, obj), notes),
        "all": next((_group(row, chosen) for row in rows if row["cluster"] is None), None),
        "clusters": [_group(row, chosen) for row in rows if row["cluster"] is not None],
        "currency": found.settings.currency,
    }


async def _medians(ctx: Context, name: str, fields: list[Field], currency: str) -> list[Any]:
    """A row for each cluster, and one without a number for all of them. Amounts are those of the currency."""
    params: list[Any] = []
    condition = where(ctx, ctx.catalogue.object(name), None, params)
    statement = build(ctx, params)
    medians = "".join(
        f", percentile_cont(0.5) within group (order by {column(field, 't')}::float8)"
        f" filter (where not {foreign(statement, field, currency)}) as {quoted(field.name)}"
        for field in fields
    )
    rows = statement.rows(ctx.catalogue.object(name), "t")
    return list(
        await ctx.tx.rows(
            f"select t_d.cluster, count(*) as customers{medians} from {rows}"
            f" where {condition} and t_d.cluster is not null"
            " group by grouping sets ((t_d.cluster), ()) order by t_d.cluster nulls last",
            *params,
        )
    )


def _group(row: Any, fields: list[Field]) -> dict[str, Any]:
    number = row["cluster"]
    told = {"customers": row["customers"], "medians": {field.name: row[field.name] for field in fields}}
    return told if number is None else {"number": number, "filter": equals("cluster", number), **told}
