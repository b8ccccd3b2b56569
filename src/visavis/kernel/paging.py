"""Cursors: opaque, stateless places in a sorted list."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from visavis.kernel.errors import Conflict

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
COUNT_CAP = 10_000


def encode_cursor(values: list[Any]) -> str:
    """The sort values of the last row shown, id last, as URL-safe text."""
    raw = json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(text: str, length: int) -> list[Any]:
    """The values in a cursor; a ``Conflict`` if it is not one of ours for this sort."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = json.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise Conflict("The cursor cannot be read. Start again from the first page.") from error
    if not isinstance(values, list) or len(values) != length:
        raise Conflict("The cursor belongs to another sort. Start again from the first page.")
    return values
