"""The built page: files with a hash in their name are kept for ever, client routes get index.html."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis.features.app import Answer
from visavis.kernel.errors import NotFound
from visavis.web.answering import Send, send_answer
from visavis.web.api import headers_of
from visavis.web.problems import MethodNotAllowed, answer_of
from visavis.web.reading import Receive

IN_PACKAGE = Path(__file__).with_name("page")
IN_CHECKOUT = Path(__file__).parents[3] / "ui" / "dist"
FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Vis-à-vis</title>
<body style="font: 16px system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>The page is not built</h1>
<p>The server runs and its API answers, but this checkout has no built page.</p>
<p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>ui/</code>, then load this address again.</p>
"""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes | None
    tag: str
    media: str
    stamp: int


def page_root() -> Path | None:
    """The built page of the wheel, or of this checkout; None when there is none."""
    return next((p for p in (IN_PACKAGE, IN_CHECKOUT) if (p / "index.html").is_file()), None)


class Page:
    """The ASGI application for everything that is not the API."""

    def __init__(self, root: Path | None = None, *, secure: bool = False) -> None:
        self._root = root
        self._secure = secure
        self._files: dict[Path, _File] = {}

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        try:
            answer = await self._answer(scope["method"], scope["path"], "gzip" in headers.get("accept-encoding", ""))
        except (NotFound, MethodNotAllowed) as problem:
            answer = answer_of(problem)
        headers.pop("accept-encoding", None)
        await send_answer(
            send, answer, headers, secure=self._secure or scope.get("scheme") == "https", head=scope["method"] == "HEAD"
        )

    async def _answer(self, method: str, path: str, packed: bool) -> Answer:
        if path.startswith("/api/"):
            raise NotFound(f"There is nothing at {path[:200]}.")
        if method not in ("GET", "HEAD"):
            raise MethodNotAllowed(("GET", "HEAD"))
        root = self._root or page_root()
        if root is None:
            return Answer(_NOT_BUILT.encode(), 503, media_type="text/html; charset=utf-8")
        found = await asyncio.to_thread(self._load, root, path)
        return _of_file(found, packed, for_ever=path.startswith("/assets/"))

    def _load(self, root: Path, path: str) -> _File:
        place = (root / path.lstrip("/")).resolve() if "\x00" not in path else root
        inside = place.is_relative_to(root.resolve())
        if not inside or not os.path.isfile(place):  # noqa: PTH113  (false for a name that is too long)
            if path.startswith("/assets/") or not inside:
                raise NotFound(f"There is nothing at {path[:200]}.")
            place = root / "index.html"
        stamp = place.stat().st_mtime_ns
        kept = self._files.get(place)
        if kept is None or kept.stamp != stamp:
            kept = self._files[place] = _read(place, stamp)
        return kept


def _read(place: Path, stamp: int) -> _File:
    body = place.read_bytes()
    media = mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    textual = media.startswith("text/") or media in ("application/javascript", "application/json", "image/svg+xml")
    packed = _packed(body) if textual and len(body) > 1_024 else None
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return _File(body, packed, tag, f"{media}; charset=utf-8" if textual else media, stamp)


def _packed(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def _of_file(found: _File, packed: bool, *, for_ever: bool) -> Answer:
    headers = {"ETag": found.tag, "Cache-Control": FOR_EVER if for_ever else "no-cache"}
    if packed and found.packed:
        return Answer(found.packed, 200, headers | {"Content-Encoding": "gzip"}, found.media)
    return Answer(found.body, 200, headers, found.media)
