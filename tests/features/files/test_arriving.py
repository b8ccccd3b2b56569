"""A content is in the store before its file is written: no transaction waits for the store, and nothing half stays."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from visavis.features.files.api import storage
from visavis.features.files.logic import sweep
from visavis.features.runtime import Workspace
from visavis.kernel import clock


class Store:
    """Speaks as much S3 as an upload needs; answers an upload when it may, with the status that it should."""

    def __init__(self) -> None:
        self.asked, self.may, self.status = asyncio.Event(), asyncio.Event(), 200
        self._open: list[asyncio.StreamWriter] = []

    def end(self) -> None:
        for writer in self._open:
            writer.close()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        while head := await self._head(reader):
            words = dict(line.lower().split(": ", 1) for line in head[1:])
            await reader.readexactly(int(words.get("content-length", "0")))
            status = 404
            if head[0].startswith("PUT"):
                self.asked.set()
                await self.may.wait()
                status = self.status
            writer.write(f'HTTP/1.1 {status} x\r\netag: "1"\r\ncontent-length: 0\r\n\r\n'.encode())
            await writer.drain()
        writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> list[str]:
        try:
            return (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        except asyncio.IncompleteReadError:
            return []


@asynccontextmanager
async def _served(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    server = await asyncio.start_server(store, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for name, value in {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "x", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("VISAVIS_FILES", f"s3://crm/{port}")
    yield
    monkeypatch.delenv("VISAVIS_FILES")
    store.end()
    server.close()


async def _attach(client: httpx.AsyncClient, company: int, body: bytes) -> httpx.Response:
    where: dict[str, str | int] = {"object": "company", "record": company, "filename": "a.txt"}
    return await client.post("/files", params=where, content=body)


async def test_no_transaction_waits_for_the_store(
    ann: httpx.AsyncClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = (await ann.post("/companies", json={"name": "Acme"})).json()["id"]
    store = Store()
    async with _served(store, monkeypatch):
        answer = asyncio.create_task(_attach(ann, company, b"x"))
        async with asyncio.timeout(20):
            await store.asked.wait()
        async with workspace.db.transaction() as tx:
            await tx.execute("lock table company, file_arrival in access exclusive mode nowait")
        store.may.set()
        assert (await answer).status_code == 201
        store.status = 403
        assert (await _attach(ann, company, b"y")).status_code == 503
    assert await workspace.db.value("select count(*) from file") == 1
    assert await workspace.db.value("select count(*) from file_arrival") == 0


async def test_the_sweep_leaves_what_arrives_and_frees_what_never_did(
    ann: httpx.AsyncClient, workspace: Workspace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, place, start = tmp_path / "body", storage(workspace.data_dir), clock.now()
    body.write_bytes(b"z")
    digest = hashlib.sha256(b"z").hexdigest()
    await place.keep(digest, body)
    arrive = "insert into file_arrival (digest, at) values ($1, $2) returning id"
    await workspace.db.value(arrive, digest, start + timedelta(days=2))
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=2, hours=1))
    assert await sweep(workspace) == 0
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=4))
    assert await sweep(workspace) == 1
    assert await workspace.db.value("select count(*) from file_arrival") == 0
