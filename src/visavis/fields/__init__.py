"""One file per field type, a registry, and capability protocols. Pure."""

from visavis.fields.base import Compose, FieldProblem, FieldType, Measure, References, is_storable
from visavis.fields.registry import TYPES, columns_of, field_error, operators_of, parse_value, type_of

__all__ = [
    "TYPES",
    "Compose",
    "FieldProblem",
    "FieldType",
    "Measure",
    "References",
    "columns_of",
    "field_error",
    "is_storable",
    "operators_of",
    "parse_value",
    "type_of",
]
