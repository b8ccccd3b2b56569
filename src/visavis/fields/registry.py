"""The field types by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from visavis.catalogue import Field
from visavis.fields.address import Address
from visavis.fields.base import Compose, FieldProblem, FieldType
from visavis.fields.boolean import Boolean
from visavis.fields.choice import Choice
from visavis.fields.date import Date
from visavis.fields.datetime import DateTime
from visavis.fields.decimal import Decimal
from visavis.fields.email import Email
from visavis.fields.integer import Integer
from visavis.fields.long_text import LongText
from visavis.fields.money import Money
from visavis.fields.multi_choice import MultiChoice
from visavis.fields.percent import Percent
from visavis.fields.phone import Phone
from visavis.fields.relation import Relation
from visavis.fields.text import Text
from visavis.fields.url import Url
from visavis.fields.user import User
from visavis.kernel.errors import FieldError

_ALL: tuple[FieldType, ...] = (
    Text(),
    LongText(),
    Email(),
    Phone(),
    Url(),
    Integer(),
    Decimal(),
    Percent(),
    Money(),
    Boolean(),
    Date(),
    DateTime(),
    Choice(),
    MultiChoice(),
    Relation(),
    User(),
    Address(),
)

TYPES: Mapping[str, FieldType] = MappingProxyType({kind.name: kind for kind in _ALL})


def type_of(field: Field) -> FieldType:
    """The type of a field; a ``KeyError`` for an unknown one is a broken catalogue."""
    return TYPES[field.type]


def operators_of(field: Field) -> tuple[str, ...]:
    """The operators that a filter on the field may use: those of its type, ``under`` in a hierarchy, and
    ``unverified`` where values are to be verified.
    """
    more = [op for op, fits in (("under", field.hierarchy), ("unverified", field.verify_every)) if fits]
    return (*type_of(field).operators, *more)


def columns_of(field: Field) -> tuple[tuple[str, str], ...]:
    """The (column, SQL type) pairs that keep the field."""
    kind = type_of(field)
    return kind.columns(field) if isinstance(kind, Compose) else ((field.name, kind.sql_type),)


def parse_value(field: Field, value: Any) -> Any:
    """The canonical value of one field, or a ``FieldProblem``; null and empty are no value."""
    parsed = None if value is None else type_of(field).parse(value, field)
    if field.required and parsed in (None, "", []):
        raise FieldProblem("required", "This cannot be left empty.", "Fill it in.")
    return None if parsed in ("", []) else parsed


def field_error(field: Field, problem: FieldProblem) -> FieldError:
    return FieldError(field.name, problem.code, problem.message, problem.remedy)
