"""An open workspace on a fresh schema, and helpers to make files and count what is there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from visavis.features.runtime import Workspace, open_workspace

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
