"""What is bought together, and what to offer to whom now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from visavis import access
from visavis.insight.answers.scope import Filter, Last, customers, equals, last, said, spent
from visavis.records import Context
from visavis.records.query import build, where
from visavis.store import quoted

RULES = 100
PRODUCTS = 50


async def bought_together(ctx: Context, name: str) -> dict[str, Any]:
    """The rules of the last run, highest lift first, each with a filter of who bought the one and not yet the other.

    Rules are counted over all invoices, so only who may see every customer and what a line sells is told them (`hidden`
    says that they are not told), and of those only the ones over products that the actor may see.
    """
    found = await last(ctx, name)
    scope = customers(ctx, name)
    told = scope.everybody and access.shows(ctx.actor, ctx.catalogue.object("invoice_line"), ("product",))
    model = _model(found, "basket")
    rules = model.get("rules", []) if told else []
    titles = await _titles(ctx, {item for rule in rules for item in (*rule["given"], rule["then"])})
    return {
        "as_of": found.as_of and found.as_of.isoformat(),
        "hidden": not told,
        "baskets": model.get("n", 0) if told else 0,
        "notes": said(told, model.get("notes", [])),
        "rules": [_rule(name, rule, titles) for rule in rules if _known(rule, titles)][:RULES],
    }


def _model(found: Last, method: str) -> Mapping[str, Any]:
    models = found.documents.get(method, {}).get("models", [])
    return models[0] if models else {}


async def _titles(ctx: Context, ids: Iterable[int]) -> dict[int, str]:
    """The names of the products that the actor may see."""
    product = ctx.catalogue.object("product")
    if not access.can(ctx.actor, product, "read"):
        return {}
    params: list[Any] = []
    condition = where(ctx, product, None, params)
    rows = await ctx.tx.rows(
        f"select t.id, coalesce(t.name, t.code) as title from {build(ctx).rows(product, 't')}"
        f" where {condition} and t.id = any(${len(params) + 1}::bigint[])",
        *params,
        list(ids),
    )
    return {row["id"]: row["title"] for row in rows}


def _known(rule: Mapping[str, Any], titles: Mapping[int, str]) -> bool:
    return all(item in titles for item in (*rule["given"], rule["then"]))


def _rule(name: str, rule: Mapping[str, Any], titles: Mapping[int, str]) -> dict[str, Any]:
    given, then = rule["given"], rule["then"]
    return {
        "given": [{"id": item, "title": titles[item]} for item in given],
        "then": {"id": then, "title": titles[then]},
        **{part: rule[part] for part in ("baskets", "support", "confidence", "lift")},
        "filter": {"and": [*(_bought(name, item) for item in given), {"not": _bought(name, then)}]},
    }


def _bought(name: str, product: int) -> Filter:
    lines = {"related": "invoice_line.invoice", "filter": equals("product", product)}
    return {"related": f"invoice.{name}", "filter": {"and": [equals("kind", "invoice"), lines]}}


async def offers_now(ctx: Context, name: str) -> dict[str, Any]:
    """The next offers of the customers that the actor may see, by product, the highest expected value first.

    How well the proposals came true is counted over every customer, and told to who sees every one.
    """
    found = await last(ctx, name)
    scope = customers(ctx, name, "next_product", "next_product_chance", "next_offer_value")
    offer, currency = quoted("next_product"), found.settings.currency
    rows = await ctx.tx.rows(
        f"select t_d.{offer} as product, count(*) as n, sum(t_d.next_offer_value) as value,"
        f" avg(t_d.next_product_chance)::float8 as chance {scope.rows} and t_d.{offer} is not null"
        f" group by 1 order by value desc nulls last, product",
        *scope.params,
    )
    model = _model(found, "next_offer")
    return {
        "as_of": found.as_of and found.as_of.isoformat(),
        "currency": currency,
        "customers": sum(row["n"] for row in rows),
        "value": spent(sum((row["value"] or Decimal() for row in rows), Decimal()), currency),
        "filter": {"field": "next_product", "op": "not_empty"},
        "value_of": model.get("value_of"),
        "days": model.get("days"),
        "quality": model.get("quality", []) if scope.everybody else [],
        "notes": said(scope.everybody, model.get("notes", [])),
        "products": [_offer(row, currency) for row in rows[:PRODUCTS]],
    }


def _offer(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    return {
        "product": row["product"],
        "count": row["n"],
        "chance": round(row["chance"] / 100, 6),
        "value": spent(row["value"], currency),
        "filter": equals("next_product", row["product"]),
    }
