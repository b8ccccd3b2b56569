"""Mails, alone (EML) or one after the other (mbox): one row for each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

COLUMNS = ("message_id", "sent_at", "subject", "mail_from", "mail_to", "mail_cc", "addresses", "body", "in_reply_to",
           "attachment_names")  # fmt: skip
_MOST_BYTES = 32 << 20
_MOST_BODY = 90_000
_MOST_ADDRESSES = 50
_LINE = 1 << 16
_LONGEST_HEADER = 1 << 14
_MOST_HEADERS = 1 << 20
_SPACE = re.compile(r"[ \t\u00a0]*\n[ \t\u00a0\n]*\n")
_PARSER = BytesParser(policy=policy.default)


def read(path: Path) -> Iterator[dict[str, str]]:
    """The mails of a file. One beyond 32 MiB is read so far; its attachments are not kept anyway."""
    for raw in _messages(path):
        if row := _row(raw):
            yield row


def _messages(path: Path) -> Iterator[bytes]:
    """Divided where a line begins with ``From `` after an empty one."""
    parts: list[bytes] = []
    size, blank = 0, True
    with path.open("rb") as file:
        while line := file.readline(_LINE):
            if blank and line.startswith(b"From ") and line.endswith(b"\n"):
                if parts:
                    yield b"".join(parts)
                parts, size, blank = [], 0, False
                continue
            blank = not line.strip(b"\r\n")
            size += len(line)
            if size <= _MOST_BYTES:
                parts.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
    if parts:
        yield b"".join(parts)


def _with_short_headers(raw: bytes) -> bytes:
    """Headers cut off at 16 KiB: what parses them takes ever longer the longer they are."""
    found = re.search(rb"\r?\n\r?\n", raw)
    end = found.start() if found else len(raw)
    head, rest = raw[:end], raw[end:]
    if len(head) <= _LONGEST_HEADER:
        return raw
    fields = re.split(rb"\r?\n(?![ \t])", head[:_MOST_HEADERS])
    return b"\n".join(field[:_LONGEST_HEADER] for field in fields) + (rest or b"\n\n")


def _row(raw: bytes) -> dict[str, str] | None:
    message: Any = _PARSER.parsebytes(_with_short_headers(raw))
    sender, to, cc = (_addresses(message, name) for name in ("from", "to", "cc"))
    subject, sent = _header(message, "subject"), _date(_header(message, "date"))
    if not (sender or to or subject or sent):
        return None
    names = _attachments(message)
    identity = _header(message, "message-id").strip("<> ") or hashlib.sha256(raw).hexdigest()[:32]
    return {
        "message_id": identity, "sent_at": sent, "subject": subject[:900], "mail_from": ";".join(sender),
        "mail_to": ";".join(to), "mail_cc": ";".join(cc), "body": _body(message),
        "addresses": ";".join(list(dict.fromkeys((*sender, *to, *cc)))[:_MOST_ADDRESSES]),
        "in_reply_to": _header(message, "in-reply-to").strip("<> "), "attachment_names": ";".join(names)[:2000],
    }  # fmt: skip


def _header(message: Message, name: str) -> str:
    """A header as text. What cannot be parsed is taken as it is written."""
    try:
        return " ".join(str(message.get(name) or "").split())
    except Exception:  # noqa: BLE001 - the parser of the standard library raises all kinds for what is malformed
        raw = next((value for key, value in message.raw_items() if key.lower() == name), "")
        return " ".join(str(raw).split())


def _addresses(message: Message, name: str) -> list[str]:
    found = getaddresses([_header(message, name)])
    return [address.lower() for _, address in found if "@" in address][:_MOST_ADDRESSES]


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
        text = str(part.get_content()) if part is not None else ""
        kind = part.get_content_type() if part is not None else ""
    except Exception:  # noqa: BLE001 - as above
        return ""
    return _SPACE.sub("\n\n", _bare(text) if kind == "text/html" else text).strip()[:_MOST_BODY]


def _attachments(message: EmailMessage) -> list[str]:
    try:
        return [str(part.get_filename() or part.get_content_type()) for part in message.iter_attachments()]
    except Exception:  # noqa: BLE001 - as above
        return []


class _Bare(HTMLParser):
    """Collects what stands between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        if tag in ("br", "p", "div", "tr", "li"):
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def _bare(html: str) -> str:
    parser = _Bare()
    parser.feed(html[: _MOST_BODY * 10])
    return "".join(parser.texts)
