"""Work that fills a processor for long: so many pieces at a time, and whoever comes beyond hears so at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeAlias

from visavis.kernel.errors import Unavailable

Work: TypeAlias = Callable[..., Awaitable[Any]]
"""Calls a function with its arguments on a thread of the lane."""


class Lane:
    """Places of one process. A place is free again when its thread has ended, even where nobody waits for that."""

    def __init__(self, places: int, busy: str) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._pool = ThreadPoolExecutor(places)
        self._busy = busy

    @contextmanager
    def place(self) -> Iterator[Work]:
        """One of the places, for one piece of work. Raises Unavailable where none is free."""
        if not self._free.acquire(blocking=False):
            raise Unavailable(self._busy)
        begun: list[Future[Any]] = []

        async def work(function: Callable[..., Any], *given: Any) -> Any:
            begun.append(self._pool.submit(function, *given))
            return await asyncio.wrap_future(begun[0])

        try:
            yield work
        finally:
            if begun:
                begun[0].add_done_callback(lambda _: self._free.release())
            else:
                self._free.release()
