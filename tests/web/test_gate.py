"""The gate lets through exactly what an independent validator of JSON Schema lets through."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.catalogue import merge
from visavis.fields import parse_value
from visavis.objects import BUILT_IN
from visavis.web.gate import faults
from visavis.web.schemas import write_value, written

CATALOGUE = merge(BUILT_IN, ())
FIELDS = [field for obj in CATALOGUE.objects for field in obj.entered]
LIKELY = [
    "", " ", "0", "12.30", "+44 20 7946 0018", "ann@example.com", "https://example.com/a?b=c", "example.com",
    "2026-11-22", "2026-02-30", "2026-11-22T09:30:00Z", "2026-11-22T09:30:00+14:00", "2026-11-22 09:30",
    "won", "\x00", "\x1f", "김민수",
    True, 0, 1, 1.0, 1.5, 2**53, -(10**15), None, [], ["a"], ["a", ""], {}, {"id": 1}, {"id": 1, "title": "Acme"},
    {"id": "1"}, {"amount": "1.00", "currency": "EUR"},
    {"amount": 1, "currency": "EUR"}, {"amount": "1", "currency": "eur"},
    {"city": "Paris"}, {"town": "Paris"},
]  # fmt: skip
ANY = st.recursive(
    st.sampled_from(LIKELY) | st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(FIELDS), ANY)
def test_as_an_independent_validator(field: Any, value: Any) -> None:
    schema = write_value(field)
    ours = not list(faults(schema, value, field.name))
    assert ours == jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(value)


@given(st.sampled_from(FIELDS), ANY)
def test_what_the_gate_lets_through_the_field_takes(field: Any, value: Any) -> None:
    if not list(faults(write_value(field), value)):
        parse_value(field, value)


@pytest.mark.parametrize("obj", CATALOGUE.objects, ids=lambda o: o.name)
def test_a_body_names_every_fault_once(obj: Any) -> None:
    found = [error.field for error in faults(written(obj, new=True), {"nonsense": 1, "version": 2})]
    assert found == [*(f.name for f in obj.entered if f.required), "nonsense", "version"]
