"""Dates as they are written in the five languages and by other systems."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.features.imports.dates import moment

DAY = (2026, 1, 2)
WRITTEN = {
    "2026-01-02": DAY,
    "2026/1/2": DAY,
    "2026.01.02": DAY,
    "2026. 1. 2.": DAY,
    "2026. 1. 2": DAY,
    "2.1.2026": DAY,
    "02/01/2026": DAY,
    "2-1-26": DAY,
    "20260102": DAY,
    "2026년 1월 2일": DAY,
    "2026년 01월 02일 (금)": DAY,
    "2026年1月2日": DAY,
    "2026年1月2日 星期五": DAY,
    "2 ianuarie 2026": DAY,
    "2 ian. 2026": DAY,
    "2 Jan 2026": DAY,
    "02-Jan-26": DAY,
    "January 2, 2026": DAY,
    "Jan 2nd, 2026": DAY,
    "Fri, 2 Jan 2026": DAY,
    "2 בינואר 2026": DAY,
    "2 ינואר 2026": DAY,
    "2026-01-02 3:04:05": (*DAY, 3, 4, 5),
    "2026-01-02 03:04:05.678": (*DAY, 3, 4, 5, 678_000),
    "2.1.2026, 15:04": (*DAY, 15, 4),
    "02/01/2026 3:04 PM": (*DAY, 15, 4),
    "2026년 1월 2일 오후 3:04": (*DAY, 15, 4),
    "2026년 1월 2일 오후 3시 4분": (*DAY, 15, 4),
    "2026. 1. 2. 오전 3:04:05": (*DAY, 3, 4, 5),
    "2026年1月2日 下午3:04": (*DAY, 15, 4),
    "2026年1月2日15時4分5秒": (*DAY, 15, 4, 5),
    "2026/01/02 12:30 AM": (*DAY, 0, 30),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_written(text: str) -> None:
    assert moment(text, "dmy") == datetime(*WRITTEN[text])  # type: ignore[arg-type]  # noqa: DTZ001


def test_zones_are_kept() -> None:
    assert moment("2023-05-03 08:51:08.199000 UTC", "dmy") == datetime(2023, 5, 3, 8, 51, 8, 199_000, UTC)
    assert moment("20260102T030405Z", "dmy") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    east = timezone(timedelta(hours=2))
    assert moment("2/1/2026 03:04 +0200", "dmy") == datetime(2026, 1, 2, 3, 4, tzinfo=east)


def test_order_decides_what_is_open() -> None:
    assert [moment("3/4/2026", order).month for order in ("dmy", "mdy")] == [4, 3]
    assert moment("26-01-02", "ymd").date().isoformat() == "2026-01-02"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "31.2.2026", "1.2.3", "2026-01-02 25:00", "2 Foo 2026", "12"]
)
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text, "dmy")


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    try:
        moment(text, "dmy")
    except (ValueError, OverflowError):
        return
