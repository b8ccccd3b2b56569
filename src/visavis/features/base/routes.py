"""``/insight``: what the customer base is worth."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from visavis.features.app import Answer, Request, Route
from visavis.features.base.api import enqueue_refresh
from visavis.features.jobs.api import JobShown
from visavis.insight import api as insight
from visavis.insight.settings import Cleaning, Crosser, LifetimeValue
from visavis.kernel.errors import NotFound, asked_in_a_body
from visavis.records.context import Context
from visavis.store import jobs

Share = Annotated[float, Meta(ge=0, le=1)]
CUSTOMERS = ("company", "person")
_OBJECT = {"object": {"type": "string", "enum": list(CUSTOMERS), "default": "company"}}
MEASURE = {"measure": {"type": "string", "enum": list(insight.MEASURES)}}
_SPREAD = {"measure": {"type": "string", "enum": list(insight.SPREADS)}}


class Period(Struct):
    from_: str = msgspec.field(name="from")
    to: str


class SettingsGiven(Struct, forbid_unknown_fields=True):
    """Every setting may be left out; what is left out stays as it is."""

    measure: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")] | UnsetType = UNSET
    cuts: tuple[float, float] | UnsetType = UNSET
    crosser: Crosser | UnsetType = UNSET
    cleaning: Cleaning | UnsetType = UNSET
    period: Period | UnsetType | None = UNSET
    as_of: str | UnsetType | None = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    fee_products: list[str] | UnsetType = UNSET
    assumed_margin: Share | UnsetType | None = UNSET
    lifetime_value: LifetimeValue | UnsetType = UNSET
    horizon_days: Annotated[int, Meta(ge=1, le=3_650)] | UnsetType = UNSET
    discount_rate: Share | UnsetType = UNSET


Column = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]


class ChurnAsked(Struct, forbid_unknown_fields=True):
    """Customers whose `target` is `gone` went. Without `features` all suitable columns take part.

    `without` leaves columns out; `known_after` adds to those that the catalogue marks so; `tenure` is how long a
    customer has been one.
    """

    target: Column
    gone: Annotated[str, Meta(max_length=200)]
    object: Literal["company", "person"] = "company"
    features: Annotated[list[Column], Meta(max_length=100)] | None = None
    known_after: Annotated[list[Column], Meta(max_length=100)] = []
    without: Annotated[list[Column], Meta(max_length=100)] = []
    tenure: Column | None = None


def _customer(request: Request) -> str:
    return request.query.get("object", "company")


async def base(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.base_summary(ctx, _customer(request)))


async def pareto(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.pareto(ctx, _customer(request), request.query.get("measure")))


async def rfm(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.rfm(ctx, _customer(request)))


async def cohorts(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.cohorts(ctx, _customer(request)))


async def distribution(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.distribution(ctx, _customer(request), request.query.get("measure")))


async def basket(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.bought_together(ctx, _customer(request)))


async def next_offers(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.offers_now(ctx, _customer(request)))


async def value(ctx: Context, request: Request) -> Answer:
    name = request.path["object"]
    if name not in CUSTOMERS:
        raise NotFound(f"Values are worked out for {' and '.join(CUSTOMERS)}, not for {name}.")
    return Answer(await insight.explain(ctx, name, int(request.path["id"])))


async def clusters(ctx: Context, request: Request) -> Answer:
    return Answer(await insight.clusters_told(ctx, _customer(request)))


async def churn_model(ctx: Context, request: Request) -> Answer:
    asked: ChurnAsked = request.body
    with asked_in_a_body():
        who = (ctx, asked.object, asked.target, asked.gone)
        columns = (asked.features, asked.known_after, asked.without)
        return Answer(await insight.churn_of(*who, *columns, tenure=asked.tenure))


async def refresh(ctx: Context, request: Request) -> Answer:
    job = await jobs.get(ctx.tx, await enqueue_refresh(ctx))
    assert job is not None
    return Answer(job.as_json(), status=202)


async def runs(ctx: Context, request: Request) -> Answer:
    return Answer({"data": await insight.runs(ctx)})


async def settings(ctx: Context, request: Request) -> Answer:
    return Answer((await insight.load_settings(ctx.tx)).as_json())


async def save(ctx: Context, request: Request) -> Answer:
    given: SettingsGiven = request.body
    document: dict[str, Any] = msgspec.to_builtins(given)
    return Answer((await insight.save_settings(ctx, document)).as_json())


ROUTES = (
    Route("GET", "/insight/base", base, "The customer base in figures", answer=dict[str, Any], query=_OBJECT),
    Route(
        "GET",
        "/insight/pareto",
        pareto,
        "How few customers bring how much",
        answer=dict[str, Any],
        query=_OBJECT | MEASURE,
    ),
    Route("GET", "/insight/rfm", rfm, "Customers by recency and frequency", answer=dict[str, Any], query=_OBJECT),
    Route("GET", "/insight/cohorts", cohorts, "Who came back, by month", answer=dict[str, Any], query=_OBJECT),
    Route(
        "GET",
        "/insight/distribution",
        distribution,
        "How a value is spread over the customers",
        answer=dict[str, Any],
        query=_OBJECT | _SPREAD,
    ),
    Route("GET", "/insight/basket", basket, "What is bought together", answer=dict[str, Any], query=_OBJECT),
    Route(
        "GET", "/insight/next-offers", next_offers, "What to offer to whom now", answer=dict[str, Any], query=_OBJECT
    ),
    Route("GET", "/insight/value/{object}/{id}", value, "Why a customer is worth what it is", answer=dict[str, Any]),
    Route(
        "GET",
        "/insight/clusters",
        clusters,
        "Groups that the data make, with what is usual in each",
        answer=dict[str, Any],
        query=_OBJECT,
        problems=(403,),
    ),
    Route(
        "POST",
        "/insight/churn-model",
        churn_model,
        "Who goes, told by columns of the customer",
        ChurnAsked,
        dict[str, Any],
        problems=(403, 409, 422),
    ),
    Route("POST", "/insight/refresh", refresh, "Work the base out anew", answer=JobShown, status=202, access="writers"),
    Route("GET", "/insight/runs", runs, "What was worked out when, and how", answer=dict[str, Any]),
    Route("GET", "/insight/settings", settings, "Definitions in force", answer=dict[str, Any]),
    Route(
        "PUT",
        "/insight/settings",
        save,
        "Change definitions; they hold from the next refresh",
        SettingsGiven,
        dict[str, Any],
        access="managers",
        problems=(422,),
    ),
)
