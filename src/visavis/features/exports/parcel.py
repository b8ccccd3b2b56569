"""A zip that is the same for the same content: fixed order, fixed times, and a list of what is in it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self, TypeVar

import msgspec

from visavis.kernel.errors import Invalid

T = TypeVar("T")
MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_REMEDY = "Copy it again from where it was written, or take an earlier one."
_LONGEST_MANIFEST = 256 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, NotImplementedError)
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass
class Member:
    """One file of the zip in the making."""

    file: IO[bytes]
    size: int = 0

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()

    async def write(self, chunk: bytes) -> None:
        """Packed as it comes; others get their turn between two chunks."""
        self.size += len(chunk)
        self._digest.update(chunk)
        self.file.write(chunk)
        await asyncio.sleep(0)

    @property
    def facts(self) -> dict[str, Any]:
        return {"size": self.size, "sha256": self._digest.hexdigest()}


class Packer:
    """Writes the zip; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[Member]:
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.create_system = 3
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as file:
            yield Member(file)

    async def finish(self, manifest: dict[str, Any]) -> None:
        """The list of contents comes last: a parcel without it is not whole."""
        with self.member(MANIFEST) as member:
            await member.write(json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n")


class Unpacker:
    """Reads the zip; ``Invalid`` for one that is broken or no parcel of ours."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            info = self._zip.getinfo(MANIFEST)
            if info.file_size > _LONGEST_MANIFEST:
                raise Invalid("The list of contents is too long to be one of ours.")
            self.manifest: Any = json.loads(self._zip.read(info))
        except (*_BROKEN, ValueError) as error:
            raise Invalid(f"{path.name} is cut short or broken, or was not made by Vis-à-vis. {_REMEDY}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def listed(self, form: type[T], kind: str, number: int, *, other: str) -> T:
        """The list of contents.

        ``Invalid`` for a parcel of another kind, with the words of ``other``, and for one that only a newer release
        than this one understands.
        """
        body = self.manifest
        if not isinstance(body, dict) or body.get("kind") != kind:
            raise Invalid(other)
        if body.get("format") != number:
            raise Invalid(f"This file was made by release {body.get('version')}. Upgrade to it first.")
        try:
            return msgspec.convert(body, form)
        except msgspec.ValidationError as error:
            raise Invalid(f"The list of contents cannot be read: {error}") from error

    async def chunks(self, name: str, facts: dict[str, Any]) -> AsyncIterator[bytes]:
        """The member, piece by piece; ``Invalid`` at its end if it is not what the manifest says."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as file:
                while chunk := await asyncio.to_thread(file.read, _CHUNK):
                    size += len(chunk)
                    digest.update(chunk)
                    if size > facts["size"]:
                        break
                    yield chunk
        except _BROKEN as error:
            raise Invalid(f"{name} is missing or damaged. {_REMEDY}") from error
        if {"size": size, "sha256": digest.hexdigest()} != {"size": facts["size"], "sha256": facts["sha256"]}:
            raise Invalid(f"{name} is damaged or was changed. {_REMEDY}")

    async def check(self, name: str, facts: dict[str, Any]) -> None:
        """Read the member to its end; ``Invalid`` if it is not what the manifest says."""
        async for _ in self.chunks(name, facts):
            pass


def is_parcel(path: Path, kind: str) -> bool:
    """Whether the file is a parcel of that kind."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with Unpacker(path) as parcel:
            return isinstance(parcel.manifest, dict) and parcel.manifest.get("kind") == kind
    except Invalid:
        return False
