"""Which server is used: the one of DATABASE_URL, checked and left alone, or the embedded one."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.embedding import ask, socket_folder
from visavis.kernel.errors import Unavailable
from visavis.store import Database, embedded, embedded_place
from visavis.store import server as servers
from visavis.store.arrow import read_arrow


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="vav-", dir="/tmp"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """A server of somebody else, started by hand: over TCP, with a password, without our extensions."""
    home = folder / "theirs"
    embedded.ensure_running(home)
    cluster = embedded.status(home).cluster
    for sql in (
        "create role admin superuser login password 'a b/c'",
        "create database crm owner admin",
        "create database ascii owner admin template template0 locale_provider libc locale 'C'",
    ):
        ask(socket_folder(cluster), sql)
    embedded.stop(home)
    with (cluster / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 127.0.0.1/32 scram-sha-256\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield from _by_hand(embedded_place.find(home), port)


def _by_hand(place: embedded_place.Place, port: int) -> Iterator[str]:
    command = [str(embedded_place.binaries(place) / "postgres"), "-D", str(place.cluster), "-p", str(port)]
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    server = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL, **embedded._identity(place, place.home))
    url = f"postgresql://admin:a%20b%2Fc@127.0.0.1:{port}/crm"
    for _ in range(500):
        with suppress(Unavailable):
            asyncio.run(_connect(url))
            break
        time.sleep(0.02)
    yield url
    server.send_signal(signal.SIGINT)
    server.wait(30)


async def _connect(url: str) -> None:
    await (await Database.connect(url)).close()


def test_a_given_server_is_checked_and_nothing_is_started(url: str, folder: Path) -> None:
    mine = folder / "mine"
    assert asyncio.run(servers.server(url, mine)) == url
    assert not (mine / "postgres").exists()
    with servers.using(url, mine, "serve") as dsn:
        status = embedded.status(mine)
        assert (dsn, status.running) == (url, False)
        assert [(holder.pid, holder.role) for holder in status.holders] == [(os.getpid(), "serve")]
    assert embedded.status(mine).holders == ()


async def test_a_workspace_lives_on_a_given_server(url: str, folder: Path) -> None:
    await servers.server(url, folder / "mine")
    database = await Database.connect(url, "one")
    async with database.transaction() as tx:
        await tx.execute("create schema one; create table t (n bigint); insert into t values (1), (2)")
        assert await tx.value("select show_trgm('김민수') <> '{}'")
    table = await asyncio.to_thread(lambda: read_arrow(url, "one", "select * from t").read_all())
    assert table.num_rows == 2
    await database.close()


async def test_too_old_a_server_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "OLDEST", 99)
    with pytest.raises(Unavailable, match="18 is too old: 99 or newer"):
        await servers.check(url)


async def test_a_database_for_ascii_only_is_refused(url: str) -> None:
    with pytest.raises(Unavailable, match="outside ASCII"):
        await servers.check(url.replace("/crm", "/ascii"))


async def test_who_may_not_create_extensions_is_told(url: str) -> None:
    database = await Database.connect(url)
    await database.rows("create role guest login password 'guest'")
    await database.rows("create database plain")
    await database.close()
    with pytest.raises(Unavailable, match="let a superuser create them"):
        await servers.check(url.replace("admin:a%20b%2Fc", "guest:guest").replace("/crm", "/plain"))


async def test_nobody_there_is_told(folder: Path) -> None:
    with pytest.raises(Unavailable):
        await servers.server("postgresql://x@127.0.0.1:1/x", folder)


def test_without_a_url_the_embedded_one_is_used_and_ends_with_its_last_user(folder: Path) -> None:
    with servers.using(None, folder / "own", "serve") as dsn:
        assert embedded.status(folder / "own").dsn == dsn
        assert asyncio.run(servers.server(None, folder / "own")) == dsn
    assert not embedded.status(folder / "own").running
