"""What changed since the results that stand, and an engine whose tables hold the rows of few customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from visavis.insight.analyses.base import CUSTOMERS, Customer
from visavis.insight.engine import Engine, Frame
from visavis.insight.warehouse import TABLES

Learned = Mapping[tuple[Customer, str], Any]
"""What each method with a `score` learned of each kind of customer; None where it learned nothing."""


@dataclass(frozen=True, slots=True)
class Known:
    """Of the last run over the whole base, on the as-of `day`: what was learned, which `kinds` of customer buy, and the
    bars that something in the workspace costs.
    """

    learned: Learned
    kinds: frozenset[Customer]
    costed: frozenset[str]
    day: dt.date


@dataclass(frozen=True, slots=True)
class Since:
    """`ids`: the customers of whom any record changed, in the column `id`. The twins of `kept` hold what stands."""

    ids: pa.Table
    known: Known

    @classmethod
    def of(cls, ids: Iterable[int], known: Known) -> Since:
        """A row of nobody's touches nobody."""
        return cls(pa.table({"id": pa.array([one for one in ids if one > 0], pa.int64())}), known)


class Among:
    """An engine whose tables of facts hold only what is of some customers."""

    def __init__(self, engine: Engine, ids: pa.Table) -> None:
        self.name = engine.name
        self.session: Any = engine.session
        self.F: Any = engine.F
        self.Window: Any = engine.Window
        self.ids = engine.frame("touched", ids)
        self._engine = engine
        self._tables: dict[str, Frame] = {}

    def table(self, name: str) -> Frame:
        if name in CUSTOMERS or "company_id" not in TABLES[name]:
            return self._engine.table(name)
        if name not in self._tables:
            F = self.F  # noqa: N806
            whose = F.coalesce(F.col("company_id"), F.col("person_id")) == F.col("touched_id")
            touched = self.ids.select(F.col("id").alias("touched_id"))
            self._tables[name] = self.keep(f"few_{name}", self._engine.table(name).join(touched, whose, "left_semi"))
        return self._tables[name]

    def frame(self, name: str, rows: pa.Table) -> Frame:
        return self._engine.frame(name, rows)

    def keep(self, name: str, frame: Frame) -> Frame:
        return self._engine.keep(name, frame)

    def arrow(self, frame: Frame, schema: pa.Schema) -> pa.Table:
        return self._engine.arrow(frame, schema)

    def close(self) -> None:
        self._engine.close()
