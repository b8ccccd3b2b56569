"""Serving: uvicorn on uvloop and httptools, stopped without cutting anybody off."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn

from visavis.features.runtime import Workspace
from visavis.kernel.errors import Unavailable
from visavis.web.app import PATIENCE, create_app

BACKLOG = 2_048
GRACE_SECONDS = 10
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """Ends the streams of live updates first, since they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, before_stop: Callable[[], None], ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_stop, self._ready = before_stop, ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's own: the signal is not raised again at the end, so that what was opened gets closed."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_stop()
        await super().shutdown(sockets)


async def serve(
    workspace: Workspace,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    secure_cookies: bool = False,
    patience: float = PATIENCE,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM, then let requests end for up to ten seconds.

    ``Unavailable`` when the port is taken. ``ready`` is called when the port is open. Proxies on this machine are
    believed about https and who calls. The running event loop serves; ``uvloop.run`` makes the fastest.
    """
    app = create_app(workspace, secure_cookies=secure_cookies, patience=patience)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with _bound(host, port) as opened:
        await _Server(config, app.state.hub.close, ready).serve([opened])


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Unavailable(f"Port {port} of {host} cannot be opened: {error.strerror}. Choose another one.") from error
