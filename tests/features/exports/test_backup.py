"""A backup brings everything back: equal tables, nothing half, and the old data stay until the new ones are there."""

from __future__ import annotations

import asyncio
import hashlib
import random
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.features.exports.exporting import names_in
from tests.features.exports.test_whole import _fill
from tests.records.things import add_things
from visavis import records
from visavis.features.exports.api import back_up, restore_contents, restore_database
from visavis.features.exports.backup import manifest_of
from visavis.features.exports.parcel import Unpacker
from visavis.features.runtime import Workspace, open_workspace
from visavis.kernel.errors import Conflict, Invalid
from visavis.store import Database, ensure_extensions
from visavis.store.dumping import load
from visavis.store.server import using

SCHEMA = "workspace"
_TABLES = """
select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attname) as columns
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = $1::regnamespace and c.relkind = 'r' and a.attname <> 'xid' group by 1 order by 1
"""


@pytest.fixture(scope="module")
def servers(product_dir: Path) -> Iterator[tuple[str, str]]:
    """Two servers, each of a data folder of its own."""
    with using(None, product_dir / "a", "tests") as a, using(None, product_dir / "b", "tests") as b:
        yield a, b


@pytest.fixture
async def source(servers: tuple[str, str], tmp_path: Path) -> AsyncIterator[Workspace]:
    await _drop(servers[0])
    async with open_workspace(servers[0], tmp_path / "a", SCHEMA, max_size=4) as opened:
        await add_things(opened)
        await _fill(opened)
        yield opened


@pytest.fixture
async def target(servers: tuple[str, str]) -> AsyncIterator[Database]:
    """A server without a workspace."""
    await _drop(servers[1])
    async with _database(servers[1]) as db:
        yield db


@asynccontextmanager
async def _database(dsn: str) -> AsyncIterator[Database]:
    await ensure_extensions(dsn)
    db = await Database.connect(dsn, SCHEMA, max_size=1)
    yield db
    await db.close()


async def _drop(dsn: str) -> None:
    async with _database(dsn) as db, db.transaction() as tx:
        await tx.execute(f"drop schema if exists {SCHEMA} cascade")


async def _sums(db: Database) -> dict[str, str]:
    """A checksum of each table's rows; the numbers of transactions are each server's own."""
    found = {}
    for table in await db.rows(_TABLES, SCHEMA):
        sql = f"select coalesce(string_agg(r::text, chr(10) order by r::text), '') from (select {table['columns']}"
        text = await db.value(f'{sql} from {SCHEMA}."{table["name"]}") r')
        found[table["name"]] = hashlib.sha256(text.encode()).hexdigest()
    return found


async def test_a_fresh_server_gets_equal_tables(source: Workspace, target: Database, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    told = await back_up(source, path)
    before = await _sums(source.db)
    assert told["tables"] == len(before) > 30
    await restore_database(target, path)
    assert await _sums(target) == before
    async with open_workspace(target.dsn, tmp_path / "b", SCHEMA, max_size=4) as opened:
        assert await restore_contents(opened, path) == told["files"] == 2
        assert "thing" in opened.catalogue.by_name
        async with opened.context() as ctx:
            await records.create(ctx, "thing", {"name": "goes on"})
            behind = "select count(*) from event where xid >= pg_snapshot_xmin(pg_current_snapshot())"
            assert await ctx.tx.value(behind) == 1
    assert path.stat().st_mode & 0o077 == 0


async def test_what_is_there_stays_unless_it_is_to_go(source: Workspace, target: Database, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    await back_up(source, path)
    await restore_database(target, path)
    await target.value("""update company set name = 'changed' returning id""")
    changed = await _sums(target)
    with pytest.raises(Conflict, match="--replace"):
        await restore_database(target, path)
    assert await _sums(target) == changed
    await restore_database(target, path, replace=True)
    assert await _sums(target) == await _sums(source.db)


async def test_a_workspace_in_use_is_left_alone(source: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    await back_up(source, path)
    async with _database(source.db.dsn) as db:
        with pytest.raises(Conflict, match="visavis stop"):
            await restore_database(db, path, replace=True)


@pytest.mark.parametrize("seed", range(3))
async def test_a_damaged_backup_changes_nothing(source: Workspace, target: Database, tmp_path: Path, seed: int) -> None:
    path, rnd = tmp_path / "b.zip", random.Random(seed)
    await back_up(source, path)
    await restore_database(target, path)
    before = await _sums(target)
    body = bytearray(path.read_bytes())
    for _ in range(5):
        body[rnd.randrange(100, len(body) // 2)] ^= 0xFF
    path.write_bytes(body)
    with pytest.raises(Invalid):
        await restore_database(target, path, replace=True)
    assert await _sums(target) == before


async def test_what_a_later_check_refuses_was_never_there(source: Workspace, target: Database, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    await back_up(source, path)
    await restore_database(target, path)
    before = await _sums(target)
    with Unpacker(path) as parcel:
        manifest = manifest_of(parcel)
        manifest.tables["company"] += 1
        script = parcel.chunks("database.sql", manifest.database.content)
        with pytest.raises(Invalid, match="company has not the 5 rows"):
            await load(target, script, manifest.tables)
    assert await _sums(target) == before


async def test_a_backup_of_an_older_release_is_brought_up(source: Workspace, target: Database, tmp_path: Path) -> None:
    async with source.db.transaction() as tx:
        await tx.execute("drop table saved_view cascade")
        await tx.execute("alter table company drop column employees")
        await tx.execute("drop table before_image")
    path = tmp_path / "b.zip"
    await back_up(source, path)
    await restore_database(target, path)
    async with open_workspace(target.dsn, tmp_path / "b", SCHEMA, max_size=4) as opened:
        assert await opened.db.value("select count(*) from saved_view") == 0
        assert await opened.db.value("select count(employees) from company") == 0
        assert await opened.db.value("select count(*) from company") == 4


async def test_one_moment_while_others_write(source: Workspace, target: Database, tmp_path: Path) -> None:
    async def write() -> None:
        while True:
            async with source.context() as ctx:
                await records.create(ctx, "company", {"name": "busy"})

    writer = asyncio.create_task(write())
    await asyncio.sleep(0.1)
    await back_up(source, tmp_path / "b.zip")
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await restore_database(target, tmp_path / "b.zip")
    made = "select count(*) from event where object = 'company' and kind = 'created'"
    assert await target.value(made) == await target.value("select count(*) from company") > 4


_KILLED = """
import asyncio, sys
from pathlib import Path
from visavis.features.exports import backup
from visavis.store import Database

async def main():
    async def quiet(*_): pass
    db = await Database.connect(sys.argv[1], "workspace", max_size=1)
    slow = backup.Unpacker.chunks
    async def chunks(self, name, facts):
        async for chunk in slow(self, name, facts):
            half = len(chunk) * int(sys.argv[3]) // 100
            yield chunk[:half]
            if self.killing:
                print("half", flush=True)
                await asyncio.sleep(60)
            yield chunk[half:]
    backup.Unpacker.killing = False
    backup.Unpacker.chunks = chunks
    async def tell(done, total, doing):
        backup.Unpacker.killing = doing == "restoring"
    await backup.restore_database(db, Path(sys.argv[2]), tell, replace=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("share", [20, 70, 99])
async def test_killed_in_the_middle_the_old_data_are_there(
    source: Workspace, target: Database, tmp_path: Path, share: int
) -> None:
    path = tmp_path / "b.zip"
    await back_up(source, path)
    await restore_database(target, path)
    await target.value("update company set name = 'changed' returning id")
    before = await _sums(target)
    await target.close()
    start = [sys.executable, "-c", _KILLED, target.dsn, str(path), str(share)]
    process = await asyncio.create_subprocess_exec(*start, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"half\n"
    process.kill()
    await process.wait()
    async with _database(target.dsn) as db:
        assert await _sums(db) == before
        await restore_database(db, path, replace=True)
        assert await _sums(db) == await _sums(source.db)
    assert names_in(tmp_path) == {"b.zip"}
