"""Names that are never used twice, and secrets that are never stored."""

from __future__ import annotations

import hashlib
import re
import secrets

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,47}$")


def stable_id(prefix: str) -> str:
    """A new id for something that an administrator added, such as ``u_9f2c41d07a``."""
    return f"{prefix}_{secrets.token_hex(5)}"


def is_name(text: str) -> bool:
    """Whether the text can be the API name of an object or a field."""
    return _NAME.fullmatch(text) is not None


def new_secret(prefix: str = "") -> str:
    """A bearer secret of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored in place of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()
