"""Cards, appointments and mails go in through the same door as tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.access import SYSTEM
from visavis.features.imports.api import import_file
from visavis.features.imports.personal import appointments, cards, mails
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Invalid

Make = Callable[[str, str | bytes], Path]

CARDS = """BEGIN:VCARD\r
VERSION:3.0\r
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r
N:Pop;Ana;Maria;;\r
FN:Ana Pop\r
ORG:Acme\\, Inc.;Sales\r
TITLE:Head of\r
  Sales\r
item1.EMAIL;type=INTERNET;type=pref:ana@acme.io\r
EMAIL:ana@home.io\r
TEL;TYPE=WORK,VOICE:+40 21 794 6000\r
TEL;TYPE=CELL:+40721794600\r
ADR;TYPE=WORK:;;Str. Lungă 5;Brașov;BV;500035;Romania\r
BDAY:1985-04-12\r
NOTE:First line\\nsecond\r
PHOTO;ENCODING=b;TYPE=JPEG:aGVsbG8\r
 gd29ybGQ=\r
END:VCARD\r
BEGIN:VCARD
VERSION:4.0
FN:김민수
N:김;민수;;;
EMAIL;PREF=2:second@x.kr
EMAIL;PREF=1:minsu@x.kr
TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+82-10-1234-5678
BDAY:19850412
LANG:ko
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D7=9B=D7=94=D7=9F;=D7=93=
=D7=9F;;;
TEL;CELL:+972501234567
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:group
FN:Friends
END:VCARD
"""

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1@x
SUMMARY:Review\\, quarterly
DTSTART;TZID=Europe/Bucharest:20260702T100000
DTEND;TZID=Europe/Bucharest:20260702T113000
ORGANIZER;CN=Kim:mailto:kim@house.io
ATTENDEE;CN="Pop; Ana":MAILTO:Ana@acme.io
ATTENDEE:mailto:someone@else.io
RRULE:FREQ=WEEKLY
BEGIN:VALARM
SUMMARY:alarm
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:1@x
RECURRENCE-ID:20260709T070000Z
SUMMARY:Review\\, moved
DTSTART:20260709T080000Z
DURATION:PT1H30M
END:VEVENT
BEGIN:VEVENT
UID:2@x
SUMMARY:Fair
DTSTART;VALUE=DATE:20260105
END:VEVENT
BEGIN:VEVENT
UID:3@x
SUMMARY:Off
STATUS:CANCELLED
DTSTART;TZID="W. Europe Standard Time":20260102T100000
END:VEVENT
BEGIN:VTODO
UID:4@x
SUMMARY:Send offer
DUE:20260201T120000Z
END:VTODO
END:VCALENDAR
"""

MBOX = b"""From ana@acme.io Fri Jan  2 10:00:00 2026
Message-ID: <1@acme.io>
Date: Fri, 2 Jan 2026 10:00:00 +0200
From: =?utf-8?q?Ana_P=C3=B6p?= <Ana@Acme.io>
To: Kim <kim@house.io>, "Doe, J" <j@else.io>
Subject: =?utf-8?b?7JWI64WV?=
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/html; charset=utf-8

<html><style>p{}</style><p>Hello<br>there</p></html>
--B
Content-Type: application/pdf; name=offer.pdf
Content-Disposition: attachment; filename=offer.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--B--

From kim@house.io Fri Jan  2 11:00:00 2026
Message-ID: <2@house.io>
In-Reply-To: <1@acme.io>
Date: nonsense
From: kim@house.io
To: ana@acme.io
Subject: Re

>From the start
plain text

From x
From: broken
Subject: no address and no end"""


async def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await workspace.db.rows(sql)]


def test_cards_are_read(make: Make) -> None:
    ana, minsu, dan, group = cards.read(make("a.vcf", CARDS))
    assert (ana["card_uid"], ana["first_name"], ana["last_name"], ana["organization"], ana["job_title"]) == (
        "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", "Ana Maria", "Pop", "Acme, Inc.", "Head of Sales")  # fmt: skip
    assert (ana["email"], ana["phone"], ana["mobile"]) == ("ana@acme.io", "+40 21 794 6000", "+40721794600")
    assert (ana["city"], ana["postal_code"], ana["country"]) == ("Brașov", "500035", "Romania")
    assert (ana["birthday"], ana["note"], ana["pictures"]) == ("1985-04-12", "First line\nsecond", "1")
    assert (minsu["email"], minsu["mobile"], minsu["birthday"]) == ("minsu@x.kr", "+82-10-1234-5678", "1985-04-12")
    assert (dan["last_name"], dan["first_name"], dan["mobile"]) == ("כהן", "דן", "+972501234567")
    assert group["card_kind"] == "group"


def test_appointments_are_read(make: Make) -> None:
    review, moved, fair, off, todo = appointments.read(make("a.ics", CALENDAR))
    assert (review["event_start"], review["event_end"]) == ("2026-07-02T10:00:00+03:00", "2026-07-02T11:30:00+03:00")
    assert (review["summary"], review["attendees"]) == ("Review, quarterly", "ana@acme.io;someone@else.io;kim@house.io")
    assert (moved["event_uid"], moved["event_end"]) == ("1@x/2026-07-09T07:00:00+00:00", "2026-07-09T09:30:00+00:00")
    assert (fair["event_start"], fair["event_end"], off["status"]) == ("2026-01-05", "", "cancelled")
    assert off["event_start"] == "2026-01-02T10:00:00+01:00"
    assert (todo["event_kind"], todo["due"]) == ("vtodo", "2026-02-01T12:00:00+00:00")


def test_mails_are_read(make: Make) -> None:
    first, second, third = mails.read(make("a.mbox", MBOX))
    assert (first["subject"], first["body"], first["sent_at"]) == ("안녕", "Hello\nthere", "2026-01-02T10:00:00+02:00")
    assert first["addresses"] == "ana@acme.io;kim@house.io;j@else.io"
    assert first["attachment_names"] == "offer.pdf"
    assert (second["in_reply_to"], second["sent_at"], second["body"]) == ("1@acme.io", "", "From the start\nplain text")
    assert third["subject"] == "no address and no end" and len(third["message_id"]) == 32


async def test_all_of_them_go_in_and_know_each_other(workspace: Workspace, make: Make) -> None:
    async with workspace.context(SYSTEM) as ctx:
        await ctx.tx.execute("""insert into "user" (name, email, active) values ('Kim', 'kim@house.io', true)""")
    contacts = await import_file(workspace, make("a.vcf", CARDS), actor=SYSTEM)
    assert (contacts.rows, contacts.skipped, contacts.invalid) == (4, {"a group of cards": 1}, 0)
    assert await rows(workspace, """
        select p.first_name, p.last_name, p.mobile, c.name, e.role from person p
        left join employment e on e.person = p.id left join company c on c.id = e.company order by p.mobile""") == [
            ("Ana Maria", "Pop", "+40721794600", "Acme, Inc.", "Head of Sales"),
            ("민수", "김", "+821012345678", None, None), ("דן", "כהן", "+972501234567", None, None)]  # fmt: skip
    calendar = await import_file(workspace, make("a.ics", CALENDAR), actor=SYSTEM)
    assert (calendar.rows, calendar.skipped) == (5, {"cancelled": 1})
    mail = await import_file(workspace, make("a.mbox", MBOX), actor=SYSTEM)
    assert mail.rows == 3 and mail.invalid == 0
    assert [(e["row"], e["value"], e["note"]) for e in mail.errors if e["code"] == "left"] == [(2, "offer.pdf", True)]
    assert await rows(workspace, """
        select a.kind, a.subject, p.last_name, u.name from activity a left join person p on p.id = a.person
        left join "user" u on u.id = a.owner order by a.kind, a.subject""") == [
            ("email", "Re", "Pop", "Kim"), ("email", "no address and no end", None, None),
            ("email", "안녕", "Pop", "Kim"), ("meeting", "Fair", None, None), ("meeting", "Review, moved", None, None),
            ("meeting", "Review, quarterly", "Pop", "Kim"), ("task", "Send offer", None, None)]  # fmt: skip
    for name, body in (("a.vcf", CARDS), ("a.ics", CALENDAR), ("a.mbox", MBOX)):
        assert not (await import_file(workspace, make(name, body), actor=SYSTEM)).changed


@pytest.mark.parametrize("name", ["a.vcf", "a.ics", "a.mbox"])
async def test_a_file_without_an_entry_is_refused(workspace: Workspace, make: Make, name: str) -> None:
    with pytest.raises(Invalid, match=r"no .* entry"):
        await import_file(workspace, make(name, "hello\n\nworld\n"), actor=SYSTEM)


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=10),
        st.sampled_from(
            [piece.encode() + b"\n" for piece in (
                "BEGIN:VCARD", "END:VCARD", "BEGIN:VEVENT", "END:VEVENT", "N:a;b", "DTSTART:2026", " ", "",
                "DTSTART;TZID=Nowhere:20260101T000000", "DURATION:P9999W", "TEL;TYPE=:",
                "N;ENCODING=QUOTED-PRINTABLE:=",
                "N;CHARSET=klingon;ENCODING=QUOTED-PRINTABLE:=ff", "From x", "\n\nFrom y", "From: <a@b>", "To: ,,<>@",
                "Subject: =?utf-8?b?////?=", "Content-Type: multipart/mixed; boundary=", "Date: 99 Foo",
                "Content-Type: text/plain; charset=klingon\n",
            )]
        ),
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES)
def test_any_bytes_are_read_or_refused(tmp_path: Path, pieces: list[bytes]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"".join(pieces))
    for module in (cards, appointments, mails):
        try:
            found = list(module.read(path))
        except Invalid:
            continue
        assert all(
            set(row) <= set(module.COLUMNS) and all(isinstance(cell, str) for cell in row.values()) for row in found
        )
