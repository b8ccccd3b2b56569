"""Every field type keeps the same promises."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fields.values import KINDS, field_of, given_values
from visavis.fields import FieldProblem, FieldType, columns_of, parse_value, type_of
from visavis.fields.base import Compose
from visavis.store import Database

PLENTY = settings(max_examples=100, deadline=None)


def canonical(kind: str, value: Any) -> Any:
    """The canonical value; none where the value is refused, which has to be by a problem in words."""
    try:
        return parse_value(field_of(kind), value)
    except FieldProblem as problem:
        return None if problem.code and str(problem).encode() else "a refusal without words"


@pytest.mark.parametrize("kind", KINDS)
def test_a_type_names_itself(kind: str) -> None:
    found: FieldType = type_of(field_of(kind))
    assert found.name == kind
    assert found.operators and found.widget


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@PLENTY
def test_parsing_twice_changes_nothing_and_the_schema_agrees(kind: str, data: st.DataObject) -> None:
    field = field_of(kind)
    value = canonical(kind, data.draw(given_values(kind)))
    assert parse_value(field, value) == value
    if value is not None:
        jsonschema_rs.validate(type_of(field).json_schema(field), value)


@pytest.mark.parametrize("kind", KINDS)
async def test_postgresql_keeps_canonical_values_unchanged(kind: str, database: Database) -> None:
    """What is stored and read back is what was parsed."""
    field = field_of(kind)
    found = _samples(kind)
    assert found
    async with database.transaction() as tx:
        for value in found:
            assert await _kept(tx, field, value) == value


def _samples(kind: str) -> list[Any]:
    samples: list[Any] = []

    @given(given_values(kind))
    @settings(max_examples=60, deadline=None, database=None)
    def collect(value: Any) -> None:
        parsed = canonical(kind, value)
        if parsed is not None:
            samples.append(parsed)

    collect()
    return samples


async def _kept(tx: Any, field: Any, value: Any) -> Any:
    """The value as ``json_to_record`` and a column of the type give it back."""
    kind = type_of(field)
    columns = columns_of(field)
    parts = kind.split(value) if isinstance(kind, Compose) else (value,)
    document = json.dumps({name: part for (name, _), part in zip(columns, parts, strict=True)}, ensure_ascii=False)
    listed = ", ".join(f'"{name}" {sql}' for name, sql in columns)
    row = json.loads(
        await tx.value(
            f"select row_to_json(r)::text from json_to_record($1::text::json) as r ({listed})",
            document,
        )
    )
    return _back(kind.wire, [row[name] for name, _ in columns], value)


def _back(wire: str, read: list[Any], value: Any) -> Any:
    if wire == "money":
        same = float(read[0]) == float(value["amount"]) and read[1] == value["currency"]
        return value if same else read
    if wire == "text":
        return value if float(read[0]) == float(value) else read
    if wire == "datetime":
        from datetime import datetime

        return value if datetime.fromisoformat(read[0]) == datetime.fromisoformat(value) else read
    return read[0]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_no_value_and_required_says_so(kind: str) -> None:
    assert parse_value(field_of(kind), None) is None
    with pytest.raises(FieldProblem) as caught:
        parse_value(field_of(kind, required=True), None)
    assert caught.value.code == "required"


@pytest.mark.parametrize(
    ("kind", "given_value", "wanted"),
    [
        ("decimal", "+007.50", "7.5"),
        ("decimal", 1e-7, "0"),
        ("decimal", "-0.0", "0"),
        ("money", {"amount": 12.3, "currency": "EUR"}, {"amount": "12.30", "currency": "EUR"}),
        ("money", {"amount": "1.00005", "currency": "EUR"}, {"amount": "1.00", "currency": "EUR"}),
        ("integer", "+5", 5),
        ("phone", "+44 (0)20 7946 0018", "+442079460018"),
        ("email", "Ana.Pop@EXAMPLE.Com", "Ana.Pop@example.com"),
        ("url", "example.com", "https://example.com"),
        ("choice", "수주", "won"),
        ("multi_choice", "won; closed lost;won", ["won", "lost"]),
        ("datetime", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z"),
        ("relation", {"id": 7, "title": "Acme"}, 7),
        ("address", "Strada Mare 1", {"street": "Strada Mare 1"}),
        ("text", "  𠮷野家  ", "𠮷野家"),
        ("text", "\u200b", None),
        ("text", "\u200f\u00a0 \u2060\U000e0001", None),
        ("text", "\u200fשלום", "\u200fשלום"),
        ("multi_choice", ["\u200b", "won"], ["won"]),
    ],
)
def test_people_write_it_in_many_ways(kind: str, given_value: Any, wanted: Any) -> None:
    assert parse_value(field_of(kind), given_value) == wanted


@pytest.mark.parametrize(
    ("kind", "given_value"),
    [
        ("text", "a\x00b"),
        ("text", "\ud800"),
        ("text", "x" * 1001),
        ("integer", 10**15 + 1),
        pytest.param("integer", 10**5000, id="integer-long"),
        ("integer", "+-5"),
        ("integer", True),
        pytest.param("decimal", 10**5000, id="decimal-long"),
        ("decimal", float("nan")),
        ("decimal", float("inf")),
        ("decimal", "999999999999999.9999999"),
        ("money", {"amount": "1", "currency": "ZZZ"}),
        ("money", "12"),
        ("date", "2026-02-29"),
        ("datetime", "0001-01-01T00:00:00+14:00"),
        ("relation", 2**53),
        ("relation", True),
        ("choice", "other"),
        ("url", "x" * 1995),
        ("phone", "12345"),
        ("address", {"moon": "x"}),
        ("multi_choice", [1]),
    ],
)
def test_what_does_not_fit_is_refused_with_a_remedy(kind: str, given_value: Any) -> None:
    with pytest.raises(FieldProblem) as caught:
        parse_value(field_of(kind), given_value)
    assert caught.value.remedy
