"""iCalendar: one row for each event or task; a series is one row, and each moved occurrence of it another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import get_global

from visavis.features.imports.personal.lines import Line, read_lines

COLUMNS = (
    "event_uid", "event_kind", "summary", "description", "location", "event_start", "event_end", "due", "status",
    "organizer", "attendees", "repeats", "attachments",
)  # fmt: skip
_KINDS = ("VEVENT", "VTODO")
_MOST_LINES = 5000
_DURATION = re.compile(r"^([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$")


def read(path: Path) -> Iterator[dict[str, str]]:
    """The events and tasks of a file, without what is nested in them (alarms)."""
    entry: list[Line] | None = None
    inner = 0
    for line in read_lines(path):
        if line.name == "BEGIN":
            if entry is None and line.value.strip().upper() in _KINDS:
                entry = [line]
            elif entry is not None:
                inner += 1
        elif line.name == "END" and entry is not None:
            if inner:
                inner -= 1
            else:
                yield _row(entry)
                entry = None
        elif entry is not None and not inner and len(entry) < _MOST_LINES:
            entry.append(line)
    if entry:
        yield _row(entry)


def _row(entry: list[Line]) -> dict[str, str]:
    start, end = _moment(entry, "DTSTART"), _end(entry)
    organizer = _addresses(entry, "ORGANIZER")
    row = {
        "event_kind": entry[0].value.strip().lower(), "summary": _first(entry, "SUMMARY"),
        "description": _first(entry, "DESCRIPTION"), "location": _first(entry, "LOCATION"),
        "event_start": start, "event_end": _moment(entry, "COMPLETED") if _is_task(entry) else end,
        "due": _moment(entry, "DUE"), "status": _first(entry, "STATUS").lower(), "organizer": ";".join(organizer),
        "attendees": ";".join(dict.fromkeys((*_addresses(entry, "ATTENDEE"), *organizer))),
        "repeats": _first(entry, "RRULE"), "attachments": str(sum(line.name == "ATTACH" for line in entry) or ""),
    }  # fmt: skip
    moved = _moment(entry, "RECURRENCE-ID")
    uid = _first(entry, "UID") or _mark(row)
    return row | {"event_uid": f"{uid}/{moved}" if moved else uid}


def _is_task(entry: list[Line]) -> bool:
    return entry[0].value.strip().upper() == "VTODO"


def _line(entry: list[Line], name: str) -> Line | None:
    return next((line for line in entry if line.name == name and line.value.strip()), None)


def _first(entry: list[Line], name: str) -> str:
    line = _line(entry, name)
    return line.text.strip() if line else ""


def _addresses(entry: list[Line], name: str) -> list[str]:
    values = (line.value.strip() for line in entry if line.name == name)
    return [value[7:].lower() for value in values if value.lower().startswith("mailto:")]


def _moment(entry: list[Line], name: str) -> str:
    line = _line(entry, name)
    found = _read(line) if line else None
    return found.isoformat() if found else (line.value.strip() if line else "")


def _end(entry: list[Line]) -> str:
    """The end as it is said, or the beginning and how long it takes."""
    if said := _moment(entry, "DTEND"):
        return said
    line, lasting = _line(entry, "DTSTART"), _DURATION.match(_first(entry, "DURATION"))
    start = _read(line) if line else None
    if start is None or lasting is None:
        return ""
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in lasting.groups()[1:])
    sign = -1 if lasting[1] == "-" else 1
    try:
        return (start + sign * timedelta(days, seconds, 0, 0, minutes, hours, weeks)).isoformat()
    except OverflowError:
        return ""


def _read(line: Line) -> datetime | date | None:
    text = line.value.strip()
    try:
        if len(text) == 8:
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
        naive = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - zoned below
    except ValueError:
        return None
    return naive.replace(tzinfo=UTC if text.endswith("Z") else _zone(line.parameters.get("TZID", "").strip('"')))


def _zone(name: str) -> ZoneInfo | None:
    """By its IANA name, or the one that Windows has for it."""
    try:
        return ZoneInfo(get_global("windows_zone_mapping").get(name, name)) if name else None
    except (ValueError, OSError, KeyError):
        return None


def _mark(row: dict[str, str]) -> str:
    return hashlib.sha256("\n".join((row["summary"], row["event_start"], row["due"])).encode()).hexdigest()[:32]
