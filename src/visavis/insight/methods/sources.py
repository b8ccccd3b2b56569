"""What derived fields are made of where the settings of a workspace decide it, for the permission evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from visavis.access import Pair
from visavis.insight.analyses import ANALYSES, LIFETIME, SERVING, Analysis
from visavis.insight.analyses.base import CUSTOMERS
from visavis.insight.methods.keeping import SQL
from visavis.insight.refresh import in_order
from visavis.insight.settings import Settings
from visavis.kernel.errors import Invalid
from visavis.objects import BUILT_IN
from visavis.store import Database, Tx

_BUILT = {obj.name: obj for obj in BUILT_IN}


async def made_of(db: Database | Tx) -> Mapping[Pair, tuple[Pair, ...]]:
    """For each field that the settings of the workspace make of others: all that it tells of."""
    return sources(_settings(await db.value(SQL.insight) or {}))


def sources(settings: Settings) -> Mapping[Pair, tuple[Pair, ...]]:
    """(object, field) → every (object, field) whose value it tells of, the customer's own fields among them."""
    found: dict[Pair, tuple[Pair, ...]] = {}
    for analysis in in_order(ANALYSES, settings):
        named = tuple(_named(analysis, settings))
        for customer in CUSTOMERS if named else ():
            pairs = tuple(dict.fromkeys(_closed(customer, named, found)))
            found |= {(customer, output): pairs for output in analysis.outputs}
    return found


def _named(analysis: Analysis, settings: Settings) -> Iterator[str]:
    """The fields of the customer that settings make the outputs of; none where they do not say."""
    yield from sorted(analysis.asked(settings))
    if analysis is SERVING:
        yield "cost_to_serve"
    if analysis is LIFETIME and settings.lifetime_value == "margin":
        yield from ("margin", "last_purchase")


def _closed(customer: str, names: Iterable[str], found: Mapping[Pair, tuple[Pair, ...]]) -> Iterator[Pair]:
    fields = _BUILT[customer].by_name
    for name in names:
        yield customer, name
        own = fields[name].reads if name in fields else ()
        yield from found.get((customer, name), own)


def _settings(document: Mapping[str, Any]) -> Settings:
    """The defaults where what is kept cannot be read: nobody is locked out by that."""
    try:
        return Settings.from_json(document)
    except Invalid:
        return Settings()
