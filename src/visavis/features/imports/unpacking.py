"""Folders and zip files as lists of files. A zip is unpacked with an eye on what it swells to."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from visavis.kernel.errors import Invalid, TooLarge

MAX_FILES = 2000
MAX_UNPACKED = 8 << 30
MAX_DIRECTORY = 32 << 20
_CHUNK = 1 << 20
_END, _LOCATOR = b"PK\x05\x06", b"PK\x06\x07"


@dataclass(frozen=True, slots=True)
class Found:
    """A file by the name that the user knows it by, or why it cannot be read."""

    name: str
    path: Path
    problem: str = ""


def files_of(paths: Sequence[Path], folder: Path) -> list[Found]:
    """All files of files, folders and zip files, to be read in ``folder``; what is made of them lands there too."""
    found = [file for place, path in enumerate(paths) for file in _of(path, folder / str(place))]
    if len(found) > MAX_FILES:
        raise TooLarge(f"These are {len(found):,} files; {MAX_FILES:,} fit. Take them in parts.")
    return found


def _of(path: Path, folder: Path) -> Iterator[Found]:
    folder.mkdir(parents=True)
    if path.suffix.lower() == ".zip":
        yield from _unpacked(path, folder)
        return
    for place, file in enumerate(sorted(path.rglob("*")) if path.is_dir() else [path]):
        relative = file.relative_to(path) if path.is_dir() else Path(path.name)
        if file.is_file() and not _is_hidden(relative.parts):
            link = folder / f"{place}{file.suffix.lower()}"
            link.symlink_to(file.resolve())
            yield Found(relative.as_posix(), link)


def _is_hidden(parts: Sequence[str]) -> bool:
    return any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in parts)


def _unpacked(path: Path, folder: Path) -> list[Found]:
    try:
        check_directory(path)
        with zipfile.ZipFile(path) as archive:
            return list(_members(archive, folder))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise Invalid(f"{path.name} is damaged or no zip file. Pack it again.") from error


def check_directory(path: Path) -> None:
    """Refuse a zip file whose list of contents alone would fill the memory, before it is read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - 256))
        tail = file.read()
        end = tail.rfind(_END)
        if end < 0 or len(tail) < end + 22:
            raise zipfile.BadZipFile("no end")
        listed = int.from_bytes(tail[end + 12 : end + 16], "little")
        if tail[end - 20 : end - 16] == _LOCATOR:
            file.seek(int.from_bytes(tail[end - 12 : end - 4], "little"))
            listed = int.from_bytes(file.read(48)[40:48], "little")
    if listed > MAX_DIRECTORY:
        raise TooLarge("The zip file holds too many files to be listed. Unpack it and divide it.")


def _members(archive: zipfile.ZipFile, folder: Path) -> Iterator[Found]:
    wanted = [i for i in archive.infolist() if not i.is_dir() and not _is_hidden(PurePosixPath(i.filename).parts)]
    if len(wanted) > MAX_FILES:
        raise TooLarge(f"The zip file holds {len(wanted):,} files; {MAX_FILES:,} fit. Divide it.")
    room = MAX_UNPACKED
    for place, info in enumerate(wanted):
        target = folder / f"{place}{PurePosixPath(info.filename).suffix.lower()[:20]}"
        if info.flag_bits & 1:
            yield Found(info.filename, target, "protected by a password: unpack it first")
            continue
        room -= _extracted(archive, info, target, room)
        yield Found(info.filename, target)


def _extracted(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, room: int) -> int:
    size = 0
    with archive.open(info) as packed, target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > min(room, shutil.disk_usage(target.parent).free):
                raise TooLarge(f"The zip file swells to more than fits at {info.filename}. Unpack it and divide it.")
            file.write(chunk)
    return size
