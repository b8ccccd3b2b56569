"""The same through a real S3 server."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from visavis.features.files.logic import sweep
from visavis.features.files.storage import storage
from visavis.features.runtime import Workspace
from visavis.kernel import clock
from visavis.kernel.errors import NotFound, Unavailable

DIGEST = "ab" + "0" * 62
RCLONE = shutil.which("rclone")
pytestmark = pytest.mark.skipif(RCLONE is None, reason="rclone, which serves S3 here, is not installed")


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "served" / "crm").mkdir(parents=True)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(RCLONE),
        "serve",
        "s3",
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        "ACCESSKEY123,SECRETKEY123",
        str(tmp_path / "served"),
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield {"AWS_ACCESS_KEY_ID": "ACCESSKEY123", "AWS_SECRET_ACCESS_KEY": "SECRETKEY123",
               "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "us-east-1"}  # fmt: skip
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int) -> None:
    for _ in range(100):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("rclone did not start")


async def _all(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_kept_read_listed_forgotten(
    bucket: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    place = storage(tmp_path, {"VISAVIS_FILES": "s3://crm/files"})
    body = tmp_path / "body"
    body.write_bytes(b"content" * 1_000_000)
    await place.keep(DIGEST, body)
    await place.keep(DIGEST, body)
    assert await _all(await place.open(DIGEST)) == body.read_bytes()
    listed = [d async for part in place.older_than(clock.now() + timedelta(days=1)) for d in part]
    assert listed == [DIGEST]
    await place.forget([DIGEST, DIGEST])
    with pytest.raises(NotFound, match="backup"):
        await place.open(DIGEST)


async def test_a_store_that_is_not_there_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    place = storage(tmp_path, {"VISAVIS_FILES": "s3://crm/nowhere"})
    with pytest.raises(Unavailable, match="file store"):
        await place.keep(DIGEST, Path(__file__))


class Gate:
    """Stands before the store and holds what would remove something until it may."""

    def __init__(self, port: int) -> None:
        self.asked, self.may, self._port = asyncio.Event(), asyncio.Event(), port
        self._open: list[asyncio.StreamWriter] = []

    async def end(self) -> None:
        for writer in self._open:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._open), return_exceptions=True)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._port)
        self._open += [writer, out]
        with suppress(OSError):
            await asyncio.gather(self._onward(reader, out, held=b"POST "), self._onward(there, writer))

    async def _onward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, held: bytes = b"none") -> None:
        while part := await reader.read(1 << 16):
            if part.startswith(held):
                self.asked.set()
                await self.may.wait()
            writer.write(part)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def _gated(bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gate]:
    gate = Gate(int(bucket["AWS_ENDPOINT_URL"].rpartition(":")[2]))
    server = await asyncio.start_server(gate, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for name, value in (bucket | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VISAVIS_FILES", f"s3://crm/{port}")
    yield gate
    monkeypatch.delenv("VISAVIS_FILES")
    server.close()
    await gate.end()


async def _attach(client: httpx.AsyncClient, company: int, body: bytes) -> httpx.Response:
    where: dict[str, str | int] = {"object": "company", "record": company, "filename": "a.txt"}
    return await client.post("/files", params=where, content=body)


async def _forgotten(
    client: httpx.AsyncClient, workspace: Workspace, company: int, monkeypatch: pytest.MonkeyPatch
) -> datetime:
    """A content that no file names any more, and two days gone by: the time that it is now."""
    await _attach(client, company, b"same")
    await workspace.db.rows("delete from file")
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    return later


async def test_nobody_waits_for_what_the_sweep_removes_but_who_brings_the_same(
    bucket: dict[str, str], ann: httpx.AsyncClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = (await ann.post("/companies", json={"name": "Acme"})).json()["id"]
    async with _gated(bucket, monkeypatch) as gate, asyncio.timeout(30):
        await _forgotten(ann, workspace, company, monkeypatch)
        sweeping = asyncio.create_task(sweep(workspace))
        await gate.asked.wait()
        async with workspace.db.transaction() as tx:
            await tx.execute("lock table file, file_arrival, file_leaving in access exclusive mode nowait")
        assert (await _attach(ann, company, b"other")).status_code == 201
        again = asyncio.create_task(_attach(ann, company, b"same"))
        await asyncio.wait([again], timeout=0.5)
        assert not again.done()
        gate.may.set()
        assert await sweeping == 1
        made = (await again).json()
        assert (await ann.get(f"/files/{made['id']}/content")).content == b"same"
        assert await workspace.db.value("select count(*) from file_leaving") == 0


async def test_a_sweep_that_was_cut_off_is_done_again(
    bucket: dict[str, str], ann: httpx.AsyncClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = (await ann.post("/companies", json={"name": "Acme"})).json()["id"]
    async with _gated(bucket, monkeypatch) as gate, asyncio.timeout(30):
        later = await _forgotten(ann, workspace, company, monkeypatch)
        cut = asyncio.create_task(sweep(workspace))
        await gate.asked.wait()
        cut.cancel()
        await asyncio.wait([cut])
        gate.may.set()
        assert await sweep(workspace) == 0
        monkeypatch.setattr("visavis.features.files.logic.PATIENCE", 0.0)
        refused = await _attach(ann, company, b"same")
        assert refused.status_code == 503 and "ten minutes" in refused.json()["detail"]
        monkeypatch.setattr(clock, "now", lambda: later + timedelta(minutes=11))
        assert await sweep(workspace) <= 1
        assert (await _attach(ann, company, b"same")).status_code == 201
        digest = hashlib.sha256(b"same").hexdigest()
        assert await _all(await storage(workspace.data_dir).open(digest)) == b"same"
