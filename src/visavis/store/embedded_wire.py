"""Just enough of the PostgreSQL protocol to ask a server over a Unix socket, without a driver or an event loop.

Source: https://www.postgresql.org/docs/18/protocol-flow.html. Only for servers that trust the socket.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from typing import Literal

State = Literal["ready", "starting", "absent"]
SOCKET = ".s.PGSQL.5432"
_PROTOCOL = 3 << 16
_STARTING = "57P03"


class WireError(Exception):
    """The server answered with an error; `code` is its SQLSTATE."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code


class Wire:
    """One connection. Use as a context manager; raises OSError when nobody answers."""

    def __init__(self, folder: Path, user: str, database: str, timeout: float = 10.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(timeout)
            self._socket.connect(str(folder / SOCKET))
            words = f"user\0{user}\0database\0{database}\0\0".encode()
            self._socket.sendall(struct.pack("!ii", len(words) + 8, _PROTOCOL) + words)
            self._until_ready()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, sql: str) -> list[list[str | None]]:
        """Rows of text values of one or more statements."""
        body = sql.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack("!i", len(body) + 4) + body)
        return self._until_ready()

    def _until_ready(self) -> list[list[str | None]]:
        rows: list[list[str | None]] = []
        failure: WireError | None = None
        while True:
            kind, body = self._message()
            if kind == b"D":
                rows.append(_columns(body))
            elif kind == b"E":
                failure = _error(body)
                if failure.code.startswith(("57P", "28", "3D", "53")):
                    raise failure
            elif kind == b"R" and body[:4] != bytes(4):
                raise WireError("28000", "the server asks for a password")
            elif kind == b"Z":
                break
        if failure:
            raise failure
        return rows

    def _message(self) -> tuple[bytes, bytes]:
        kind = self._exactly(1)
        (length,) = struct.unpack("!i", self._exactly(4))
        return kind, self._exactly(length - 4)

    def _exactly(self, count: int) -> bytes:
        got = bytearray()
        while len(got) < count:
            piece = self._socket.recv(count - len(got))
            if not piece:
                raise ConnectionResetError("the server closed the connection")
            got += piece
        return bytes(got)


def state(folder: Path, user: str, database: str = "postgres") -> State:
    """What a start-up packet is answered with: `ready`, `starting` (or shutting down, or full), or nothing."""
    try:
        with Wire(folder, user, database, timeout=5):
            return "ready"
    except WireError as error:
        if error.code in {_STARTING, "57P01", "57P02", "53300"}:
            return "starting"
        raise
    except TimeoutError:
        return "starting"
    except OSError:
        return "absent"


def _columns(body: bytes) -> list[str | None]:
    (count,) = struct.unpack_from("!h", body)
    values: list[str | None] = []
    at = 2
    for _ in range(count):
        (size,) = struct.unpack_from("!i", body, at)
        at += 4
        values.append(None if size < 0 else body[at : at + size].decode())
        at += max(size, 0)
    return values


def _error(body: bytes) -> WireError:
    parts = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    return WireError(parts.get(b"C", ""), parts.get(b"M", "error"))
