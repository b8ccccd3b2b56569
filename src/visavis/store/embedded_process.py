"""Which processes are our server. Read from /proc only: a pid from a file is never believed by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class PidFile:
    """The first lines of `postmaster.pid`: who claims to serve this cluster, and where its socket is."""

    pid: int
    socket_folder: Path


def cluster_name(cluster: Path) -> str:
    """The name that every process of this cluster's server carries in its title."""
    return "visavis-" + sha256(os.fsencode(cluster)).hexdigest()[:12]


def pid_file(cluster: Path) -> PidFile | None:
    """The claim in `postmaster.pid`, or None when it is missing or half-written."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return PidFile(int(lines[0]), Path(lines[4])) if len(lines) > 4 else None
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """True for a process that still runs (a zombie does not)."""
    try:
        status = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


def is_listed(pid: int) -> bool:
    """True also for a zombie, which PostgreSQL takes for a server that runs."""
    return (_PROC / str(pid)).exists()


def is_postmaster(pid: int, cluster: Path) -> bool:
    """True when `pid` is a live `postgres -D <cluster>`."""
    words = _command_line(pid)
    if not words or Path(words[0]).name != "postgres" or not is_alive(pid) or not _works_in(pid, cluster):
        return False
    return any(flag == "-D" and folder == str(cluster) for flag, folder in pairwise(words))


def family(cluster: Path) -> list[int]:
    """Every live process of this cluster's server: the postmaster (first) and what it has left behind."""
    owner = cluster.stat().st_uid
    title = f"postgres: {cluster_name(cluster)}:"
    servers: list[int] = []
    children: list[int] = []
    for pid in _pids(owner):
        if is_postmaster(pid, cluster):
            servers.append(pid)
        elif " ".join(_command_line(pid)).startswith(title) and is_alive(pid) and _works_in(pid, cluster):
            children.append(pid)
    # A backend that was forked just now still bears the command line of its parent, and may be gone by now.
    return sorted(servers, key=lambda pid: _parent(pid) in (None, *servers)) + children


def signal_all(pids: Iterable[int], what: signal.Signals) -> None:
    """Send a signal to those that still run."""
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            continue


def wait_gone(pids: Iterable[int], seconds: float) -> bool:
    """True as soon as none of `pids` runs; False when some still do after `seconds`."""
    waiting = set(pids)
    deadline = time.monotonic() + seconds
    while waiting := {pid for pid in waiting if is_alive(pid)}:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _parent(pid: int) -> int | None:
    try:
        return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _works_in(pid: int, cluster: Path) -> bool:
    """Every process of a server works in its cluster; below another root the same path is another cluster."""
    try:
        return os.path.samestat((_PROC / str(pid) / "cwd").stat(), cluster.stat())
    except PermissionError:
        return True
    except OSError:
        return False


def _pids(owner: int) -> Iterator[int]:
    for entry in _PROC.iterdir():
        try:
            if entry.name.isdigit() and entry.stat().st_uid == owner:
                yield int(entry.name)
        except FileNotFoundError:
            continue


def _command_line(pid: int) -> list[str]:
    try:
        raw = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return os.fsdecode(raw).rstrip("\0").split("\0")
