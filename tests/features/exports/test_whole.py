"""A whole workspace goes out and comes back equal, byte for byte, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.exports.test_views import _add_random
from tests.records.things import people
from visavis import records
from visavis.access import SYSTEM
from visavis.features.accounts import api as accounts
from visavis.features.exports.api import export_whole, import_whole, is_whole
from visavis.features.files.api import storage
from visavis.features.runtime import Workspace, open_workspace
from visavis.kernel.errors import Conflict, Invalid
from visavis.records import searching


@pytest.fixture
async def empty(dsn: str, schema: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    """Another workspace, with nothing in it."""
    name = f"{schema}_b"
    async with open_workspace(dsn, tmp_path / "b", name, max_size=4) as opened:
        yield opened
        async with opened.db.transaction() as tx:
            await tx.execute(f"drop schema {name} cascade")


PICTURE = b"\x89PNG" + bytes(range(256)) * 2000


async def _attach(workspace: Workspace, ctx: records.Context, record_id: int, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    workspace.data_dir.mkdir(exist_ok=True)
    place = workspace.data_dir / f"{digest}.tmp"
    place.write_bytes(body)
    await storage(workspace.data_dir).keep(digest, place)
    await ctx.tx.execute(
        "insert into file (object, record_id, digest, name, media_type, size)"
        " values ('company', $1, $2, 'a.png', 'image/png', $3)",
        record_id, digest, len(body),
    )  # fmt: skip
    return digest


async def _fill(workspace: Workspace) -> None:
    """Records of built-in and own types, trash, history, a view, files, an owner with a password and a token."""
    actors = await people(workspace)
    await _add_random(workspace, actors, 25)
    async with workspace.context() as ctx:
        owner = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
        await accounts.create_token(ctx, owner, "secret")
        ids = [(await records.create(ctx, "company", {"name": f'Été {n}, "="\r\n'})).id for n in range(4)]
        await records.update(ctx, "company", ids[0], {"name": "새 이름"}, 1)
        await records.trash(ctx, "company", ids[1], 1)
        for body in (PICTURE, PICTURE, b""):
            await _attach(workspace, ctx, ids[0], body)
        await ctx.tx.execute(
            "insert into saved_view (owner_id, object, name, kind, query) values ($1, 'company', '', 'view', $2)",
            owner, {"filter": None, "sort": "name"},
        )  # fmt: skip
        await ctx.tx.execute("insert into setting (key, value) values ('workspace', '{\"name\": \"Acme\"}')")


async def test_out_in_and_out_again_is_equal(things: Workspace, empty: Workspace, tmp_path: Path) -> None:
    await _fill(things)
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    rows = await export_whole(things, first)
    assert is_whole(first)
    assert sum((await import_whole(empty, first)).values()) == rows > 30
    await export_whole(empty, second)
    assert first.read_bytes() == second.read_bytes()


async def test_what_came_in_is_alive(things: Workspace, empty: Workspace, tmp_path: Path) -> None:
    await _fill(things)
    await export_whole(things, tmp_path / "1.zip")
    await import_whole(empty, tmp_path / "1.zip")
    assert "thing" in empty.catalogue.by_name
    async with empty.context(SYSTEM) as ctx:
        assert [found["title"] for found in await searching.search(ctx, "새 이름")] == ["새 이름"]
        highest = await ctx.tx.value("select max(record_id) from event")
        made = await records.create(ctx, "thing", {"name": "next"})
        assert made.id > highest
        assert await ctx.tx.value("select count(*) from job where kind = 'insight.refresh'") == 1
        digest = await ctx.tx.value("select digest from file where size > 0 limit 1")
        chunks = await storage(empty.data_dir).open(digest)
        assert b"".join([chunk async for chunk in chunks]) == PICTURE
        history = await records.history(ctx, "company", await _renamed(ctx))
        assert [event["kind"] for event in history["data"]] == ["updated", "created"]


async def _renamed(ctx: records.Context) -> int:
    found: int = await ctx.tx.value("select id from company where name = '새 이름'")
    return found


async def test_secrets_stay(things: Workspace, tmp_path: Path) -> None:
    await _fill(things)
    await export_whole(things, tmp_path / "1.zip")
    with zipfile.ZipFile(tmp_path / "1.zip") as parcel:
        names = set(parcel.namelist())
        whole = b"".join(parcel.read(name) for name in names)
    assert {"records/company.csv", "records/thing.csv", "tables/event.csv", "tables/saved_view.csv"} <= names
    assert not [n for n in names if any(word in n for word in ("credential", "session", "token", "job", "link"))]
    assert b"argon2" not in whole


async def test_a_workspace_with_something_in_it_is_left_alone(things: Workspace, tmp_path: Path) -> None:
    await _fill(things)
    await export_whole(things, tmp_path / "1.zip")
    before = await things.db.value("select count(*) from event")
    with pytest.raises(Conflict, match=r"not empty.*--data-dir"):
        await import_whole(things, tmp_path / "1.zip")
    assert await things.db.value("select count(*) from event") == before


@pytest.mark.parametrize("seed", range(8))
async def test_a_damaged_file_leaves_the_workspace_empty(
    things: Workspace, empty: Workspace, tmp_path: Path, seed: int
) -> None:
    await _fill(things)
    path = tmp_path / "1.zip"
    await export_whole(things, path)
    body = bytearray(path.read_bytes())
    rnd = random.Random(seed)
    if seed % 2:
        del body[rnd.randrange(100, len(body) - 100) :]
    else:
        for _ in range(20):
            body[rnd.randrange(0, len(body) * 9 // 10)] ^= rnd.randrange(1, 256)
    path.write_bytes(body)
    with pytest.raises(Invalid):
        await import_whole(empty, path)
    assert await empty.db.value("select (select count(*) from event) + (select count(*) from company)") == 0
    assert await empty.db.value("select to_regclass('thing')") is None


async def test_a_newer_release_is_named(things: Workspace, empty: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "1.zip"
    with zipfile.ZipFile(path, "w") as parcel:
        parcel.writestr("manifest.json", json.dumps({"kind": "visavis-workspace", "format": 2, "version": "9.9"}))
    with pytest.raises(Invalid, match=r"9\.9"):
        await import_whole(empty, path)
    assert not is_whole(Path(__file__))


async def test_what_is_lost_already_stops_nothing(things: Workspace, empty: Workspace, tmp_path: Path) -> None:
    await _fill(things)
    digest = hashlib.sha256(PICTURE).hexdigest()
    await storage(things.data_dir).forget([digest])
    await export_whole(things, tmp_path / "1.zip")
    with zipfile.ZipFile(tmp_path / "1.zip") as parcel:
        manifest = json.loads(parcel.read("manifest.json"))
    assert manifest["lost"] == [f"files/{digest}"]
    await import_whole(empty, tmp_path / "1.zip")
    await export_whole(empty, tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


_KILLED = """
import asyncio, os, sys
from pathlib import Path
from visavis.features.exports import arriving
from visavis.features.runtime import open_workspace

async def main():
    places = 0
    async def tell(done, total, doing):
        nonlocal places
        places += 1
        if places == int(sys.argv[5]):
            os.kill(os.getpid(), 9)
    async with open_workspace(sys.argv[1], Path(sys.argv[2]), sys.argv[3], max_size=2) as workspace:
        await arriving.read_whole(workspace, Path(sys.argv[4]), tell)

asyncio.run(main())
"""


@pytest.mark.parametrize("place", [10, 40, 55])
async def test_killed_in_the_middle_it_is_empty_and_goes_in_again(
    things: Workspace, empty: Workspace, tmp_path: Path, place: int
) -> None:
    path = tmp_path / "1.zip"
    await _fill(things)
    await export_whole(things, path)
    words = [empty.db.dsn, str(empty.data_dir), empty.db.schema, str(path), str(place)]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, *words)
    assert await process.wait() == -9
    assert await empty.db.value("select (select count(*) from event) + (select count(*) from company)") == 0
    await import_whole(empty, path)
    await export_whole(empty, tmp_path / "2.zip")
    assert path.read_bytes() == (tmp_path / "2.zip").read_bytes()
