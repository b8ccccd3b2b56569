"""Dates and times in the ways that people and systems write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

Order = Literal["dmy", "mdy", "ymd"]

_NUMERIC = re.compile(r"^(\d{1,4})([./\- ]) ?(\d{1,2})\2 ?(\d{1,4})\.?(?:[ T,]+(.*))?$", re.ASCII)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z|[+\-]\d{2}:?\d{2})?)?$", re.ASCII)
_DAY_FIRST = re.compile(r"^(\d{1,2})\.?[ \-]+(?:de )?([^\W\d_]{3,})\.?,?[ \-]+(\d{2}|\d{4})(?:,? +(.*))?$")
_MONTH_FIRST = re.compile(r"^([^\W\d_]{3,})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?:,? +(.*))?$")
_TIME = re.compile(
    r"^(?P<before>[ap]\.?m\.?|오전|오후|上午|下午)? ?(?P<h>\d{1,2}):(?P<m>\d{2})"
    r"(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<after>[ap]\.?m\.?|오전|오후|上午|下午)? ?(?P<zone>Z|UTC|GMT|[+\-]\d{2}:?\d{2})?$",
    re.ASCII | re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +|\s*[(（][^)）]{1,6}[)）]"
    r"|\s*(?:星期|周)[一二三四五六日天]|\s*[월화수목금토일]요일",
    re.IGNORECASE,
)
_CJK_DATE = re.compile(r"(\d{2,4})\s*[년年]\s*(\d{1,2})\s*[월月]\s*(\d{1,2})\s*[일日号號]?")
_CJK_HOUR = re.compile(r"(\d{1,2})\s*[시时時点點](?:\s*(\d{1,2})\s*分|\s*(\d{1,2})\s*분)?(?:\s*(\d{1,2})\s*[초秒])?")
_MONTHS = (
    ("jan", "ian", "ינו"), ("feb", "פבר"), ("mar", "מרץ", "מרס"), ("apr", "אפר"), ("may", "mai", "מאי"),
    ("jun", "iun", "יונ"), ("jul", "iul", "יול"), ("aug", "אוג"), ("sep", "ספט"), ("oct", "אוק"), ("nov", "noi", "נוב"),
    ("dec", "דצמ"),
)  # fmt: skip
_LONGEST = 80
_AFTERNOON = ("p", "오후", "下午")


def moment(text: str, order: str) -> datetime:
    """The date, or date and time, in the text; naive where it names no zone. ``ValueError`` if it is none.

    ``order`` says which of 3/4/2026 is the day; a year of four digits in front always reads year, month, day.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _written(_plain(text), order)


def _plain(text: str) -> str:
    """Without weekday, and with Korean and Chinese words as signs."""
    text = _CJK_DATE.sub(r"\1-\2-\3 ", _WEEKDAY.sub("", text.strip()))
    return _CJK_HOUR.sub(lambda m: f"{m[1]}:{int(m[2] or m[3] or 0):02}:{int(m[4] or 0):02}", text).strip()


def _written(text: str, order: str) -> datetime:
    if found := _COMPACT.match(text):
        return _compact(found)
    if found := _NUMERIC.match(text):
        a, b, c = found[1], found[3], found[4]
        if len(a) == 4 or order == "ymd":
            return _made(a, b, c, found[5])
        return _made(c, a, b, found[5]) if order == "mdy" else _made(c, b, a, found[5])
    if found := _DAY_FIRST.match(text):
        return _made(found[3], str(_month(found[2])), found[1], found[4])
    if found := _MONTH_FIRST.match(text):
        return _made(found[3], str(_month(found[1])), found[2], found[4])
    raise ValueError(text)


def _compact(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[7]))


def _made(year: str, month: str, day: str, clock: str | None) -> datetime:
    start = datetime(_year(year), int(month), int(day))  # noqa: DTZ001 - zoned below, or by the caller
    return _at(start, clock.strip()) if clock and clock.strip() else start


def _at(day: datetime, clock: str) -> datetime:
    found = _TIME.match(clock)
    if found is None:
        raise ValueError(clock)
    hour, half = int(found["h"]), (found["before"] or found["after"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith(_AFTERNOON) else 0)
    micro = int((found["f"] or "0").ljust(6, "0")[:6])
    return day.replace(hour=hour, minute=int(found["m"]), second=int(found["s"] or 0), microsecond=micro,
                       tzinfo=_zone(found["zone"]))  # fmt: skip


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        return year + (2000 if year < 70 else 1900)
    if len(text) != 4:
        raise ValueError(text)
    return year


def _month(name: str) -> int:
    folded = name.casefold().removeprefix("ב") if len(name) > 3 else name.casefold()
    for place, names in enumerate(_MONTHS, 1):
        if folded.startswith(names):
            return place
    raise ValueError(name)
