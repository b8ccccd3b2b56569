"""An answer onto the wire: headers, cookies, compression."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import msgspec

from visavis.features.app import Answer, Cookie

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
WORTH_COMPRESSING = 1_024
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
HSTS = (b"strict-transport-security", b"max-age=31536000")

Wire = list[tuple[bytes, bytes]]


async def send_answer(send: Send, answer: Answer, request: Mapping[str, str], *, secure: bool, head: bool) -> None:
    """Send it all. ``request``: the headers of the request, for what it accepts and what it has already."""
    if isinstance(answer.body, AsyncIterator):
        await _send_stream(send, answer, secure)
        return
    body = encoded(answer.body)
    headers = _headers(answer, secure)
    if answer.status == 200 and _unchanged(answer, request):
        await _send(send, 304, [h for h in headers if h[0] != b"content-type"], b"")
        return
    if len(body) > WORTH_COMPRESSING and "gzip" in request.get("accept-encoding", ""):
        body = _gzip(body)
        headers.append((b"content-encoding", b"gzip"))
    if answer.status != 204:
        headers.append((b"content-length", str(len(body)).encode()))
    await _send(send, answer.status, headers, b"" if head else body)


def encoded(body: Any) -> bytes:
    """Bytes pass through; None is nothing; anything else becomes JSON."""
    if isinstance(body, bytes):
        return body
    return b"" if body is None else msgspec.json.encode(body)


def _unchanged(answer: Answer, request: Mapping[str, str]) -> bool:
    tag, asked = answer.headers.get("ETag"), request.get("if-none-match")
    if tag is None or asked is None:
        return False
    return asked.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in asked.split(","))


def _headers(answer: Answer, secure: bool) -> Wire:
    headers: Wire = [*SECURITY, *((HSTS,) if secure else ())]
    if answer.status != 204:
        headers.append((b"content-type", answer.media_type.encode()))
        headers.append((b"vary", b"accept-encoding, authorization, cookie"))
    given = {name.lower(): value for name, value in answer.headers.items()}
    given.setdefault("cache-control", "private, no-cache" if "etag" in given else "no-store")
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.items()]
    headers += [(b"set-cookie", _cookie(cookie, secure).encode("latin-1")) for cookie in answer.cookies]
    return headers


def _cookie(cookie: Cookie, secure: bool) -> str:
    age = cookie.max_age if cookie.value else 0
    marks = ("; HttpOnly" if cookie.http_only else "") + ("; Secure" if secure else "")
    return f"{cookie.name}={cookie.value}; Max-Age={age}; Path=/; SameSite=Lax{marks}"


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


async def _send(send: Send, status: int, headers: Wire, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_stream(send: Send, answer: Answer, secure: bool) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, secure)})
    async for part in answer.body:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
