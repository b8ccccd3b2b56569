"""A file that is shut while a reader of Arrow may still read ahead in it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType

_REST = 0.05


class Gate:
    """The bytes of a file until the block is left, and the end of the file from then on.

    Arrow (26) reads ahead in a thread of its own. A reader that is let go of in the middle of that leaves the thread
    waiting for itself: the process never ends, and after eight of them no file can be read. So hold the reader until
    the block has been left: by then its thread has met the end and had time to pass that on, or has stopped by itself,
    before a full queue or behind an error, for which it gets ``patience`` seconds.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self.closed = False
        self._file = path.open("rb")
        self._reading = threading.Lock()
        self._shut = False
        self._patience = patience
        self._met = threading.Event()

    def read(self, size: int = -1) -> bytes:
        with self._reading:
            found = b"" if self._shut else self._file.read(size)
        if not found:
            self._met.set()
        return found

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        with self._reading:
            self._shut = True
        if kind:
            self._met.wait(self._patience)
            time.sleep(_REST)
        self._file.close()
