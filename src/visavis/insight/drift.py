"""How far a run moved away from the run before."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import Analysis

_UNIT = 10_000


def drifts(connection: Any, analysis: Analysis, relative: Container[str], before: str, after: str) -> dict[str, Any]:
    """Per derived field that is not `relative`, what changed between two tables of results of a DuckDB connection.

    Choices: `changed`, the share of customers in both runs whose class is another one, and `psi`, the population
    stability index of the classes (below 0.1 is calm, above 0.25 a different population). Numbers: both totals.
    A field of which one of the tables knows nothing, as after a refusal, is compared with nothing.
    """
    found: dict[str, Any] = {}
    for name, kind in analysis.outputs.items():
        if name in relative or not (_known(connection, name, before) and _known(connection, name, after)):
            continue
        if pa.types.is_string(kind) or pa.types.is_boolean(kind):
            found[name] = _classes(connection, name, before, after)
        elif not pa.types.is_date(kind):
            found[name] = _totals(connection, name, before, after, _UNIT if name in analysis.money else 1)
    return {name: change for name, change in found.items() if change}


def _known(connection: Any, column: str, table: str) -> bool:
    (known,) = connection.execute(f"select exists (select 1 from {table} where {column} is not null)").fetchall()[0]
    return bool(known)


def _classes(connection: Any, column: str, before: str, after: str) -> dict[str, float] | None:
    (changed,) = connection.execute(
        f"select avg((o.{column} is distinct from n.{column})::int) from {before} o join {after} n on n.id = o.id"
        f" where o.{column} is not null or n.{column} is not null"
    ).fetchall()[0]
    if changed is None:
        return None
    (psi,) = connection.execute(
        f"with o as (select {column} as k, count(*) as n from {before} where {column} is not null group by 1),"
        f" n as (select {column} as k, count(*) as n from {after} where {column} is not null group by 1),"
        " s as (select coalesce(o.n, 0.5) / sum(coalesce(o.n, 0.5)) over () as p,"
        " coalesce(n.n, 0.5) / sum(coalesce(n.n, 0.5)) over () as q from o full join n on n.k = o.k)"
        " select coalesce(sum((q - p) * ln(q / p)), 0) from s"
    ).fetchall()[0]
    return {"changed": round(float(changed), 6), "psi": round(float(psi), 6)}


def _totals(connection: Any, column: str, before: str, after: str, unit: int) -> dict[str, float]:
    old, new = connection.execute(
        f"select (select sum({column}) from {before}), (select sum({column}) from {after})"
    ).fetchall()[0]
    return {"before": float(old) / unit, "after": float(new) / unit}
