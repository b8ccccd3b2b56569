"""The customer base: who carries it, and how recently, often and for how much customers buy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from visavis.insight.verifying.check import Check
from visavis.insight.verifying.folder import MAVEN_ACCOUNTS, MAVEN_PIPELINE, ONLINE_RETAIL, Folder

_UNIT = 10_000


def base(folder: Folder) -> Mapping[str, float]:
    """Online Retail with the textbook cleaning, through the analyses of the product."""
    found = folder.once("retail", lambda: _retail(folder))
    revenue = np.sort(found["revenue_net"])[::-1]
    classes = list(found["abc_class"])
    return {
        "rows": found["lines"],
        "customers": len(revenue),
        "revenue": revenue.sum() / _UNIT,
        "customers in A": classes.count("A"),
        "customers in A and B": classes.count("A") + classes.count("B"),
        "% held by the top 868 (20 %)": 100 * float(revenue[:868].sum() / revenue.sum()),
        "median recency, days": float(np.median(found["recency_days"])),
        "mean frequency, invoices": float(np.mean(found["frequency"])),
        "median monetary": float(np.median(found["monetary"])) / _UNIT,
    }


def pipeline(folder: Folder) -> Mapping[str, float]:
    """Won deals per account of the Maven pipeline."""
    from visavis.insight.settings import Settings

    with folder.maven() as connection:
        found = _computed(connection, Settings(currency="USD", measure="won_value"))
    won = np.sort(found["won_value"])[::-1]
    return {
        "accounts": len(won),
        "% held by the top 17 (20 %)": 100 * float(won[:17].sum() / won.sum()),
        "accounts within 80 %": list(found["abc_class"]).count("A"),
    }


def _retail(folder: Folder) -> dict[str, Any]:
    from visavis.insight.settings import Settings

    with folder.retail() as connection:
        return _computed(connection, Settings(cleaning="textbook", currency="GBP", as_of=dt.date(2011, 12, 10)))


def _computed(connection: Any, settings: Any) -> dict[str, Any]:
    """The outputs of value, ABC and RFM by name without their nulls, and the lines that count as sales."""
    from visavis.insight.analyses import ABC, RFM, VALUE
    from visavis.insight.engine import DuckEngine
    from visavis.insight.refresh import compute

    engine = DuckEngine(connection)
    try:
        computed = compute(engine, settings, analyses=(VALUE, ABC, RFM))
    finally:
        engine.close()
    sold = [row for row in computed.reconciliation.to_pylist() if row["bucket"] == "sale"]
    found: dict[str, Any] = {"lines": sum(row["lines"] for row in sold if row["customer_kind"] == "company")}
    for outcome in computed.bases[0].outcomes:
        found |= {name: outcome.rows.column(name).drop_null().to_numpy() for name in outcome.analysis.outputs}
    return found


_CHEN = "UCI Online Retail, figures recomputed from the file"
_ABC = ("rows", "customers", "revenue", "customers in A", "customers in A and B", "% held by the top 868 (20 %)")

CHECKS = (
    Check(
        "ABC",
        _CHEN,
        dict(zip(_ABC, ("397,884", "4,338", "8,911,407.90", "1,132", "2,601", "74.6"), strict=True)),
        base,
        (ONLINE_RETAIL,),
    ),
    Check(
        "RFM",
        _CHEN,
        {"median recency, days": "51", "mean frequency, invoices": "4.272", "median monetary": "674.485"},
        base,
        (ONLINE_RETAIL,),
    ),
    Check(
        "ABC of won deals",
        "Maven Analytics CRM Sales Opportunities, recomputed",
        {"accounts": "85", "% held by the top 17 (20 %)": "31.7", "accounts within 80 %": "58"},
        pipeline,
        (MAVEN_ACCOUNTS, MAVEN_PIPELINE),
    ),
)
