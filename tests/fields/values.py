"""Fields of every type, and values that people may send for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from visavis.catalogue import Field, Option
from visavis.fields import TYPES

OPTIONS = (Option("won", {"en": "Won", "ko": "수주"}), Option("lost", {"en": "Lost"}, aliases=("closed lost",)))


def field_of(kind: str, **more: Any) -> Field:
    """A field of that type, with options or a target where it needs them."""
    if kind in ("choice", "multi_choice"):
        more.setdefault("options", OPTIONS)
    if kind in ("relation", "user"):
        more.setdefault("target", "user")
    return Field(f"x.{kind}", f"a_{kind}", kind, {"en": kind}, **more)


_NUMBERS: SearchStrategy[Any] = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=8).map(str),
    st.integers(),
    st.floats(),
    st.from_regex(r"\A[+-]?[0-9]{1,16}(\.[0-9]{0,13})?\Z"),
)
_TEXT = st.text(max_size=60)
_CURRENCY = st.sampled_from(["EUR", "GBP", "KRW", "XXX", "eur", ""])
_LIKELY: dict[str, SearchStrategy[Any]] = {
    "text": _TEXT,
    "long_text": _TEXT,
    "email": st.one_of(st.emails(), st.just("Ana@EXAMPLE.com"), _TEXT),
    "phone": st.one_of(
        st.from_regex(r"\A\+[1-9][0-9 ()-]{3,18}\Z"), st.sampled_from(["+44 (0) 20 7946 0018", "+82-2-312-3456"])
    ),
    "url": st.one_of(
        st.sampled_from(["example.com", "HTTP://Example.com/a b", "https://한국.kr", "ftp://x"]),
        st.text("abc.:/@[]?#%é", max_size=30),
        st.integers(1980, 2000).map(lambda n: "x" * n),
    ),
    "integer": st.one_of(_NUMBERS, st.from_regex(r"\A[+-]{0,2}[0-9]{1,20}\Z")),
    "decimal": _NUMBERS,
    "percent": _NUMBERS,
    "money": st.fixed_dictionaries({"amount": _NUMBERS, "currency": _CURRENCY}),
    "boolean": st.one_of(st.booleans(), st.sampled_from(["yes", "No", "1", "off", ""])),
    "date": st.one_of(st.dates().map(str), st.sampled_from(["2026-02-30", "0000-01-01", "1.2.2026"])),
    "datetime": st.one_of(
        st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
        st.sampled_from(["0001-01-01T00:00:00+14:00", "2026-01-01", "20260101T101010", "2026-13-01T00:00:00Z"]),
    ),
    "choice": st.sampled_from(["won", "수주", " LOST ", "closed lost", "other", ""]),
    "multi_choice": st.one_of(
        st.lists(st.sampled_from(["won", "수주", "lost", ""]), max_size=5), st.just("won; Lost"), _TEXT
    ),
    "relation": st.one_of(st.integers(), st.from_regex(r"\A[0-9]{1,18}\Z"), st.just({"id": 7, "title": "Acme"})),
    "user": st.one_of(st.integers(min_value=1, max_value=2**53), st.just({"id": "7"})),
    "address": st.one_of(
        st.dictionaries(
            st.sampled_from(["street", "city", "region", "postal_code", "country", "moon"]),
            st.one_of(st.none(), _TEXT),
            max_size=5,
        ),
        _TEXT,
    ),
}

_JSON: SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)

KINDS = sorted(TYPES)


def given_values(kind: str) -> SearchStrategy[Any]:
    """Mostly values that a person would type, sometimes any JSON at all."""
    return st.one_of(_LIKELY[kind], _LIKELY[kind], _JSON)
