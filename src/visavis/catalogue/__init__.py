"""Record types as frozen data: declared in code, overlaid by administrators, merged, never copied."""

from visavis.catalogue.merge import FIELD_KEYS, OBJECT_KEYS, field_from, gone_options, merge, object_from
from visavis.catalogue.model import (
    LANGUAGES,
    MAX_FIELDS,
    SYSTEM_FIELDS,
    Catalogue,
    Field,
    Kind,
    Labels,
    Object,
    Option,
    Relation,
    Rollup,
    Scope,
    text_of,
)

__all__ = [
    "FIELD_KEYS",
    "LANGUAGES",
    "MAX_FIELDS",
    "OBJECT_KEYS",
    "SYSTEM_FIELDS",
    "Catalogue",
    "Field",
    "Kind",
    "Labels",
    "Object",
    "Option",
    "Relation",
    "Rollup",
    "Scope",
    "field_from",
    "gone_options",
    "merge",
    "object_from",
    "text_of",
]
