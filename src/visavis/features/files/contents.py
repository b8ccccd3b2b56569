"""Contents on their way out of a workspace and into another one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from visavis.features.files.logic import SQL
from visavis.features.files.storage import storage
from visavis.features.uploads import uploaded
from visavis.kernel.errors import Invalid
from visavis.store import Tx


class FileContents:
    """The ``Contents`` of the files: each under its SHA-256."""

    folder = "files"

    async def names(self, tx: Tx) -> list[str]:
        return [row["digest"] for row in await tx.rows(SQL.digests)]

    async def open(self, workspace: Any, name: str) -> AsyncIterator[bytes]:
        return await storage(workspace.data_dir).open(name)

    async def write(self, workspace: Any, name: str, chunks: AsyncIterator[bytes]) -> None:
        async with uploaded(workspace.data_dir, chunks) as content:
            if content.sha256 != name:
                raise Invalid(f"The content '{name[:80]}' is not what its name says. Export or back up anew.")
            await storage(workspace.data_dir).keep(name, content.path)
