"""How far a run moved away from the run before."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import Analysis
from visavis.store.db import Tx, quoted


async def drifts(tx: Tx, analysis: Analysis, live: str, following: str) -> dict[str, Any]:
    """Per derived field, what changed between two derived tables.

    Choices: `changed`, the share of customers in both runs whose class is another one, and `psi`, the population
    stability index of the classes (below 0.1 is calm, above 0.25 a different population). Numbers: both totals.
    """
    found: dict[str, Any] = {}
    for name, kind in analysis.outputs.items():
        if pa.types.is_string(kind) or pa.types.is_boolean(kind):
            found[name] = await _classes(tx, quoted(name), live, following)
        elif not pa.types.is_date(kind):
            found[name] = await _totals(tx, quoted(name), live, following)
    return {name: change for name, change in found.items() if change}


async def _classes(tx: Tx, column: str, live: str, following: str) -> dict[str, float] | None:
    changed = await tx.value(
        f"select (avg((o.{column} is distinct from n.{column})::int))::float8"
        f" from {quoted(live)} o join {quoted(following)} n on n.id = o.id"
        f" where o.{column} is not null or n.{column} is not null"
    )
    if changed is None:
        return None
    psi = await tx.value(
        f"with o as (select {column} as k, count(*) as n from {quoted(live)} where {column} is not null group by 1),"
        f" n as (select {column} as k, count(*) as n from {quoted(following)} where {column} is not null group by 1),"
        " s as (select coalesce(o.n, 0.5) / sum(coalesce(o.n, 0.5)) over () as p,"
        " coalesce(n.n, 0.5) / sum(coalesce(n.n, 0.5)) over () as q from o full join n on n.k = o.k)"
        " select coalesce(sum((q - p) * ln(q / p)), 0)::float8 from s"
    )
    return {"changed": round(float(changed), 6), "psi": round(float(psi), 6)}


async def _totals(tx: Tx, column: str, live: str, following: str) -> dict[str, float | None] | None:
    row = await tx.row(
        f"select (select sum({column})::float8 from {quoted(live)}) as before,"
        f" (select sum({column})::float8 from {quoted(following)}) as after"
    )
    return dict(row) if row and row["before"] is not None else None
