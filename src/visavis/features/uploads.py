"""A body that is kept on disk as it arrives, before anybody opens a transaction for it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from visavis.kernel.errors import TooLarge

MOST = 4 << 30


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent: ``size`` in bytes, ``sha256`` in hex. Whoever wants to keep the file moves it away."""

    path: Path
    size: int
    sha256: str


@asynccontextmanager
async def uploaded(data_dir: Path, body: AsyncIterator[bytes], most: int = MOST) -> AsyncIterator[Upload]:
    """The body in a file of the data folder, removed at the end unless it was moved.

    Raises ``TooLarge`` beyond ``most`` bytes.
    """
    folder = data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{uuid4().hex}.part"
    try:
        yield await _kept(path, body, most)
    finally:
        path.unlink(missing_ok=True)


async def _kept(path: Path, body: AsyncIterator[bytes], most: int) -> Upload:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        async for chunk in body:
            size += len(chunk)
            if size > most:
                raise TooLarge(f"The file is larger than {most / (1 << 20):,.6g} MiB. Divide it.")
            digest.update(chunk)
            file.write(chunk)
    return Upload(path, size, digest.hexdigest())
