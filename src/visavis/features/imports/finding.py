"""Search rows of what an import writes or takes back: brought in by a job, or at once where nobody runs jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from visavis.features.matching.api import catch_up, worthwhile
from visavis.kernel.errors import Problem
from visavis.records import searching

_CHUNK = 5_000
_PAUSE = 0.2
Tell = Callable[[int, int, str], Awaitable[None]]


@asynccontextmanager
async def beside(workspace: Any) -> AsyncIterator[None]:
    """Bring in what was noted while the block goes on writing."""
    ending = asyncio.Event()
    helper = asyncio.create_task(_help(workspace, ending))
    try:
        yield
    finally:
        ending.set()
        await helper


async def _help(workspace: Any, ending: asyncio.Event) -> None:
    """Whatever fails here is done again at the end, where it is told."""
    while not ending.is_set():
        brought = 0
        with suppress(Problem):
            brought = await _bring_in(workspace)
        if not brought:
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), _PAUSE)


async def soon(workspace: Any) -> None:
    """Let the job for it bring in what was noted."""
    async with workspace.db.transaction() as tx:
        await searching.fill_soon(tx)


async def finish(workspace: Any, tell: Tell) -> None:
    """Bring in what is left, ours or of others who write at the same time."""
    await catch_up(workspace.db, workspace.catalogue, lambda done, total: tell(done, total, "Indexing"))


async def _bring_in(workspace: Any) -> int:
    """Where very many wait, they are better brought in together at the end."""
    async with workspace.db.transaction() as tx:
        if await worthwhile(tx):
            return 0
        return await searching.bring_in(tx, workspace.catalogue, _CHUNK)
