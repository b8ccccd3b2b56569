"""Run in a process of its own: import a file, and die at the n-th call to the database. ``python interrupted.py``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from visavis.access import SYSTEM
from visavis.features.imports import merging, service
from visavis.features.imports.api import import_file
from visavis.features.runtime import open_workspace
from visavis.store import Tx


def die_at(call: int) -> None:
    """SIGKILL in the middle of that call: it has been sent, its answer is never read."""
    done = 0
    original = Tx._do

    async def counted(self: Tx, run: Any) -> Any:
        nonlocal done
        done += 1
        if done == call:
            task = asyncio.ensure_future(original(self, run))
            await asyncio.sleep(0.002)
            os.kill(os.getpid(), signal.SIGKILL)
            await task
        return await original(self, run)

    Tx._do = counted  # type: ignore[method-assign]


async def main(dsn: str, schema: str, data: str, file: str, call: int) -> None:
    merging.RANGE = 40
    async with open_workspace(dsn, Path(data), schema) as workspace:
        started = await workspace.db.value("select max(id) from import_run")
        die_at(call)
        if started is None:
            await import_file(workspace, Path(file), actor=SYSTEM, options={"currency": "GBP"})
        else:
            await service.run(workspace, started, SYSTEM)
        counts = await workspace.db.value("select counts from import_run order by id desc limit 1")
        sys.stdout.write(json.dumps(counts))


if __name__ == "__main__":
    dsn, schema, data, file, call = sys.argv[1:]
    asyncio.run(main(dsn, schema, data, file, int(call)))
