"""Where contents lie: a folder or an S3-compatible store, behind one interface."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from visavis.kernel.errors import NotFound, Unavailable

PLACE = "VISAVIS_FILES"
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Storage:
    """Contents by their SHA-256 in hex. ``Unavailable`` where the store does not answer."""

    store: Any

    async def keep(self, digest: str, path: Path) -> None:
        """Take the file at ``path`` in, unless its content is there."""
        try:
            if not await self._has(digest):
                await obstore.put_async(self.store, _place(digest), path)
        except (BaseError, OSError) as error:
            raise Unavailable(f"The file store did not take the file: {_short(error)} Try again.") from error

    async def _has(self, digest: str) -> bool:
        try:
            await obstore.head_async(self.store, _place(digest))
        except (NotFoundError, FileNotFoundError):
            return False
        return True

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        """The content, in chunks. Opened before this returns, so that what is missing is an error and no short file."""
        try:
            found = await obstore.get_async(self.store, _place(digest))
        except (NotFoundError, FileNotFoundError) as error:
            raise NotFound("The content of this file is gone from the file store. Restore it from a backup.") from error
        except (BaseError, OSError) as error:
            raise Unavailable(f"The file store does not answer: {_short(error)} Try again.") from error
        return _chunks(found)

    async def older_than(self, moment: datetime) -> AsyncIterator[list[str]]:
        """The digests of all contents that were stored before ``moment``, in lists."""
        async for part in obstore.list(self.store, chunk_size=1000):
            yield [_digest(meta["path"]) for meta in part if meta["last_modified"] < moment]

    async def forget(self, digests: Iterable[str]) -> None:
        """Remove contents; one that is gone already is no error."""
        for digest in digests:
            try:
                await obstore.delete_async(self.store, _place(digest))
            except (NotFoundError, FileNotFoundError):
                continue


def storage(data_dir: Path, environment: Mapping[str, str] = os.environ) -> Storage:
    """The store that VISAVIS_FILES names: ``s3://bucket/prefix``, keys and endpoint in ``AWS_…``. Else a folder."""
    return _opened(environment.get(PLACE, ""), data_dir / "files")


@lru_cache(maxsize=32)
def _opened(url: str, folder: Path) -> Storage:
    if url:
        return Storage(from_url(url, client_options={"allow_http": True}))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Storage(LocalStore(prefix=folder, mkdir=True))


async def _chunks(found: Any) -> AsyncIterator[bytes]:
    async for chunk in found.stream(min_chunk_size=_CHUNK):
        yield bytes(chunk)


def _place(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:]}"


def _digest(place: str) -> str:
    return "".join(place.split("/")[-2:])


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
