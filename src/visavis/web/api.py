"""``/api/v1``: from bytes to a route, through its transaction, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from visavis.access import Actor
from visavis.features.app import Answer, Request, Route
from visavis.features.runtime import Workspace
from visavis.features.uploads import MOST, uploaded
from visavis.kernel.errors import NotFound, TooSlow
from visavis.store import SerializationRetry
from visavis.web.answering import Send, send_answer
from visavis.web.identity import SAFE, Identities, admit, check_origin, cookies_of
from visavis.web.problems import answer_of
from visavis.web.reading import Receive, body_of, check_headers, check_query, query_of, stream_of
from visavis.web.router import Router

TRIES = 4
_ABOUT_ACCESS = (
    *("/sessions/current", "/access", "/tokens/{id}", "/me/password"),
    *("/insight/settings", "/insight/methods/{key}"),
)
Scope = Mapping[str, Any]


class Api:
    """The ASGI application below ``/api/v1``. ``patience``: how many seconds a request may work, at most.

    It does not count while a body arrives or an answer streams away, nor for what is done with an uploaded file.
    """

    def __init__(
        self, workspace: Workspace, routes: Iterable[Route], identities: Identities, *, secure: bool, patience: float
    ) -> None:
        self._workspace = workspace
        self._identities = identities
        self._router = Router(routes)
        self._secure = secure
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        try:
            answer = await self._answer(scope, headers, receive)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (the last resort of the door: every error becomes an answer)
            answer = answer_of(error)
        await send_answer(
            send, answer, headers, secure=self._secure or scope.get("scheme") == "https", head=scope["method"] == "HEAD"
        )

    async def _answer(self, scope: Scope, headers: Mapping[str, str], receive: Receive) -> Answer:
        method, path = scope["method"], _path(scope)
        if method == "OPTIONS":
            return Answer(status=204, headers={"Allow": f"{self._router.allowed(path)}, OPTIONS"})
        route, parameters = self._router.match(method, path)
        cookies = cookies_of(headers)
        actor = await self._admitted(route, method, headers, cookies)
        query = query_of(scope["query_string"])
        check_query(route.query, query)
        check_headers(route.headers, headers)
        body = await body_of(route, headers, receive)
        request = Request(parameters, query, headers, body, None, cookies, _client(scope))
        answer = await (self._take_in if route.stream else self._prepared)(route, actor, request, receive)
        if method not in SAFE and (parameters.get("plural") in ("users", "teams") or route.path in _ABOUT_ACCESS):
            self._identities.forget()
        return answer

    async def _admitted(
        self, route: Route, method: str, headers: Mapping[str, str], cookies: Mapping[str, str]
    ) -> Actor:
        if route.access == "public":
            if method not in SAFE:
                check_origin(headers)
            return admit(route.access, None)
        return admit(route.access, await self._identities.actor(method, headers, cookies))

    async def _take_in(self, route: Route, actor: Actor, request: Request, receive: Receive) -> Answer:
        """The body first, however long it takes; no connection waits for it."""
        most = await route.ahead(self._workspace, actor, request) if route.ahead else MOST
        async with uploaded(self._workspace.data_dir, stream_of(receive), most) as upload:
            return await self._prepared(route, actor, replace(request, upload=upload), receive)

    async def _prepared(self, route: Route, actor: Actor, request: Request, receive: Receive) -> Answer:
        run = self._once if route.stream else self._run
        if route.before is None:
            return await run(route, actor, request)
        async with route.before(self._workspace, actor, request) as found:
            return await run(route, actor, replace(request, before=found))

    async def _run(self, route: Route, actor: Actor, request: Request) -> Answer:
        """The handler in one transaction, again when the database says that nothing happened and it may succeed."""
        for _ in range(TRIES - 1):
            try:
                return await self._once(route, actor, request)
            except SerializationRetry:
                continue
        return await self._once(route, actor, request)

    async def _once(self, route: Route, actor: Actor, request: Request) -> Answer:
        async with self._workspace.context(actor, "web", readonly=route.method == "GET") as ctx:
            if route.stream:
                return await route.handler(ctx, request)
            return await self._in_time(route.handler(ctx, request))

    async def _in_time(self, work: Awaitable[Answer]) -> Answer:
        """Stopped in the database too, where it works on."""
        try:
            async with asyncio.timeout(self._patience):
                return await work
        except TimeoutError as error:
            raise TooSlow(
                f"This was stopped after {self._patience:g} seconds; nothing was changed. Ask for less: a narrower"
                " filter, fewer columns or groups. Exports, imports and changes to many records run in the background"
                " and may take as long as they need."
            ) from error


def headers_of(scope: Scope) -> dict[str, str]:
    """Request headers by lower-case name; a repeated one is joined by commas."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{joint}{value}" if name in found else value
    return found


def _path(scope: Scope) -> str:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    if "\x00" in path:
        raise NotFound("There is nothing at such an address.")
    return path


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""
