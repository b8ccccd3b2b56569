"""OpenAPI 3.1, written from the live catalogue and the routes; made again only when the catalogue changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from visavis.catalogue import Catalogue
from visavis.features.app import Answer, Request, Route
from visavis.records import Context
from visavis.web.openapi import openapi


class Description:
    """``GET /openapi.json``."""

    def __init__(self, fixed: Sequence[Route], generic: Sequence[Route]) -> None:
        self._fixed, self._generic = fixed, generic
        self._catalogue: Catalogue | None = None
        self._body = b""

    async def read(self, ctx: Context, request: Request) -> Answer:
        if ctx.catalogue is not self._catalogue:
            self._body = msgspec.json.encode(openapi(ctx.catalogue, (*self._fixed, self.route()), self._generic))
            self._catalogue = ctx.catalogue
        return Answer(self._body, headers={"ETag": f'"{ctx.catalogue.version}-{len(self._body)}"'})

    def route(self) -> Route:
        return Route("GET", "/openapi.json", self.read, "This description", answer=dict[str, Any])
