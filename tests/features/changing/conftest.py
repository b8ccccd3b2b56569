"""The clients of the HTTP door, and a worker behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.web.conftest import ann, anyone, colleague, workspace
from visavis.features.runtime import Workspace
from visavis.worker import run_worker

__all__ = ["ann", "anyone", "colleague", "worker", "workspace"]


@pytest.fixture
async def worker(workspace: Workspace) -> AsyncIterator[None]:
    """Jobs run while the test does."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(workspace, stop=stop))
    yield
    stop.set()
    await running
