"""What a formula is made of, before and after its types are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from visavis.catalogue.model import Field

ValueKind = Literal["number", "money", "text", "boolean", "date", "datetime", "list", "link", "other", "nothing"]
Plain = Decimal | str | bool | None


class FormulaError(ValueError):
    """Why a text is no formula: where (characters from 0), what, and what to write in its place."""

    def __init__(self, at: int, message: str, remedy: str = "") -> None:
        super().__init__(f"At character {at + 1}: {message}")
        self.at, self.message, self.remedy = at, message, remedy


@dataclass(frozen=True, slots=True)
class Written:
    """A part of the text. ``value`` is that of a constant, ``name`` that of a field path, function or operator."""

    at: int
    form: Literal["constant", "name", "call"]
    name: str = ""
    value: Plain = None
    parts: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """A value; None is no value."""

    kind: ValueKind
    value: Plain


@dataclass(frozen=True, slots=True)
class Read:
    """A field of the record, or of the record that its field ``through`` points at."""

    kind: ValueKind
    field: Field
    through: Field | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """An operator or function over values. ``fit`` rounds what another formula field says to its type."""

    kind: ValueKind
    name: str
    parts: tuple[Node, ...]
    detail: str = ""


Node = Constant | Read | Do


def nodes_of(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for part in node.parts if isinstance(node, Do) else ():
        yield from nodes_of(part)
