"""Cells of every type: what a form accepts, a file accepts; what a file accepts, the database takes."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.catalogue import Field, Option
from visavis.features.imports import cells
from visavis.features.imports.cells import Style
from visavis.fields import TYPES, FieldProblem, type_of

OPTIONS = (Option("won", {"en": "Won", "ko": "수주"}), Option("lost", {"en": "Lost"}, aliases=("closed lost",)))
BY_PARSE = [n for n in TYPES if n not in ("relation", "user", "address", "money", "multi_choice")]


def field(kind: str) -> Field:
    return Field("f", "f", kind, {"en": "F"}, options=OPTIONS if kind in ("choice", "multi_choice") else ())


def parsed(kind: str, values: list[str | None], style: Style | None = None) -> tuple[list[str | None], list[int]]:
    found = cells.parse(pa.array(values, pa.string()), field(kind), style or Style())
    return found.array.to_pylist(), [bad.index for bad in found.bad]


TEXTS = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"[+-]?[0-9]{1,18}([.,][0-9]{1,8})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"\+(1|40|44|49|82|972) ?[1-9][0-9]{2}[ .-]?[0-9]{3}[ -]?[0-9]{3,5}", fullmatch=True),
    st.from_regex(r"(https?://)?[a-z0-9]{1,5}(\.[a-z0-9-]{2,4}){1,2}(/[a-z/?=%]{0,6})?", fullmatch=True),
    st.sampled_from(
        ["won", "수주", "closed lost", "true", "no", "a@b.co", "A@B.CO", "+44 20 7946 0018", "(5)", "1e5", "NaN", "-"]
    ),
).filter(lambda text: max(text, default="a") < "\ud800" or max(text, default="a") > "\udfff")


@given(kind=st.sampled_from(BY_PARSE), text=TEXTS.filter(lambda t: t.isprintable()))
def test_what_a_form_accepts_a_file_accepts(kind: str, text: str) -> None:
    try:
        wanted = type_of(field(kind)).parse(text.strip(), field(kind))
    except FieldProblem:
        return
    (value,), bad = parsed(kind, [text])
    assert not bad
    if kind in ("decimal", "percent", "integer") and wanted is not None:
        assert Decimal(str(value)) == Decimal(str(wanted))
    elif kind == "boolean" and wanted is not None:
        assert value == str(wanted).lower()
    else:
        assert value == (wanted if wanted not in ("", None) else None)


@given(
    kind=st.sampled_from([n for n in TYPES if n not in ("relation", "user", "address")]),
    texts=st.lists(TEXTS, max_size=8),
)
def test_every_cell_is_a_value_or_nothing_or_bad(kind: str, texts: list[str]) -> None:
    values, bad = parsed(kind, list(texts))
    assert len(values) == len(texts) and bad == sorted(set(bad))
    assert all(values[i] is None for i in bad)


@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14), max_size=5
    )
)
def test_amounts_survive_either_way_of_writing(amounts: list[Decimal]) -> None:
    for style, write in ((Style(), "{:,.4f}"), (Style(decimal=","), "{:,.4f}")):
        texts: list[str | None] = [write.format(a) for a in amounts]
        if style.decimal == ",":
            texts = [write.format(a).translate(str.maketrans(",.", ".,")) for a in amounts]
        values, bad = parsed("money", texts, style)
        assert not bad and [Decimal(str(v)) for v in values] == amounts


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "€ 1,234.50", "1234.50"),
        ("money", "(12.50)", "-12.50"),
        ("money", "12-", "-12"),
        ("decimal", "1 234.5", "1234.5"),
        ("percent", "12.5 %", "12.5"),
        ("integer", "1,000", "1000"),
        ("integer", "12.0", "12"),
        ("date", "31.12.1999", "1999-12-31"),
        ("date", "3/4/26", "2026-04-03"),
        ("date", "2026-01-02 10:30", "2026-01-02"),
        ("choice", "수주", "won"),
        ("multi_choice", "Won; closed lost", '{"won","lost"}'),
        ("multi_choice", "^won^,^lost^", '{"won","lost"}'),
        ("phone", "+44 20 7946 0018", "+442079460018"),
    ],
)
def test_ways_of_writing(kind: str, text: str, value: str) -> None:
    (found,), bad = parsed(kind, [text])
    if kind in ("money", "decimal", "percent"):
        assert not bad and Decimal(str(found)) == Decimal(value)
    else:
        assert (found, bad) == (value, [])


def test_times_are_those_of_their_zone() -> None:
    style = Style(date_order="mdy", zone=ZoneInfo("Europe/Bucharest"))
    values, bad = parsed("datetime", ["3/4/2026 5:06 PM", "2026-07-01 12:00", "2026-07-01T12:00:00Z"], style)
    assert not bad and values == ["2026-03-04T15:06:00Z", "2026-07-01T09:00:00Z", "2026-07-01T12:00:00Z"]


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.decimals(-1000, 1000, places=4)), min_size=1, max_size=20))
def test_products_are_exact(pairs: list[tuple[int, Decimal]]) -> None:
    columns = [cells.Values(pa.array([str(p[i]) for p in pairs])) for i in range(2)]
    assert [Decimal(v) for v in cells.product(columns).to_pylist()] == [a * b for a, b in pairs]
