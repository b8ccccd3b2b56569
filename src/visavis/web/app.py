"""The ASGI application of a workspace: the API, the page, and whether it lives."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from visavis.features.app import Answer
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Problem
from visavis.web.answering import Send, send_answer
from visavis.web.api import Api, headers_of
from visavis.web.description import Description
from visavis.web.identity import Identities
from visavis.web.live import Hub
from visavis.web.page import Page
from visavis.web.problems import answer_of
from visavis.web.reading import Receive
from visavis.web.records import PREFIX, Records
from visavis.web.searching import SEARCH

PATIENCE = 30.0


def create_app(
    workspace: Workspace, *, secure_cookies: bool = False, page: Path | None = None, patience: float = PATIENCE
) -> Starlette:
    """The application. ``secure_cookies``: it is reached by https only. ``page``: another built page than our own.
    ``patience``: how many seconds a request may work.

    ``app.state.hub`` is the hub of live updates: close it before waiting for connections to end.
    """
    identities = Identities(workspace.db)
    hub = Hub(workspace, identities)
    fixed = (*workspace.app.routes, *SEARCH, hub.route())
    generic = Records().routes()
    description = Description(fixed, generic)
    api = Api(workspace, (*fixed, description.route(), *generic), identities, secure=secure_cookies, patience=patience)
    app = Starlette(
        routes=[
            Mount(PREFIX, app=api),
            Route("/healthz", _Health(workspace)),
            Mount("/", app=Page(page, secure=secure_cookies)),
        ],
        lifespan=lambda _: _listening(hub),
    )
    app.state.hub = hub
    return app


@contextlib.asynccontextmanager
async def _listening(hub: Hub) -> AsyncIterator[None]:
    task = asyncio.create_task(hub.run())
    try:
        yield
    finally:
        hub.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


class _Health:
    """``GET /healthz``: 200 when the database answers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            await self._workspace.db.value("select 1")
            answer = Answer({"status": "ok"})
        except Problem as problem:
            answer = answer_of(problem)
        await send_answer(send, answer, headers_of(scope), secure=False, head=scope["method"] == "HEAD")
