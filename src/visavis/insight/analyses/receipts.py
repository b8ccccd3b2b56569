"""Every sale line put in one bucket, added up per invoice: what all other analyses start from.

A line falls into the first bucket that fits:

    not_issued      the invoice is a draft or void
    other_currency  not the currency of the workspace
    undated         no date of issue
    later           issued on or after the as-of day
    fee             a product that the settings name as a fee or an adjustment
    credit_note     stands on a credit note
    free            amount zero or unknown
    deduction       below zero on an invoice
    sale            above zero

Under the setting "net" sale, free, deduction and credit_note count. Under "textbook" only sales to known customers
count whose quantity and price are above zero and whose invoice number does not begin with C; others are `left_out`.
"""

from __future__ import annotations

from typing import Any

from visavis.insight.analyses.base import CUSTOMERS, day, units
from visavis.insight.engine import Engine, Frame, union
from visavis.insight.settings import Settings

NET = ("sale", "free", "deduction", "credit_note")
TEXTBOOK = ("sale",)
CHANNELS = ("call", "email", "meeting", "visit", "chat", "web", "social")


def counted(settings: Settings) -> tuple[str, ...]:
    """The buckets that make up a customer's revenue."""
    return TEXTBOOK if settings.cleaning == "textbook" else NET


def receipts(engine: Engine, lines: Frame, settings: Settings) -> Frame:
    """One row per invoice and bucket.

    Columns: customer_kind (company | person | none; trashed: one that lies in the trash), customer_id, invoice_id, day,
    bucket, lines, raw (amount as written), amount (a credit note written with a plus sign is turned), cost (known
    part), uncosted (amount of the lines whose cost is unknown), uncosted_lines, given (discount on the lines that are
    sold or free). Amounts in ten-thousandths.
    """
    F = engine.F  # noqa: N806
    amount, cost = F.coalesce(F.col("amount"), F.lit(0)), F.col("cost")
    unknown = cost.isNull() & (amount != 0)
    sums = (
        lines.withColumn("kind", kind_of(engine))
        .withColumn("customer_id", F.coalesce(F.col("company_id"), F.col("person_id")))
        .withColumn("bucket", _bucket(engine, settings))
        .groupBy("kind", "customer_id", "invoice_id", F.col("issued_on").alias("day"), "bucket")
        .agg(
            F.count(F.lit(1)).cast("bigint").alias("lines"),
            units(engine, amount).alias("raw"),
            units(engine, F.coalesce(cost, F.lit(0))).alias("cost_raw"),
            units(engine, F.when(unknown, amount).otherwise(F.lit(0))).alias("uncosted_raw"),
            units(engine, F.when(unknown, F.lit(1)).otherwise(F.lit(0))).alias("uncosted_lines"),
            units(engine, F.coalesce(F.col("discount"), F.lit(0))).alias("given_raw"),
        )
    )
    plus = (F.col("bucket") == "credit_note") & (F.col("raw") > 0)
    sign = F.when(plus, F.lit(-1)).otherwise(F.lit(1))
    gone = union(engine.table(name).where("trashed").select(F.col("id").alias("gone_id")) for name in CUSTOMERS)
    known = sums.join(gone, F.col("customer_id") == F.col("gone_id"), "left")
    return known.select(
        F.when(F.col("gone_id").isNull(), F.col("kind")).otherwise(F.lit("trashed")).alias("customer_kind"),
        *("customer_id", "invoice_id", "day", "bucket", "lines", "raw", "uncosted_lines"),
        (F.col("raw") * sign).cast("bigint").alias("amount"),
        (F.col("cost_raw") * sign).cast("bigint").alias("cost"),
        (F.col("uncosted_raw") * sign).cast("bigint").alias("uncosted"),
        F.when(F.col("bucket").isin("sale", "free"), F.col("given_raw"))
        .otherwise(F.lit(0))
        .cast("bigint")
        .alias("given"),
    )


def reconciliation(engine: Engine, table: Frame, settings: Settings) -> Frame:
    """Lines and raw amount per customer kind and bucket; the rows add up to the whole of `sale_line`.

    With a period, counted lines of other days stand in a bucket of their own, `outside_period`.
    """
    F = engine.F  # noqa: N806
    if settings.period is not None:
        first, last = (day(engine, end) for end in settings.period)
        outside = F.col("bucket").isin(*counted(settings)) & ~F.col("day").between(first, last)
        table = table.withColumn("bucket", F.when(outside, F.lit("outside_period")).otherwise(F.col("bucket")))
    return table.groupBy("customer_kind", "bucket").agg(
        units(engine, F.col("lines")).alias("lines"),
        F.countDistinct("invoice_id").cast("bigint").alias("invoices"),
        units(engine, F.col("raw")).alias("raw"),
        units(engine, F.col("amount")).alias("amount"),
    )


def kind_of(engine: Engine) -> Any:
    """Whose customer a row with company_id and person_id is: the company's before the person's."""
    F = engine.F  # noqa: N806
    company, person = F.col("company_id").isNotNull(), F.col("person_id").isNotNull()
    return F.when(company, F.lit("company")).when(person, F.lit("person")).otherwise(F.lit("none"))


def of(engine: Engine, table: Frame, customer: str, settings: Settings) -> Frame:
    """The receipts that count for customers of one kind."""
    F = engine.F  # noqa: N806
    return table.where((F.col("customer_kind") == customer) & F.col("bucket").isin(*counted(settings)))


def sales_of(engine: Engine, lines: Frame, customer: str, settings: Settings) -> Frame:
    """The sale lines with a product, of customers of one kind: customer_id, invoice_id, product_id, day, amount, cost,
    quantity, all as in `sale_line`. A view that is worked out by each reader.
    """
    F = engine.F  # noqa: N806
    known = F.col("product_id").isNotNull() & (kind_of(engine) == customer)
    return lines.where(known & (_bucket(engine, settings) == "sale")).select(
        F.coalesce(F.col("company_id"), F.col("person_id")).alias("customer_id"),
        *("invoice_id", "product_id", F.col("issued_on").alias("day"), "amount", "cost", "quantity"),
    )


def contacts_of(engine: Engine, customer: str, settings: Settings) -> Frame:
    """Calls, e-mails, meetings and visits that took place, and the channels of tickets, before the as-of day.

    Columns: customer_id, channel; of customers of one kind.
    """
    F = engine.F  # noqa: N806
    end = day(engine, settings.day)
    activities = engine.table("activity").where((F.col("day") < end) & F.col("kind").isin(*CHANNELS))
    tickets = engine.table("ticket").where((F.col("opened_on") < end) & F.col("channel").isNotNull())
    said = F.lower("channel")
    channel = (
        F.when(said.isin("phone", "telephone"), F.lit("call"))
        .when(said == "e-mail", F.lit("email"))
        .when(said.startswith("social"), F.lit("social"))
        .otherwise(said)
    )
    both = union(
        [
            activities.select("company_id", "person_id", F.col("kind").alias("channel")),
            tickets.select("company_id", "person_id", channel.alias("channel")),
        ]
    )
    return both.where((kind_of(engine) == customer) & F.col("channel").isin(*CHANNELS)).select(
        F.coalesce(F.col("company_id"), F.col("person_id")).alias("customer_id"), "channel"
    )


def purchases(engine: Engine, counting: Frame) -> Frame:
    """The receipts of an invoice with a sale on it: what counts as a purchase."""
    return counting.where(engine.F.col("bucket") == "sale")


def _bucket(engine: Engine, settings: Settings) -> Any:
    F = engine.F  # noqa: N806
    amount = F.coalesce(F.col("amount"), F.lit(0))
    status, issued = F.coalesce(F.col("invoice_status"), F.lit("")), F.col("issued_on")
    bucket = (
        F.when(status.isin("draft", "void"), F.lit("not_issued"))
        .when(F.coalesce(F.col("currency"), F.lit("")) != settings.currency, F.lit("other_currency"))
        .when(issued.isNull(), F.lit("undated"))
        .when(issued >= day(engine, settings.day), F.lit("later"))
    )
    if settings.fee_products:
        code = F.coalesce(F.col("product_code"), F.lit(""))
        bucket = bucket.when(code.isin(*settings.fee_products), F.lit("fee"))
    bucket = (
        bucket.when(F.coalesce(F.col("invoice_kind"), F.lit("invoice")) == "credit_note", F.lit("credit_note"))
        .when(amount == 0, F.lit("free"))
        .when(amount < 0, F.lit("deduction"))
    )
    if settings.cleaning == "textbook":
        bucket = bucket.when(~_plain(engine), F.lit("left_out"))
    return bucket.otherwise(F.lit("sale"))


def _plain(engine: Engine) -> Any:
    F = engine.F  # noqa: N806
    number = F.coalesce(F.col("invoice_number"), F.lit(""))
    quantity, price = (F.coalesce(F.col(name), F.lit(0)) for name in ("quantity", "unit_price"))
    return (quantity > 0) & (price > 0) & ~number.startswith("C")
