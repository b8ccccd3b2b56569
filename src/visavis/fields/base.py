"""What a field type is: five things, and capabilities asked for by ``isinstance``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, runtime_checkable
from unicodedata import category

from visavis.catalogue import Field

Wire = Literal["plain", "text", "datetime", "money", "reference"]
Json = Mapping[str, Any]

EQUALITY = ("eq", "ne", "in", "not_in", "empty", "not_empty")
ORDER = ("lt", "le", "gt", "ge", "between")
TEXT = (*EQUALITY, "contains", "not_contains", "starts_with")
NUMBER = (*EQUALITY, *ORDER)
MOMENT = (*EQUALITY, *ORDER, "within")
MULTIPLE = ("has_any", "has_all", "empty", "not_empty")


class FieldProblem(ValueError):
    """A value that does not fit its field: a code for machines, a message and a remedy for people."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


class FieldType(Protocol):
    """``parse`` takes what a JSON body, a form or a file cell holds and gives the canonical JSON value.

    The canonical value is one that PostgreSQL casts to ``sql_type``: decimals and times are text. An empty string is
    no value. ``parse`` raises ``FieldProblem``.
    """

    @property
    def name(self) -> str: ...
    @property
    def sql_type(self) -> str: ...
    @property
    def operators(self) -> tuple[str, ...]: ...
    @property
    def widget(self) -> str: ...
    @property
    def wire(self) -> Wire: ...
    def json_schema(self, field: Field) -> dict[str, Any]: ...
    def parse(self, value: Any, field: Field) -> Any: ...


@runtime_checkable
class Compose(Protocol):
    """A type of several columns: the first bears the field's name, the others a suffix."""

    def columns(self, field: Field) -> tuple[tuple[str, str], ...]:
        """(column name, SQL type) pairs."""
        ...

    def split(self, value: Any) -> tuple[Any, ...]:
        """The canonical value as one value per column."""
        ...


@runtime_checkable
class References(Protocol):
    """A type that points at a record of ``field.target``."""

    references: Literal[True]


@runtime_checkable
class Measure(Protocol):
    """A type that can be summed; ``unit`` says what stands behind the number."""

    unit: str


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text))


def as_text(value: Any, limit: int) -> str:
    """Text without NUL, lone surrogates or outer blanks, within the limit; what nobody can see is no text."""
    if not isinstance(value, str):
        raise FieldProblem("type", f"This has to be text, not {_kind(value)}.", "Write it in quotation marks.")
    text = value.strip()
    if not is_storable(text):
        raise FieldProblem("characters", "The text holds characters that cannot be stored.", "Remove them.")
    if len(text) > limit:
        raise FieldProblem("length", f"The text has {len(text):,} characters; {limit:,} fit.", "Shorten it.")
    return "" if _unseen(text) else text


_UNSEEN = frozenset({"Cf", "Zs", "Zl", "Zp"})


def _unseen(text: str) -> bool:
    """Whether all of it is blank or directs how to write, such as U+200B."""
    return not text.isascii() and all(category(c) in _UNSEEN for c in text)


def shown(value: Any) -> str:
    """The start of a text as a message quotes it; of anything else its kind."""
    if not isinstance(value, str):
        return _kind(value).capitalize()
    return f"'{value[:40].encode(errors='replace').decode()}'"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "yes or no", int: "a number", float: "a number"}
    return names.get(type(value), type(value).__name__)
