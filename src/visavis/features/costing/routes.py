"""``/costing/rates``, ``/insight/waterfall``, ``/insight/whale``, ``/insight/dear``, ``/insight/budget``."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from visavis.features.app import Answer, Request, Route
from visavis.features.exports.api import neutralised
from visavis.features.setup.api import workspace_facts
from visavis.insight import api as insight
from visavis.insight.answers.budget import Group, Judgement, Question
from visavis.insight.rates import Rate, load_rates, save_rates
from visavis.kernel.errors import asked_in_a_body
from visavis.records.context import Context

TEXT = r"^[^\u0000]*$"
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=TEXT)]
FieldName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Customer = Literal["company", "person"]
Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,4})?$")]
Spend = Annotated[float, Meta(ge=0, le=1e12)]
_OBJECT: dict[str, Any] = {"object": {"type": "string", "enum": ["company", "person"], "default": "company"}}
_ID: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": (1 << 53) - 1}
_BAR: dict[str, Any] = {"type": "string", "enum": list(insight.BARS), "required": True}


class RateGiven(Struct, forbid_unknown_fields=True):
    """``amount`` per hour or piece, or per cent a year; none: not priced from that day on."""

    driver: Name
    unit: Literal["hour", "each", "per_cent_year"]
    amount: Amount | None
    valid_from: dt.date
    minutes: Amount | None = None
    note: Annotated[str, Meta(max_length=1_000, pattern=TEXT)] | None = None


class RatesGiven(Struct, forbid_unknown_fields=True):
    rates: Annotated[list[RateGiven], Meta(min_length=1, max_length=100)]


class JudgementGiven(Struct, forbid_unknown_fields=True):
    ceiling: Annotated[float, Meta(gt=0, le=1)]
    rate: Annotated[float, Meta(gt=0, le=1)]
    worth: Annotated[float, Meta(gt=0, le=1e12)]


class GroupGiven(Struct, forbid_unknown_fields=True):
    name: Name
    filter: dict[str, Any] | None = None
    floor: Spend = 0.0
    most: Spend | None = None
    satisfaction: Annotated[float, Meta(ge=-1e6, le=1e6)] | None = None
    experiment: Name | None = None
    judgement: JudgementGiven | None = None


class BudgetAsked(Struct, forbid_unknown_fields=True):
    """Without groups, the ABC classes; without a total, what is spent today."""

    object: Customer = "company"
    groups: Annotated[list[GroupGiven], Meta(max_length=50)] = []
    total: Annotated[float, Meta(ge=0, le=1e15)] | None = None
    spend: FieldName = "cost_to_serve"
    outcome: FieldName = "margin"
    worth: Annotated[float, Meta(gt=0, le=1e9)] = 1.0
    curve: Literal["exponential", "concave"] = "exponential"
    satisfaction: FieldName | None = None


class WaterfallAsked(Struct, forbid_unknown_fields=True):
    """One customer by ``id``, a group by ``filter``, or all. ``known``: only those whose net profit is known."""

    object: Customer = "company"
    id: Annotated[int, Meta(ge=1, le=(1 << 53) - 1)] | None = None
    filter: dict[str, Any] | None = None
    known: bool = False


async def rates(ctx: Context, request: Request) -> Answer:
    return Answer(await load_rates(ctx.tx))


async def save(ctx: Context, request: Request) -> Answer:
    given: RatesGiven = request.body
    currency = (await workspace_facts(ctx)).currency
    await save_rates(ctx, [_rate(each) for each in given.rates], currency)
    return Answer(await load_rates(ctx.tx))


def _rate(given: RateGiven) -> Rate:
    amount, minutes = (None if text is None else Decimal(text) for text in (given.amount, given.minutes))
    return Rate(given.driver, given.unit, amount, given.valid_from, minutes, given.note)


async def waterfall(ctx: Context, request: Request) -> Answer:
    asked: WaterfallAsked = request.body
    with asked_in_a_body():
        return Answer(await insight.waterfall(ctx, asked.object, asked.filter, asked.id, known=asked.known))


async def rows(ctx: Context, request: Request) -> Answer:
    query = request.query
    limit, offset = int(query.get("limit", "50")), int(query.get("offset", "0"))
    name = query.get("object", "company")
    return Answer(await insight.behind(ctx, name, int(query["id"]), query["bar"], limit, offset))


async def rows_file(ctx: Context, request: Request) -> Answer:
    """All rows that the actor may read, newest first."""
    query = request.query
    asked = (ctx, query.get("object", "company"), int(query["id"]), query["bar"])
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["object", "id", "title", "day", "driver", "quantity", "unit", "rate", "amount", "currency"])
    offset, page = 0, await insight.behind(*asked, _MOST)
    while page["data"]:
        titles = await neutralised(ctx, [row["title"] or "" for row in page["data"]])
        cells = zip(page["data"], titles, strict=True)
        lines.writerows(_cells(row, title, page["sum"]["currency"]) for row, title in cells)
        offset += _MOST
        page = await insight.behind(*asked, _MOST, offset)
    headers = {"content-disposition": f'attachment; filename="{query["bar"]}-{query["id"]}.csv"'}
    return Answer("\ufeff".encode() + out.getvalue().encode(), headers=headers, media_type="text/csv; charset=utf-8")


def _cells(row: dict[str, Any], title: str, currency: str) -> list[Any]:
    amount = row["amount"]["amount"] if row["amount"] else None
    facts = (row[name] for name in ("day", "driver", "quantity", "unit", "rate"))
    return [row["object"], row["id"], title, *facts, amount, currency]


async def whale(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.whale(ctx, request.query.get("object", "company")))


async def dear(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.dear(ctx, request.query.get("object", "company")))


async def budget(ctx: Context, request: Request) -> Answer:
    asked: BudgetAsked = request.body
    plain = msgspec.structs.asdict(asked) | {"groups": tuple(_group(group) for group in asked.groups)}
    with asked_in_a_body():
        return Answer(await insight.budget(ctx, Question(**plain)))


def _group(given: GroupGiven) -> Group:
    plain = msgspec.structs.asdict(given)
    said = given.judgement and Judgement(**msgspec.structs.asdict(given.judgement))
    return Group(**plain | {"judgement": said})


_MOST = 500
_PAGE: dict[str, Any] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 50},
    "offset": {"type": "integer", "minimum": 0, "maximum": 10_000_000, "default": 0},
}
ROUTES = (
    Route("GET", "/costing/rates", rates, "What work costs, today and before", answer=dict[str, Any]),
    Route(
        "PUT",
        "/costing/rates",
        save,
        "Say what work costs from a day on; holds from the next refresh",
        RatesGiven,
        dict[str, Any],
        access="managers",
        problems=(422,),
    ),
    Route(
        "POST",
        "/insight/waterfall",
        waterfall,
        "From gross sales to net profit: of a customer, a group, or all",
        WaterfallAsked,
        dict[str, Any],
        problems=(404, 409),
    ),
    Route(
        "GET",
        "/insight/waterfall/rows",
        rows,
        "The rows behind a bar of one customer",
        answer=dict[str, Any],
        query=_OBJECT | {"id": _ID | {"required": True}, "bar": _BAR} | _PAGE,
        problems=(404,),
    ),
    Route(
        "GET",
        "/insight/waterfall/rows/file",
        rows_file,
        "All rows behind a bar of one customer, as CSV",
        media_type="text/csv",
        query=_OBJECT | {"id": _ID | {"required": True}, "bar": _BAR},
        problems=(404,),
    ),
    Route("GET", "/insight/whale", whale, "Net profit added up, best first", answer=dict[str, Any], query=_OBJECT),
    Route("GET", "/insight/dear", dear, "B customers as dear to serve as an A", answer=dict[str, Any], query=_OBJECT),
    Route(
        "POST",
        "/insight/budget",
        budget,
        "What to spend on each group",
        BudgetAsked,
        dict[str, Any],
        problems=(409, 422),
    ),
)
