"""vCard 2.1, 3.0 and 4.0: one row for each card."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from visavis.features.imports.personal.lines import Line, read_lines

COLUMNS = (
    "card_uid", "card_name", "card_kind", "first_name", "last_name", "email", "phone", "mobile", "organization",
    "job_title", "street", "city", "region", "postal_code", "country", "birthday", "language", "url", "note",
    "categories", "pictures",
)  # fmt: skip
_MOST_LINES = 500
_MOBILE = {"CELL", "IPHONE", "MOBILE"}
_PICTURES = {"PHOTO", "LOGO", "SOUND"}


def read(path: Path) -> Iterator[dict[str, str]]:
    """The cards of a file; a card that is not ended counts as ended."""
    card: list[Line] | None = None
    for line in read_lines(path):
        if line.name == "BEGIN" and line.value.strip().upper() == "VCARD":
            if card:
                yield _row(card)
            card = []
        elif line.name == "END" and card is not None:
            yield _row(card)
            card = None
        elif card is not None and len(card) < _MOST_LINES:
            card.append(line)
    if card:
        yield _row(card)


def _row(card: list[Line]) -> dict[str, str]:
    row = _named(card) | _reached(card) | _placed(card)
    row["birthday"] = _birthday(_first(card, "BDAY"))
    row["language"] = _first(card, "LANG")
    row["url"] = _first(card, "URL")
    row["note"] = "\n".join(line.text for line in card if line.name == "NOTE")
    row["categories"] = _first(card, "CATEGORIES").replace(",", ";")
    row["card_kind"] = _first(card, "KIND") or _first(card, "X-ADDRESSBOOKSERVER-KIND")
    row["pictures"] = str(sum(line.name in _PICTURES for line in card) or "")
    row["card_uid"] = _first(card, "UID").removeprefix("urn:uuid:") or _mark(row)
    return row


def _first(card: list[Line], name: str) -> str:
    return next((line.text.strip() for line in card if line.name == name and line.value.strip()), "")


def _named(card: list[Line]) -> dict[str, str]:
    name = next((line.parts() for line in card if line.name == "N"), [])
    family, given, middle = [*name, "", "", ""][:3]
    organization = next((line.parts() for line in card if line.name == "ORG"), [""])
    shown = _first(card, "FN") or " ".join(part for part in (given, family) if part) or organization[0]
    return {
        "card_name": shown, "first_name": " ".join(part for part in (given, middle) if part), "last_name": family,
        "organization": organization[0], "job_title": _first(card, "TITLE") or _first(card, "ROLE"),
    }  # fmt: skip


def _reached(card: list[Line]) -> dict[str, str]:
    phones = sorted((line for line in card if line.name == "TEL"), key=_preference)
    mobile = next((line for line in phones if line.kinds() & _MOBILE), None)
    phone = next((line for line in phones if line is not mobile and "FAX" not in line.kinds()), None)
    mails = sorted((line for line in card if line.name == "EMAIL"), key=_preference)
    return {
        "email": mails[0].text.strip().removeprefix("mailto:") if mails else "",
        "phone": phone.text.strip().removeprefix("tel:") if phone else "",
        "mobile": mobile.text.strip().removeprefix("tel:") if mobile else "",
    }


def _preference(line: Line) -> int:
    given = line.parameters.get("PREF", "")
    return int(given) if given.isdigit() else 0 if "PREF" in line.kinds() else 101


def _placed(card: list[Line]) -> dict[str, str]:
    parts = next((line.parts() for line in sorted(card, key=_preference) if line.name == "ADR"), [])
    _, extra, street, city, region, code, country, *_ = [*parts, *[""] * 7]
    whole = ", ".join(part for part in (street, extra) if part)
    return {"street": whole, "city": city, "region": region, "postal_code": code, "country": country}


def _birthday(text: str) -> str:
    """A date without its time; one without a year is left as it is."""
    day = text.split("T", maxsplit=1)[0]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else day


def _mark(row: dict[str, str]) -> str:
    """The same for the same card, where it has no id."""
    known = "\n".join((row["card_name"].casefold(), row["email"].casefold(), row["mobile"] or row["phone"]))
    return hashlib.sha256(known.encode()).hexdigest()[:32]
