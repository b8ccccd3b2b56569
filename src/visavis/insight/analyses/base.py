"""What an analysis is, and the words that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from visavis.insight.engine import Engine, Frame
from visavis.insight.setting import Setting
from visavis.insight.settings import SHARED, Settings

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
class Need:
    """The least of something below which a method refuses.

    Known to every run, per kind of customer: `valued` (customers with a purchase or a won deal), `customers` (with a
    purchase), `repeaters` (who bought on two days or more), `days` (from the first purchase of the base to the last),
    `deals` (won). What only the method itself can count it refuses in `Made.refused`.
    """

    code: str
    least: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a method made nothing: there are `found` of what is called `code`, and `least` are needed."""

    code: str
    least: float
    found: float

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "least": self.least, "found": self.found}


@dataclass(frozen=True, slots=True)
class Made:
    """What a run made: a frame with `id` and the outputs, and a JSON document about the whole base.

    Without a frame the fields of every customer stay empty, and `refused` says why. `learned` is for `Analysis.score`.
    """

    frame: Frame | None
    document: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    learned: Any = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """One method: what it reads, what it makes of each customer, and how it explains one.

    `outputs` are the derived fields with their types (money: `MONEY`); `schema` is what `run` answers in, money as
    ten-thousandths and a column `id` besides. `settings` are those that change its numbers: names of shared ones
    (`SHARED`) and, as `Setting`, its own, which `run` reads as `settings[THE_SETTING]`. Below its `needs` it is not
    run. `source` is the paper behind it. Of the outputs in `history` the product keeps what each customer had at any
    day, so that moves between classes can be counted. With `beyond` it may name customers who never bought, where its
    settings name entered fields. The method catalogue, its routes and its page are made of this declaration.

    Where few customers changed, they alone are told anew by a method that stands `alone`: what it makes of a customer
    comes of the customer's rows and of nobody else's, and it has no `needs`. One with a `score` says of them what it
    would say with what it learned (`Made.learned`) from the whole base some time ago, and None where no sale changes
    what it says. Any other runs over the whole base; what it makes first of each customer's own rows, its `basis`, it
    may be given as `basis.<name>`.
    """

    name: str
    version: str
    settings: tuple[str | Setting, ...]
    inputs: tuple[str, ...]
    outputs: Mapping[str, pa.DataType]
    run: Callable[[Engine, Tables, Settings], Made]
    explain: Callable[[str, Facts, Settings], Reason | None]
    needs: tuple[Need, ...] = ()
    source: str = ""
    history: tuple[str, ...] = ()
    beyond: bool = False
    alone: bool = False
    score: Callable[[Engine, Tables, Settings, Any], Frame | None] | None = None
    basis: Callable[[Engine, Tables, Settings], Frame] | None = None

    @property
    def declared(self) -> tuple[Setting, ...]:
        """Its settings, the shared ones too."""
        return tuple(SHARED[each] if isinstance(each, str) else each for each in self.settings)

    @property
    def own(self) -> tuple[Setting, ...]:
        """The settings that it has for itself."""
        return tuple(each for each in self.settings if isinstance(each, Setting))

    def asked(self, settings: Settings) -> frozenset[str]:
        """The fields of the customer that its settings name."""
        chosen = self.chosen(settings)
        return frozenset(name for each in self.declared for name in each.fields(chosen[each.name]))

    def chosen(self, settings: Settings) -> dict[str, Any]:
        """The value of each of its settings, as JSON values."""
        shared = settings.as_json()
        return {each.name: settings[each] if each in self.own else shared[each.name] for each in self.declared}

    @property
    def schema(self) -> pa.Schema:
        types = ((name, UNITS if name in self.money else kind) for name, kind in self.outputs.items())
        return pa.schema([("id", pa.int64()), *types])

    @property
    def money(self) -> frozenset[str]:
        """The outputs that are amounts of money."""
        return frozenset(name for name, kind in self.outputs.items() if pa.types.is_decimal(kind))


def carried(engine: Engine, tables: Tables, settings: Settings, learned: Any) -> None:
    """A `score` that goes on with what stands."""


def holding(tables: Tables, name: str) -> Frame:
    """The frame (with `id`) of the earlier analysis that makes this field; for a field that a setting names."""
    return tables[f"field.{name}"]


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
