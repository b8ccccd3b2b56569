"""Ids, clock, money, errors and paging."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.kernel import clock, errors
from visavis.kernel.errors import Conflict, FieldError, Invalid, Problem
from visavis.kernel.ids import digest, is_name, new_secret, stable_id
from visavis.kernel.money import Money, from_units, plain, quantize, to_units
from visavis.kernel.paging import decode_cursor, encode_cursor

AMOUNTS = st.decimals(min_value=-(10**14), max_value=10**14, places=4)


@given(AMOUNTS)
def test_units_and_amounts_are_the_same_money(amount: Decimal) -> None:
    assert from_units(to_units(amount)) == amount
    assert Decimal(plain(amount)) == amount
    assert len(plain(amount).partition(".")[2]) >= 2


@pytest.mark.parametrize(
    ("amount", "text"),
    [("12.3", "12.30"), ("12", "12.00"), ("0.0001", "0.0001"), ("1E+3", "1000.00"), ("-0.5000", "-0.50")],
)
def test_amounts_are_plain_digits(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


def test_money_rounds_half_to_even() -> None:
    assert [quantize(Decimal(n)) for n in ("0.00005", "0.00015")] == [Decimal("0.0000"), Decimal("0.0002")]
    assert Money(Decimal("1.5"), "EUR").as_json() == {"amount": "1.50", "currency": "EUR"}


@given(st.lists(st.none() | st.text() | st.integers(), min_size=1, max_size=4))
def test_a_cursor_holds_its_values(values: list[Any]) -> None:
    text = encode_cursor(values)
    assert text.isascii() and not set(text) & set("+/=")
    assert decode_cursor(text, len(values)) == values
    with pytest.raises(Conflict):
        decode_cursor(text, len(values) + 1)


@given(st.text())
def test_any_other_text_is_no_cursor(text: str) -> None:
    try:
        values = decode_cursor(text, 2)
    except Conflict:
        return
    assert len(values) == 2


@given(st.datetimes(timezones=st.timezones()))
def test_moments_are_written_in_utc(moment: dt.datetime) -> None:
    try:
        text = clock.iso(moment)
    except OverflowError:
        return
    assert text.endswith("Z")
    assert dt.datetime.fromisoformat(text) == moment.astimezone(dt.UTC)


def test_now_has_a_zone() -> None:
    assert clock.now().tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("text", "good"), [("a", 1), ("a_1", 1), ("A", 0), ("1a", 0), ("a-b", 0), ("a" * 49, 0), ("a\n", 0)]
)
def test_names_are_small_letters(text: str, good: int) -> None:
    assert is_name(text) == bool(good)


def test_secrets_are_long_and_kept_as_a_digest() -> None:
    first, second = new_secret("vav_"), new_secret("vav_")
    assert first != second and len(first) >= 4 + 43
    assert len(digest(first)) == 32
    assert stable_id("f") != stable_id("f")


def test_every_problem_has_a_code_and_a_title_of_its_own_and_every_family_a_status() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Problem) and k is not Problem]
    families = [k for k in kinds if k.__base__ is Problem]
    assert len({k.code for k in kinds}) == len({k.title for k in kinds}) == len(kinds)
    assert len({k.status for k in families}) == len(families)


def test_a_problem_is_written_as_rfc_9457_has_it() -> None:
    problem = Invalid("No.", errors=[FieldError("name", "required", "Empty.", "Fill it in.")], extra={"current": 1})
    assert problem.as_json() == {
        "type": "about:blank#invalid",
        "title": "Some values need mending",
        "status": 422,
        "detail": "No.",
        "errors": [{"field": "name", "code": "required", "message": "Empty.", "remedy": "Fill it in."}],
        "current": 1,
    }
