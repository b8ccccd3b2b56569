"""What a file is, told by its content; and what a browser may be given to show."""

from __future__ import annotations

from pathlib import Path

import puremagic

SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain")
_HEAD = 1 << 16
_BINARY = "application/octet-stream"


def media_type(path: Path, name: str) -> str:
    """The media type by the content's signature; by the name only where that agrees; plain text where it is text."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _by_signature(head, name)
    if found:
        return found
    return "text/plain" if _is_text(head) else _BINARY


def _by_signature(head: bytes, name: str) -> str | None:
    try:
        matches = puremagic.magic_string(head, name[-200:])
    except (puremagic.PureError, ValueError):
        return None
    best = next((m for m in matches if m.confidence >= 0.5 and "/" in m.mime_type), None)
    return best.mime_type if best else None


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return not head
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True
