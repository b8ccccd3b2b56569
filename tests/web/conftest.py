"""A workspace of its own for each test, and clients that speak to it without a network in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from visavis import records
from visavis.features.accounts import api as accounts
from visavis.features.runtime import Workspace, open_workspace
from visavis.web import create_app

Client = httpx.AsyncClient
SignedIn = Callable[[str, str], Awaitable[Client]]


@pytest.fixture
async def workspace(dsn: str, schema: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with open_workspace(dsn, tmp_path, schema, max_size=4) as opened:
        yield opened


@asynccontextmanager
async def client_of(workspace: Workspace, **headers: str) -> AsyncIterator[Client]:
    transport = httpx.ASGITransport(create_app(workspace), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example/api/v1", headers=headers) as client:
        yield client


@pytest.fixture
async def anyone(workspace: Workspace) -> AsyncIterator[Client]:
    """Nobody in particular."""
    async with client_of(workspace) as client:
        yield client


@pytest.fixture
async def ann(workspace: Workspace) -> AsyncIterator[Client]:
    """The owner, with a token."""
    async with workspace.context() as ctx:
        user_id = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
        token = await accounts.create_token(ctx, user_id, "test")
    async with client_of(workspace, Authorization=f"Bearer {token}") as client:
        yield client


@pytest.fixture
async def colleague(workspace: Workspace) -> AsyncIterator[SignedIn]:
    """Makes a colleague with a role; gives their client."""
    opened = []

    async def _join(name: str, role: str) -> Client:
        async with workspace.context() as ctx:
            values = {"name": name, "email": f"{name.lower()}@example.com", "role": role, "active": True}
            user = await records.create(ctx, "user", values)
            token = await accounts.create_token(ctx, user.id, "test")
        entered = client_of(workspace, Authorization=f"Bearer {token}")
        opened.append(entered)
        return await entered.__aenter__()

    yield _join
    for entered in opened:
        await entered.__aexit__(None, None, None)
