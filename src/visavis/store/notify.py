"""LISTEN on a connection of its own, which comes back after the server went away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from visavis.kernel.errors import Unavailable
from visavis.store.db import channel_of, settings
from visavis.store.failures import translated

_PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0)
_LOST = object()


class Listener:
    """Notifications of one workspace."""

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn = dsn
        self._schema = schema
        self._heard: asyncio.Queue[Any] = asyncio.Queue()
        self._channels: tuple[str, ...] = ()
        self._connection: Any = None

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str, schema: str = "workspace") -> AsyncIterator[Listener]:
        """A connected listener; `Unavailable` when there is no server."""
        listener = cls(dsn, schema)
        await listener._connect()
        try:
            yield listener
        finally:
            await listener._close()

    async def subscribe(self, *channels: str) -> None:
        """Start hearing `channels`: what is committed after this returns is heard."""
        self._channels = tuple(dict.fromkeys((*self._channels, *channels)))
        with translated():
            for channel in channels:
                await self._listen(channel)

    async def lock(self, group: int, number: int) -> None:
        """Hold an advisory lock as long as this connection lives: the server drops it with the process."""
        with translated():
            await self._connection.execute(f"select pg_advisory_lock({group}, {number})")

    async def listen(self, *channels: str) -> AsyncIterator[tuple[str, str]]:
        """Pairs of channel and payload. A pair ("", "") means: the connection was lost and is back, so look again."""
        await self.subscribe(*channels)
        while True:
            heard = await self._heard.get()
            if heard is _LOST:
                await self._reconnect()
                heard = ("", "")
            yield heard

    async def _connect(self) -> None:
        with translated(OSError):
            self._connection = await asyncpg.connect(self._dsn, server_settings=settings(self._schema))
        self._connection.add_termination_listener(self._on_lost)
        for channel in self._channels:
            await self._listen(channel)

    async def _listen(self, channel: str) -> None:
        def hear(_connection: Any, _pid: int, _channel: str, payload: str) -> None:
            self._heard.put_nowait((channel, payload))

        await self._connection.add_listener(channel_of(self._schema, channel), hear)

    def _on_lost(self, connection: Any) -> None:
        if connection is self._connection:
            self._heard.put_nowait(_LOST)

    async def _reconnect(self) -> None:
        attempt = 0
        while not await self._tried():
            await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1

    async def _tried(self) -> bool:
        try:
            await self._connect()
        except Unavailable:
            return False
        return True

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        with suppress(Exception):
            await asyncio.wait_for(connection.close(), 2)
