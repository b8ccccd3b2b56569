"""What an analysis is, and the words that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from visavis.insight.engine import Engine, Frame
from visavis.insight.settings import Settings

Customer = Literal["company", "person"]
CUSTOMERS: tuple[Customer, ...] = ("company", "person")

Tables: TypeAlias = Mapping[str, Frame]
"""Frames by name: the warehouse tables, `receipts`, and the results of earlier analyses (`value`)."""

Facts: TypeAlias = Mapping[str, Any]
"""The derived fields of one customer and what its object's run knows; the input of an explanation."""

MONEY = pa.decimal128(19, 4)
"""An output in the workspace's currency. Engines answer it as an integer of ten-thousandths, `UNITS`."""

UNITS = pa.int64()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a field has its value: a code that pages translate, with the numbers that go into the sentence."""

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """What a run made: a frame with `id` and the outputs, and a JSON document about the whole base."""

    frame: Frame
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analysis:
    """One method: what it reads, what it makes of each customer, and how it explains one.

    `outputs` are the derived fields with their types (money: `MONEY`); `schema` is what `run` answers in, money as
    ten-thousandths and a column `id` besides. `settings` names those that change its numbers.
    """

    name: str
    version: str
    settings: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: Mapping[str, pa.DataType]
    run: Callable[[Engine, Tables, Settings], Made]
    explain: Callable[[str, Facts, Settings], Reason | None]

    @property
    def schema(self) -> pa.Schema:
        types = ((name, UNITS if name in self.money else kind) for name, kind in self.outputs.items())
        return pa.schema([("id", pa.int64()), *types])

    @property
    def money(self) -> frozenset[str]:
        """The outputs that are amounts of money."""
        return frozenset(name for name, kind in self.outputs.items() if pa.types.is_decimal(kind))


def day(engine: Engine, value: Any) -> Any:
    """A date literal that every engine reads alike."""
    return engine.F.lit(value.isoformat()).cast("date")


def units(engine: Engine, column: Any) -> Any:
    """Sum of ten-thousandths, as a 64-bit integer on every engine."""
    return engine.F.sum(column).cast("bigint")


def only(engine: Engine, condition: Any, column: Any) -> Any:
    """The column where the condition holds, else null."""
    return engine.F.when(condition, column)


def month(engine: Engine, column: Any) -> Any:
    """First day of the month, as a date."""
    return engine.F.trunc(column, "month").cast("date")
