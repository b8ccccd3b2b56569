"""An open workspace on a fresh schema, and one with a record type that has a field of every type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.records.things import add_things
from visavis.features.runtime import Workspace, open_workspace


@pytest.fixture
async def workspace(dsn: str, schema: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with open_workspace(dsn, tmp_path, schema, max_size=4) as opened:
        yield opened


@pytest.fixture
async def things(workspace: Workspace) -> Workspace:
    """The workspace with the custom record type `thing`."""
    await add_things(workspace)
    return workspace
