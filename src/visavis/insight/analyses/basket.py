"""Baskets: which products are bought on one invoice. A result about the base, no field of a customer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Tables, carried
from visavis.insight.engine import Engine
from visavis.insight.models import basket
from visavis.insight.models.notes import Note
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

SUPPORT = Setting("basket_support", "number", 1.0, low=0.01, high=50)
CONFIDENCE = Setting("basket_confidence", "number", 20.0, low=1, high=100)
MOST = 200_000
_ROWS = pa.schema([("invoice_id", pa.int64()), ("product_id", pa.int64())])


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """No rows; rules over products by id, highest lift first. `basket_support` and `_confidence` are per cent.

    Above 200,000 invoices every k-th stands for all of them, by the remainder of its id.
    """
    F = engine.F  # noqa: N806
    sales = tables["sales"]
    counted = sales.agg(F.countDistinct("invoice_id").cast("bigint").alias("n"))
    invoices = int(engine.arrow(counted, pa.schema([("n", pa.int64())])).column("n")[0].as_py())
    step = -(-invoices // MOST) or 1
    if step > 1:
        sales = sales.where(F.col("invoice_id") % step == 0)
    rows = engine.arrow(sales.select("invoice_id", "product_id").distinct(), _ROWS)
    ids, places = (np.asarray(rows.column(name).to_numpy(), dtype=np.int64) for name in _ROWS.names)
    found = basket.rules(ids, places, settings[SUPPORT] / 100, settings[CONFIDENCE] / 100)
    if step > 1:
        found = found.noted(Note("sampled_by_id", {"rows": found.baskets, "all": invoices}))
    return Made(None, {"models": [found.as_json()]})


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    return None


BASKET = Analysis(
    name="basket",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products", SUPPORT, CONFIDENCE),
    inputs=("sales",),
    outputs=dict[str, Any](),
    run=run,
    explain=explain,
    score=carried,
    source="Agrawal, Imielinski, Swami, SIGMOD (1993); Brin and others (1997)",
)
