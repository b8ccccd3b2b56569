"""The embedded PostgreSQL: one server per data folder, shared by all commands, over a private Unix socket.

The server is detached from the command that starts it, so that any of them may end first; `hold` ends it with the last
one, `stop` ends everything. See docs/decisions/0004-embedded-postgresql.md.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from visavis.kernel.errors import Unavailable
from visavis.store import embedded_place as places
from visavis.store import embedded_process as processes
from visavis.store.db import EXTENSIONS
from visavis.store.embedded_place import Place
from visavis.store.embedded_wire import SOCKET, Wire, state
from visavis.store.presence import Holder, exclusive, holders, present

USER = "visavis"
DATABASE = "visavis"
_CONFIGURATION = Path(__file__).with_name("embedded.conf")
_RECOVERY_SECONDS = 900.0
_BIG_LOG = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers. `started` tells whether this call has started it."""

    dsn: str
    pid: int
    started: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What is there: `pid` and `dsn` are None while the server is down; `holders` are our own processes."""

    pid: int | None
    dsn: str | None
    cluster: Path
    log: Path
    holders: tuple[Holder, ...]

    @property
    def running(self) -> bool:
        return self.pid is not None


def ensure_running(data_dir: Path) -> Server:
    """The server of this data folder, started (and created, or recovered) when it does not answer. Blocking.

    It stays until `stop`, or until the last `hold` ends. Raises `Unavailable` with the reason and the end of the log.
    """
    data_dir = _prepared(data_dir)
    with exclusive(_lock(data_dir)):
        return _ensure(data_dir)


@contextmanager
def hold(data_dir: Path, role: str) -> Iterator[Server]:
    """The server for the length of the block; the last holder to leave stops it. `role` is shown by `status`."""
    data_dir = _prepared(data_dir)
    with ExitStack() as stack:
        with exclusive(_lock(data_dir)):
            stack.enter_context(present(_presence(data_dir), role))
            server = _ensure(data_dir)
        stack.callback(_stop_if_last, data_dir)
        yield server


@contextmanager
def announced(data_dir: Path, role: str) -> Iterator[None]:
    """Be known to `status` and `stop` while using a server that is not ours."""
    data_dir = _prepared(data_dir)
    with ExitStack() as stack:
        with exclusive(_lock(data_dir)):
            stack.enter_context(present(_presence(data_dir), role))
        yield


def status(data_dir: Path) -> Status:
    """What runs for this data folder; starts nothing."""
    data_dir = _prepared(data_dir)
    with exclusive(_lock(data_dir)):
        place = places.find(data_dir)
        found = _running(place)
        living = tuple(holders(_presence(data_dir)))
    pid, dsn = (found.pid, _dsn(found.socket_folder)) if found else (None, None)
    return Status(pid, dsn, place.cluster, place.log, living)


def stop(data_dir: Path, seconds: float = 20.0) -> bool:
    """End our processes of this data folder (not the caller), then the server. True when anything was running.

    Politely first; what has not ended after `seconds` is killed. Nothing that was acknowledged is lost.
    """
    data_dir = _prepared(data_dir)
    with exclusive(_lock(data_dir)):
        others = [holder.pid for holder in holders(_presence(data_dir)) if holder.pid != os.getpid()]
    processes.signal_all(others, signal.SIGTERM)
    if not processes.wait_gone(others, seconds):
        processes.signal_all(others, signal.SIGKILL)
        processes.wait_gone(others, seconds)
    with exclusive(_lock(data_dir)):
        return _stop(places.find(data_dir), seconds) or bool(others)


def _prepared(data_dir: Path) -> Path:
    data_dir = data_dir.expanduser().resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _lock(data_dir).touch()
    except OSError as error:
        raise Unavailable(f"The data folder {data_dir} cannot be used: {error.strerror}") from error
    return data_dir


def _lock(data_dir: Path) -> Path:
    return data_dir / "postgres.lock"


def _presence(data_dir: Path) -> Path:
    return data_dir / "processes"


def _dsn(socket_folder: Path) -> str:
    return f"postgresql://{USER}@/{DATABASE}?host={quote(str(socket_folder), safe='')}"


def _ensure(data_dir: Path) -> Server:
    try:
        return _find_or_start(data_dir)
    except OSError as error:
        raise Unavailable(f"PostgreSQL cannot be set up: {error}") from error


def _find_or_start(data_dir: Path) -> Server:
    place = places.find(data_dir)
    found = _running(place)
    if found:
        return Server(_dsn(found.socket_folder), found.pid, started=False)
    _clear_leftovers(place)
    if not (place.cluster / "PG_VERSION").exists():
        _create(place)
    _check_version(place)
    folder = places.socket_folder(place)
    pid = _started(place, folder)
    _prepare_database(folder)
    return Server(_dsn(folder), pid, started=True)


def _running(place: Place) -> processes.PidFile | None:
    """The running server, waited for while it starts. A claim counts when its socket answers or its process is ours."""
    claim = processes.pid_file(place.cluster)
    if claim is None:
        return None
    if state(claim.socket_folder, USER) == "ready":
        return claim
    if processes.is_postmaster(claim.pid, place.cluster):
        _wait_ready(place, claim.pid, claim.socket_folder)
        return claim
    return None


def _clear_leftovers(place: Place) -> None:
    """After a kill -9: end orphaned backends, and remove claims that PostgreSQL itself would believe."""
    if not place.cluster.exists():
        return
    orphans = processes.family(place.cluster)
    processes.signal_all(orphans, signal.SIGKILL)
    if not processes.wait_gone(orphans, 30):
        raise Unavailable(f"Processes {orphans} of an earlier server do not end")
    claim = processes.pid_file(place.cluster)
    if claim is None:
        (place.cluster / "postmaster.pid").unlink(missing_ok=True)
        return
    if processes.is_listed(claim.pid):
        (place.cluster / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET, f"{SOCKET}.lock"):
        (claim.socket_folder / name).unlink(missing_ok=True)


def _create(place: Place) -> None:
    """initdb beside the final place, then one rename: a half-made cluster is never taken for one."""
    half = place.cluster.with_name("postgres.new")
    shutil.rmtree(half, ignore_errors=True)
    places.make_private(half, place.account)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]
    initdb = str(places.binaries(place) / "initdb")
    _run(place, [initdb, "-D", str(half), "-U", USER, "-A", "trust", "-E", "UTF8", *locale])
    half.rename(place.cluster)


def _check_version(place: Place) -> None:
    found = (place.cluster / "PG_VERSION").read_text().strip()
    if found != places.VERSION:
        raise Unavailable(f"{place.cluster} was made by PostgreSQL {found}; this release brings {places.VERSION}")


def _run(place: Place, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_identity(place, place.home))
    if done.returncode:
        raise Unavailable(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-2000:]}")


def _identity(place: Place, folder: Path) -> dict[str, Any]:
    """Run as the server's account, in a clean environment, away from the caller's folder and terminal."""
    common: dict[str, Any] = {
        "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        "cwd": folder,
        "stdin": subprocess.DEVNULL,
        "start_new_session": True,
    }
    if place.account.is_me:
        return common
    return common | {"user": place.account.uid, "group": place.account.gid, "extra_groups": []}


def _started(place: Place, socket_folder: Path) -> int:
    """Recovery stops once where an unlogged table was dropped just before a crash, and then succeeds (bug #17731)."""
    try:
        return _start(place, socket_folder)
    except Unavailable:
        if "File exists" not in _tail(place.log):
            raise
        return _start(place, socket_folder)


def _start(place: Place, socket_folder: Path) -> int:
    command = [str(places.binaries(place) / "postgres"), "-D", str(place.cluster)]
    own = {
        "cluster_name": processes.cluster_name(place.cluster),
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
    }
    for name, value in (_configuration() | own).items():
        command += ["-c", f"{name}={value}"]
    with place.log.open("wb" if _is_big(place.log) else "ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **_identity(place, place.cluster))
    threading.Thread(target=server.wait, name="postgres-reaper", daemon=True).start()
    _wait_ready(place, server.pid, socket_folder)
    return server.pid


def _configuration() -> dict[str, str]:
    lines = (line.partition("#")[0].partition("=") for line in _CONFIGURATION.read_text().splitlines())
    return {name.strip(): value.strip() for name, equals, value in lines if equals}


def _is_big(log: Path) -> bool:
    return log.exists() and log.stat().st_size > _BIG_LOG


def _wait_ready(place: Place, pid: int, socket_folder: Path) -> None:
    """Wait as long as the server lives: replaying the log after a crash takes its time."""
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while state(socket_folder, USER) != "ready":
        if not processes.is_alive(pid):
            raise Unavailable(f"PostgreSQL did not start. The end of {place.log}:\n{_tail(place.log)}")
        if time.monotonic() > deadline:
            raise Unavailable(f"PostgreSQL (process {pid}) does not answer; see {place.log}")
        time.sleep(0.01)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])


def _prepare_database(socket_folder: Path) -> None:
    """The database with the extensions; refuse to run where text outside ASCII would not be found again."""
    with Wire(socket_folder, USER, "postgres") as wire:
        if not wire.ask(f"select from pg_database where datname = '{DATABASE}'"):
            wire.ask(f"create database {DATABASE}")
    with Wire(socket_folder, USER, DATABASE) as wire:
        wire.ask("create schema if not exists extensions")
        for name in EXTENSIONS:
            wire.ask(f"create extension if not exists {name} schema extensions")
        if wire.ask("select extensions.show_trgm('김민수') <> '{}'") != [["t"]]:
            raise Unavailable("This PostgreSQL cannot search text outside ASCII: its locale is C")


def _stop_if_last(data_dir: Path) -> None:
    with exclusive(_lock(data_dir)):
        mine = os.getpid()
        if all(holder.pid == mine for holder in holders(_presence(data_dir))):
            _stop(places.find(data_dir), 20.0)


def _stop(place: Place, seconds: float) -> bool:
    """Fast shutdown of the server of this place, harder when it does not end; nothing of it stays."""
    if not place.cluster.exists():
        return False
    running = processes.family(place.cluster)
    for what, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, seconds)):
        if not running:
            break
        processes.signal_all(running[:1], what)
        if processes.wait_gone(running, patience):
            return True
    left = processes.family(place.cluster)
    processes.signal_all(left, signal.SIGKILL)
    processes.wait_gone(left, seconds)
    return bool(running)
