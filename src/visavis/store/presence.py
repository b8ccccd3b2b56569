"""Which of our own processes use a data folder: each holds a locked file, so the kernel knows who lives.

A pid in a file may belong to anybody by now; a lock is gone the moment its holder is, even after kill -9.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from visavis.kernel.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Holder:
    """A process of ours: its pid, and its role (`serve`, `worker`, `import` ...)."""

    pid: int
    role: str


@contextmanager
def exclusive(path: Path, seconds: float = 120.0) -> Iterator[None]:
    """Hold `path` locked; `Unavailable` when somebody else holds it for longer than `seconds`."""
    with path.open("a") as file:
        deadline = time.monotonic() + seconds
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                raise Unavailable(f"Another process holds {path}")
            time.sleep(0.02)
        yield


@contextmanager
def present(folder: Path, role: str) -> Iterator[None]:
    """Count this process among the holders of `folder` for the length of the block.

    Enter, and call `holders`, only while an `exclusive` lock of the same data folder is held.
    """
    folder.mkdir(exist_ok=True)
    path = folder / f"{os.getpid()}.{time.monotonic_ns()}"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{os.getpid()} {role}\n")
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def holders(folder: Path) -> list[Holder]:
    """The living holders of `folder`; files left by the dead are removed on the way."""
    found = []
    for path in sorted(folder.glob("*.*")):
        holder = _holder(path)
        if holder:
            found.append(holder)
    return found


def _holder(path: Path) -> Holder | None:
    try:
        with path.open("r+") as file:
            if _locked(file.fileno()):
                path.unlink(missing_ok=True)
                return None
            pid, _, role = file.read().strip().partition(" ")
            return Holder(int(pid), role) if pid else None
    except FileNotFoundError:
        return None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
