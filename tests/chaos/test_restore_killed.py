"""A restore with a kill -9 somewhere: the tables are the old ones or the new ones, and once more is all it takes."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.chaos.harness import TIMES
from visavis.features.files.storage import storage
from visavis.features.runtime import Workspace, open_workspace
from visavis.kernel.errors import NotFound, Unavailable
from visavis.records import create
from visavis.store import embedded
from visavis.store import embedded_process as processes

ROWS = 20_000
FILES = 40
_FILL = "insert into company (name, country) select $2 || n, 'France' from generate_series(1, $1::bigint) n"
_FILE = """
insert into file (object, record_id, digest, name, media_type, size) values ('company', $1, $2, $2, 'text/plain', $3)
"""
_SUM = """
select concat(count(*), ' ', md5(string_agg(t::text, '' order by t.id))) from company t
union all select concat(count(*), ' ', md5(string_agg(t::text, '' order by t.id))) from file t
union all select concat(count(*), ' ', max(seq)) from event
"""
_DIGESTS = "select digest from file"


@dataclass(frozen=True)
class Backup:
    """A file, the tables that it holds, and how many seconds it takes to put them back."""

    path: Path
    tables: list[str]
    seconds: float = 0.0


@dataclass(frozen=True)
class Scene:
    """Two backups that replace each other, and the folder in which they do."""

    folder: Path
    backups: tuple[Backup, Backup]


def _command(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    command = [sys.executable, "-m", "visavis.cli", "--data-dir", str(folder), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def _done(folder: Path, *words: str) -> float:
    """Run the command to its good end; how many seconds it took."""
    began = time.monotonic()
    process = _command(folder, *words)
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 0, said
    return time.monotonic() - began


async def _filled(folder: Path, word: str) -> list[str]:
    dsn = embedded.ensure_running(folder).dsn
    async with open_workspace(dsn, folder, max_size=2) as workspace:
        async with workspace.context() as ctx:
            record = (await create(ctx, "company", {"name": word})).id
            await ctx.tx.execute(_FILL, ROWS, word)
            for number in range(FILES):
                body = f"{word} {number} ".encode() * 5_000
                digest = hashlib.sha256(body).hexdigest()
                await _kept(folder, digest, body)
                await ctx.tx.execute(_FILE, record, digest, len(body))
        return await _tables(workspace)


async def _kept(folder: Path, digest: str, body: bytes) -> None:
    path = folder.parent / "body"
    path.write_bytes(body)
    await storage(folder, {}).keep(digest, path)


async def _tables(workspace: Workspace) -> list[str]:
    return [row["concat"] for row in await workspace.db.rows(_SUM)]


async def _there(folder: Path) -> list[str]:
    async with open_workspace(embedded.ensure_running(folder).dsn, folder, max_size=2) as workspace:
        return await _tables(workspace)


async def _lost(folder: Path) -> list[str]:
    """The files that the tables speak of and that are not there, or not what they should be."""
    async with open_workspace(embedded.ensure_running(folder).dsn, folder, max_size=2) as workspace:
        digests = [row["digest"] for row in await workspace.db.rows(_DIGESTS)]
    return [digest for digest in digests if not await _is_there(folder, digest)]


async def _is_there(folder: Path, digest: str) -> bool:
    try:
        body = b"".join([chunk async for chunk in await storage(folder, {}).open(digest)])
    except NotFound:
        return False
    return hashlib.sha256(body).hexdigest() == digest


@pytest.fixture(scope="module")
def scene(product_dir: Path) -> Iterator[Scene]:
    folder = product_dir / "chaos-restore"
    made = []
    for word in ("old", "new"):
        source = product_dir / f"chaos-{word}"
        with embedded.hold(source, "chaos"):
            tables = asyncio.run(_filled(source, word))
            _done(source, "backup", str(product_dir / f"{word}.zip"))
        made.append(Backup(product_dir / f"{word}.zip", tables))
    with embedded.hold(folder, "chaos"):
        timed = [Backup(b.path, b.tables, _done(folder, "restore", "--replace", str(b.path))) for b in made]
        yield Scene(folder, (timed[0], timed[1]))


def _kill(scene: Scene, process: subprocess.Popen[str], victim: str) -> None:
    """SIGKILL. Whatever the restore had started goes on by itself, or not."""
    if victim == "restore":
        process.kill()
        return
    pids = processes.family(embedded.status(scene.folder).cluster)
    processes.signal_all(pids, signal.SIGKILL)
    assert processes.wait_gone(pids, 30)


@pytest.mark.parametrize("victim", ["restore", "database"])
def test_killed_it_is_the_old_or_the_new(scene: Scene, victim: Literal["restore", "database"]) -> None:
    for _ in range(TIMES):
        before = asyncio.run(_there(scene.folder))
        wanted = next(b for b in scene.backups if b.tables != before)
        process = _command(scene.folder, "restore", "--replace", str(wanted.path))
        moment = random.uniform(0, wanted.seconds)
        time.sleep(moment)
        _kill(scene, process, victim)
        said, _ = process.communicate(timeout=90)
        where = f"{victim} killed after {moment:.2f} of {wanted.seconds:.2f} s: {said[-2000:]}"
        found = asyncio.run(_there_when_up(scene.folder))
        assert found in (before, wanted.tables), where
        if victim == "database":
            assert process.returncode == 0 or ("Traceback" not in said and "again" in said), where
        _done(scene.folder, "restore", "--replace", str(wanted.path))
        assert asyncio.run(_there(scene.folder)) == wanted.tables, where
        assert asyncio.run(_lost(scene.folder)) == [], where


async def _there_when_up(folder: Path) -> list[str]:
    """A database that was killed recovers at the first call."""
    for _ in range(100):
        try:
            return await _there(folder)
        except Unavailable:
            await asyncio.sleep(0.1)
    return await _there(folder)
