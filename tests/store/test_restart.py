"""A pool and a listener outlive a restart of the server."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from visavis.kernel.errors import Unavailable
from visavis.store import Database, embedded
from visavis.store import embedded_process as processes
from visavis.store.notify import Listener


async def test_after_kill_9_the_next_start_serves_the_same_pool(empty_dir: Path) -> None:
    server = await asyncio.to_thread(embedded.ensure_running, empty_dir)
    database = await Database.connect(server.dsn, "public", min_size=4)
    async with Listener.open(server.dsn, "public") as listener:
        await listener.subscribe("a")
        cluster = embedded.status(empty_dir).cluster
        processes.signal_all(processes.family(cluster), signal.SIGKILL)
        with pytest.raises(Unavailable):
            await database.value("select 1")
        with pytest.raises(Unavailable):
            await database.run(lambda tx: tx.execute("select 1"))
        await asyncio.to_thread(embedded.ensure_running, empty_dir)
        assert await asyncio.gather(*(database.value("select 1") for _ in range(4))) == [1] * 4
        heard = listener.listen()
        assert await anext(heard) == ("", "")
        async with database.transaction() as tx:
            await tx.notify("a", "back")
        assert await anext(heard) == ("a", "back")
    await database.close()
