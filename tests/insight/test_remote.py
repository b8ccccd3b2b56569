"""A refresh on a Spark Connect server of its own process, reached by the environment alone."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.insight.workspace import open_shop
from visavis.insight import api
from visavis.insight.engine import engine_for, engine_here
from visavis.insight.settings import Settings
from visavis.kernel.errors import Invalid, Unavailable
from visavis.store import Database

D = dt.date
METHODS = ("abc", "rfm", "lifetime", "profit", "churn")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a server started by the command of docs/operating.md."""
    pytest.importorskip("pysail", reason="the second engine is not installed (extra visavis[sail])")
    command = shutil.which("sail", path=Path(sys.executable).parent)
    assert command is not None
    port = _free_port()
    with (tmp_path / "sail.log").open("wb") as log:
        process = subprocess.Popen([command, "spark", "server", "--port", str(port)], stdout=log, stderr=log)
    try:
        _answers(port, process)
        yield f"sc://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


async def test_a_server_by_the_environment_writes_the_same(
    database: Database, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await open_shop(database)
    for n in range(12):
        person = await shop.add("person", first_name="Ann", last_name=f"Lee {n}")
        await shop.sell(D(2024, 3, 1 + n), 10.0 * (n + 1) - 30, company=await shop.add("company", name=f"Company {n}"))
        await shop.sell(D(2024, 3, 1 + n), 10.0 * (n % 3), person=person)
    await api.refresh(shop.db, tmp_path, methods=METHODS)
    by_duckdb = await _derived(shop.db)
    monkeypatch.setenv("VISAVIS_ENGINE", server)
    await api.refresh(shop.db, tmp_path / "other", methods=METHODS)
    assert await _derived(shop.db) == by_duckdb
    assert not list((tmp_path / "other" / "warehouse" / "scratch").iterdir())


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable, match="No Spark Connect server answers at localhost:"):
        engine_for(f"sc://localhost:{_free_port()}/;token=abc", None, tmp_path)
    for broken in ("spark", "sc://", "sc://host:port", "sc://host:99999"):
        monkeypatch.setenv("VISAVIS_ENGINE", broken)
        with pytest.raises(Invalid, match="sc://host:port"):
            engine_for(engine_here(Settings().engine), None, tmp_path)


async def _derived(db: Database) -> list[Any]:
    return [await db.rows(f"select * from derived_{table} order by id") for table in ("company", "person")]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")
