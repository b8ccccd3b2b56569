"""Contents on their way out of a workspace and into another one."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from visavis.features.files.logic import SQL
from visavis.features.files.storage import storage
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
        place, digest = _aside(workspace.data_dir), hashlib.sha256()
        try:
            with place.open("wb") as file:
                async for chunk in chunks:
                    file.write(chunk)
                    digest.update(chunk)
            if digest.hexdigest() != name:
                raise Invalid(f"The content '{name[:80]}' is not what its name says. Export or back up anew.")
            await storage(workspace.data_dir).keep(name, place)
        finally:
            _forget(place)


def _aside(data_dir: Path) -> Path:
    folder = data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{uuid4().hex}.content"


def _forget(place: Path) -> None:
    place.unlink(missing_ok=True)
