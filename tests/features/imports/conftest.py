"""An open workspace on a fresh schema, and helpers to make files and count what is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from visavis.features.accounts import api as accounts
from visavis.features.runtime import Workspace, open_workspace
from visavis.web.app import create_app
from visavis.worker import run_worker

DATA = Path(__file__).parents[3] / "examples"
Make = Callable[[str, str | bytes], Path]


@pytest.fixture
async def workspace(dsn: str, schema: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with open_workspace(dsn, tmp_path / "data", schema, max_size=4) as opened:
        yield opened


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(name: str, body: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return path

    return write


@pytest.fixture
async def client(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    async with workspace.context() as ctx:
        owner = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
        token = await accounts.create_token(ctx, owner, "test")
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(workspace, stop=stop, grace=0.1))
    transport = httpx.ASGITransport(create_app(workspace))
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers=headers) as opened:
        yield opened
    stop.set()
    await worker
