"""Every test that needs a database gets a real PostgreSQL: DATABASE_URL, or one embedded server shared by all runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from visavis.store import Database, embedded, quoted
from visavis.store.server import using


@pytest.fixture(scope="session")
def dsn() -> Iterator[str]:
    """A server for the session; the embedded one ends with the last test process that uses it."""
    data_dir = Path(tempfile.gettempdir()) / f"visavis-tests-{os.geteuid()}"
    with using(os.environ.get("DATABASE_URL"), data_dir, "tests") as found:
        yield found


@contextmanager
def _data_folder() -> Iterator[Path]:
    """Reachable for every user; `tmp_path` is closed to others, so root's server would have to live elsewhere."""
    base = Path(tempfile.mkdtemp(prefix="vav-", dir="/tmp"))
    base.chmod(0o755)
    yield base / "data"
    embedded.stop(base / "data")
    shutil.rmtree(base)


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    """A data folder for a server of the test's own: not there yet, stopped and removed after."""
    with _data_folder() as place:
        yield place


@pytest.fixture(scope="session")
def product_dir() -> Iterator[Path]:
    """The same for a product that all tests of a folder share."""
    with _data_folder() as place:
        yield place


@pytest.fixture
async def schema(dsn: str) -> AsyncIterator[str]:
    """The name of a fresh, empty schema, dropped after the test."""
    name = f"test_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"create schema {quoted(name)}")
    yield name
    await connection.execute(f"drop schema {quoted(name)} cascade")
    await connection.close()


@pytest.fixture
async def database(dsn: str, schema: str) -> AsyncIterator[Database]:
    """A pool on a fresh, empty schema."""
    opened = await Database.connect(dsn, schema, max_size=4)
    yield opened
    await opened.close()
