"""What PostgreSQL expects of a statement before it runs it, so that no list gambles and no count goes on for ever.

A plan below a limit is priced as if the rows it looks for were spread evenly. Where they are not, walking along an
index to find fifty rows that fit reads the whole table. ``Estimate.whole`` is what that would cost.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
FRESH_SECONDS = 60.0
_STEP = (
    "Node Type",
    "Strategy",
    "Parent Relationship",
    "Subplan Name",
    "Join Type",
    "Relation Name",
    "Alias",
    "Index Name",
    "Scan Direction",
    "Parallel Aware",
)
_ASKED = ("Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond")
_MOST = 4000


@dataclass(frozen=True, slots=True)
class Estimate:
    """Costs are the planner's own: about 500 make a millisecond.

    ``cost``: of the statement as it stands; ``whole`` and ``rows``: of what stands below its limit, without the limit.
    ``way`` stands for the tables and indexes gone through, in which order and how, whatever the values.
    """

    cost: float
    whole: float
    rows: float
    way: int = 0


class Estimates:
    """Estimates of the last minute by statement and values, for one pool."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[float, Any]] = OrderedDict()
        self._done: OrderedDict[str, float] = OrderedDict()
        self._spent: OrderedDict[str, float] = OrderedDict()

    def once(self, what: str, seconds: float) -> bool:
        """True for the first who asks within so many seconds."""
        now = time.monotonic()
        if self._done.get(what, now) > now:
            return False
        self._done[what] = now + seconds
        if len(self._done) > _MOST:
            self._done.popitem(last=False)
        return True

    def adds_up(self, what: str, cost: float, most: float) -> bool:
        """True once the costs of what is asked again and again come to that much."""
        spent = self._spent.pop(what, 0.0) + cost
        self._spent[what] = 0.0 if spent >= most else spent
        if len(self._spent) > _MOST:
            self._spent.popitem(last=False)
        return spent >= most

    async def of(self, tx: Any, sql: str, params: Sequence[Any]) -> Estimate:
        """One statement, or none where the same was asked a short time ago."""

        async def ask() -> Estimate:
            return _read(await tx.value(f"explain (format json) {sql}", *params))

        return await self.remembered("price", sql, params, ask)

    async def for_any_values(self, tx: Any, sql: str, params: int) -> Estimate:
        """The plan that a statement kept for any values has, or none where it was asked a short time ago."""

        async def ask() -> Estimate:
            name = f"any_values_{hash(sql) & 0xFFFFFFFF}"
            if await tx.value("select true from pg_prepared_statements where name = $1", name):
                await tx.execute(f"deallocate {name}")
            await tx.execute(f"prepare {name} as {sql}")
            values = f"({', '.join(['null'] * params)})" if params else ""
            found = _read(await tx.value(f"explain (format json) execute {name}{values}"))
            await tx.execute(f"deallocate {name}")
            return found

        return await self.remembered("any values", sql, (), ask)

    async def remembered(self, what: str, sql: str, params: Sequence[Any], find: Callable[[], Awaitable[T]]) -> T:
        """What was found out about a statement with these values within the last minute, else what is found now."""
        key = hash((what, sql, *map(str, params)))
        now = time.monotonic()
        until, found = self._known.get(key, (0.0, None))
        if until < now:
            found = await find()
            self._known[key] = (now + FRESH_SECONDS, found)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found  # type: ignore[no-any-return]


def _read(text: str) -> Estimate:
    plan = json.loads(text)[0]["Plan"]
    inner = plan
    while inner["Node Type"] in ("Limit", "Aggregate", "Subquery Scan") and inner.get("Plans"):
        inner = next(p for p in inner["Plans"] if p.get("Parent Relationship") in ("Outer", "Subquery"))
    return Estimate(plan["Total Cost"], inner["Total Cost"], inner["Plan Rows"], hash(tuple(_way(plan))))


def _way(plan: Mapping[str, Any]) -> Iterator[str]:
    """The steps of a plan without what depends on values; how many conditions an index is asked for does."""
    yield from (f"{name}={plan[name]}" for name in _STEP if name in plan)
    yield from (f"{name}:{str(plan[name]).count(' AND ')}" for name in _ASKED if name in plan)
    for inner in plan.get("Plans", ()):
        yield "("
        yield from _way(inner)
        yield ")"
