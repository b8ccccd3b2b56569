"""Preferences: what, at which price, on which day and by which channel a customer buys, each with how sure that is.

Sure is Wilson's lower bound of the share at 90 %: three of three purchases say less than thirty of forty.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import Analysis, Facts, Made, Reason, Tables, units
from visavis.insight.analyses.receipts import CHANNELS, purchases
from visavis.insight.engine import Engine, Frame
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

KINDS = ("preferred_product", "preferred_category", "price_band", "preferred_weekday", "preferred_channel")
OUTPUTS: dict[str, pa.DataType] = {
    name: kind for base in KINDS for name, kind in ((base, pa.string()), (f"{base}_sure", pa.float64()))
}
BANDS = ("low", "middle", "high")
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
LEAST = Setting("preference_least", "integer", 3, low=1, high=100)
_BANDED = pa.schema([("product_id", pa.int64()), ("place", pa.int64())])
_ID = 10**12
_Z90 = 1.2815515655446004


def run(engine: Engine, tables: Tables, settings: Settings) -> Made:
    """One row per customer with a purchase; a preference with fewer than `preference_least` lines, purchases or
    contacts behind it is null. Of equals: the product recorded first, the first day of the week, the lower price.
    """
    kept = engine.keep("preference_lines", _lines(engine, tables))
    bands = engine.arrow(_bands(engine, kept, tables["product"]), _BANDED)
    return Made(_told_all(engine, tables, kept, bands, settings), learned=bands)


def told_by(engine: Engine, tables: Tables, settings: Settings, bands: pa.Table) -> Frame:
    """The same rows by the price bands that the products were in before."""
    kept = engine.keep("preference_lines", _lines(engine, tables))
    return _told_all(engine, tables, kept, bands, settings)


def _told_all(engine: Engine, tables: Tables, kept: Frame, bands: pa.Table, settings: Settings) -> Frame:
    parts = [
        _products(engine, kept, tables["product"]),
        _categories(engine, kept, tables["product"]),
        _counted(engine, _banded(engine, kept, bands), "price_band", BANDS),
        _counted(engine, _weekdays(engine, tables["receipts"]), "preferred_weekday", WEEKDAYS),
        _counted(engine, _channels(engine, tables["contacts"]), "preferred_channel", CHANNELS),
    ]
    found = tables["rfm"].select("id")
    for base, part in zip(KINDS, parts, strict=True):
        counted = engine.keep(f"{base}_counted", part)
        found = found.join(counted.select("id", *_told(engine, base, settings[LEAST])), "id", "left")
    return found.select("id", *OUTPUTS)


def _told(engine: Engine, base: str, least: int) -> tuple[Any, Any]:
    """The value and how sure it is, from its count and the count of all."""
    F = engine.F  # noqa: N806
    n, all_ = F.col(f"{base}_n").cast("double"), F.col(f"{base}_all").cast("double")
    enough = F.col(f"{base}_all") >= least
    share, part = n / all_, F.lit(_Z90 * _Z90) / all_
    spread = F.lit(_Z90) * F.sqrt(share * (F.lit(1.0) - share) / all_ + part / (all_ * F.lit(4.0)))
    low = (share + part / F.lit(2.0) - spread) / (F.lit(1.0) + part)
    return (
        F.when(enough, F.col(base)).alias(base),
        F.when(enough & F.col(base).isNotNull(), F.round(low * 100, 4)).alias(f"{base}_sure"),
    )


def _lines(engine: Engine, tables: Tables) -> Frame:
    """id, product_id, n, amount, quantity: the sale lines of each customer and product."""
    F = engine.F  # noqa: N806
    return (
        tables["sales"]
        .groupBy(F.col("customer_id").alias("id"), "product_id")
        .agg(
            F.count(F.lit(1)).cast("bigint").alias("n"),
            units(engine, F.col("amount")).alias("amount"),
            units(engine, F.coalesce(F.col("quantity"), F.lit(0))).alias("quantity"),
        )
    )


def _products(engine: Engine, lines: Frame, products: Frame) -> Frame:
    F = engine.F  # noqa: N806
    best = _most(engine, lines, "product_id", "preferred_product")
    named = products.select(F.col("id").alias("key"), F.coalesce("name", "code").alias("preferred_product"))
    return best.join(named, "key", "left").select(
        "id", "preferred_product", "preferred_product_n", "preferred_product_all"
    )


def _categories(engine: Engine, lines: Frame, products: Frame) -> Frame:
    """A category goes by the first of its products."""
    F = engine.F  # noqa: N806
    known = products.where(F.col("category").isNotNull())
    keys = known.groupBy("category").agg(F.min("id").alias("key"))
    of = known.select(F.col("id").alias("product_id"), "category").join(keys, "category")
    counted = (
        lines.join(of.select("product_id", "key"), "product_id")
        .groupBy("id", "key")
        .agg(F.sum("n").cast("bigint").alias("n"))
    )
    best = _most(engine, counted, "key", "preferred_category")
    named = keys.select("key", F.col("category").alias("preferred_category"))
    return best.join(named, "key", "left").select(
        "id", "preferred_category", "preferred_category_n", "preferred_category_all"
    )


def _most(engine: Engine, counted: Frame, key: str, name: str) -> Frame:
    """The key with the highest n for each id: count and key in one number, so that no rows have to be ordered."""
    F = engine.F  # noqa: N806
    packed = F.col("n") * F.lit(_ID) + (F.lit(_ID - 1) - F.col(key))
    best = counted.groupBy("id").agg(
        F.max(packed).cast("bigint").alias("packed"), F.sum("n").cast("bigint").alias(f"{name}_all")
    )
    rest = F.col("packed") % F.lit(_ID)
    unpacked = best.select(
        "id",
        (F.lit(_ID - 1) - rest).cast("bigint").alias("key"),
        ((F.col("packed") - rest) / F.lit(_ID)).cast("bigint").alias(f"{name}_n"),
        f"{name}_all",
    )
    return engine.keep(f"{name}_most", unpacked)


def _bands(engine: Engine, lines: Frame, products: Frame) -> Frame:
    """product_id and place: thirds of the products of a category by their mean price, the dearest in the last.

    A category with fewer than three products has no bands.
    """
    F, Window = engine.F, engine.Window  # noqa: N806
    sold = lines.groupBy("product_id").agg(
        units(engine, F.col("amount")).alias("amount"), units(engine, F.col("quantity")).alias("quantity")
    )
    named = products.select(F.col("id").alias("product_id"), F.coalesce("category", F.lit("")).alias("category"))
    priced = (
        sold.where(F.col("quantity") > 0)
        .join(named, "product_id")
        .withColumn("price", F.col("amount").cast("double") / F.col("quantity").cast("double"))
    )
    order = Window.partitionBy("category").orderBy(
        F.col("price").asc_nulls_last(), F.col("product_id").asc_nulls_last()
    )
    whole = Window.partitionBy("category")
    placed = priced.select(
        "product_id",
        F.ntile(3).over(order).cast("bigint").alias("place"),
        F.count(F.lit(1)).over(whole).cast("bigint").alias("size"),
    )
    return placed.where(F.col("size") >= len(BANDS)).select("product_id", "place")


def _banded(engine: Engine, lines: Frame, bands: pa.Table) -> Frame:
    """id and the lines of each price band."""
    F = engine.F  # noqa: N806
    both = lines.join(engine.frame("price_bands", bands), "product_id")
    counts = [
        units(engine, F.when(F.col("place") == k + 1, F.col("n")).otherwise(F.lit(0))).alias(name)
        for k, name in enumerate(BANDS)
    ]
    return both.groupBy("id").agg(*counts)


def _weekdays(engine: Engine, receipts: Frame) -> Frame:
    """id and the purchases of each day of the week."""
    F = engine.F  # noqa: N806
    bought = purchases(engine, receipts).select("customer_id", F.dayofweek("day").alias("place"))
    return _spread(engine, bought, WEEKDAYS, [F.col("place") == k + 1 for k in range(7)])


def _channels(engine: Engine, contacts: Frame) -> Frame:
    F = engine.F  # noqa: N806
    return _spread(engine, contacts, CHANNELS, [F.col("channel") == name for name in CHANNELS])


def _spread(engine: Engine, rows: Frame, names: tuple[str, ...], conditions: list[Any]) -> Frame:
    """id and a column of counts for each name."""
    F = engine.F  # noqa: N806
    one = F.lit(1)
    counts = [
        units(engine, F.when(condition, one).otherwise(F.lit(0))).alias(name)
        for name, condition in zip(names, conditions, strict=True)
    ]
    return rows.groupBy(F.col("customer_id").alias("id")).agg(*counts)


def _counted(engine: Engine, rows: Frame, base: str, names: tuple[str, ...]) -> Frame:
    """The name with the highest count, the first of equals, its count and that of all."""
    F = engine.F  # noqa: N806
    most = F.greatest(*(F.col(name) for name in names))
    chosen = F.lit(None).cast("string")
    for name in reversed(names):
        chosen = F.when(F.col(name) == F.col(f"{base}_n"), F.lit(name)).otherwise(chosen)
    total = sum((F.col(name) for name in names[1:]), F.col(names[0]))
    found = rows.withColumn(f"{base}_n", most.cast("bigint")).withColumn(f"{base}_all", total.cast("bigint"))
    return found.select("id", chosen.alias(base), f"{base}_n", f"{base}_all")


def explain(field: str, facts: Facts, settings: Settings) -> Reason | None:
    """Reason codes: no_purchase, too_few_to_prefer, share_at_least."""
    if facts.get("first_purchase") is None:
        return Reason("no_purchase", {})
    base = field.removesuffix("_sure")
    if facts.get(base) is None:
        return Reason("too_few_to_prefer", {"least": settings[LEAST]})
    return Reason("share_at_least", {"share": (facts.get(f"{base}_sure") or 0) / 100})


PREFERENCE = Analysis(
    name="preference",
    version="1",
    settings=("cleaning", "as_of", "currency", "fee_products", LEAST),
    inputs=("receipts", "rfm", "sales", "contacts", "product"),
    outputs=OUTPUTS,
    run=run,
    explain=explain,
    score=told_by,
    source="Wilson, Probable inference, JASA 22 (1927)",
)
