"""An import and the way back, with a kill -9 somewhere: what is there afterwards is what a calm run leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.harness import (
    TIMES,
    VICTIMS,
    Site,
    Victim,
    disturbed,
    facts,
    last_event,
    site,
    undisturbed,
    workspace_of,
)
from visavis.access import SYSTEM
from visavis.features.imports import service
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace
from visavis.features.uploads import uploaded
from visavis.store import jobs

LINES = 6000


def sales(first: int, last: int, price: str) -> str:
    """Invoices of three lines, some bad, with products, customers and credit notes."""
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    return head + "".join(
        f"{'C' if n % 21 == 0 else ''}{n // 3},P{n % 97},Thing {n % 97},{'bad' if n % 500 == 499 else n % 9 + 1},"
        f"2026-01-{n % 28 + 1:02} 10:00,{price},{n % 311 or ''},France\n"
        for n in range(first, last)
    )


@pytest.fixture(scope="module")
def place(product_dir: Path) -> Iterator[Site]:
    with site(product_dir / "chaos") as running:
        yield running


@pytest.fixture
async def workspace(place: Site) -> AsyncIterator[Workspace]:
    async with workspace_of(place) as opened:
        yield opened


class Sales:
    """The import of a file of which a half is there already, with other prices; and its rollback."""

    import_id = 0

    async def bring(self, workspace: Workspace) -> int:
        body = _body(sales(LINES // 2, LINES, "3.75"))
        async with uploaded(workspace.data_dir, body) as upload, workspace.context(SYSTEM, "import") as ctx:
            row = await service.take_in(ctx, "sales.csv", upload)
            self.import_id = row["id"]
            return await self._enqueue(ctx, "imports.run")

    async def take_back(self, workspace: Workspace) -> int:
        async with workspace.context(SYSTEM, "import") as ctx:
            return await self._enqueue(ctx, "imports.rollback")

    async def _enqueue(self, ctx: Any, kind: str) -> int:
        return await jobs.enqueue(ctx.tx, kind, {"import": self.import_id, "role": "owner"})


async def _body(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


async def _counts(workspace: Workspace, import_id: int) -> Any:
    row = await workspace.db.row("select counts, undone from import_run where id = $1", import_id)
    assert row is not None
    return dict(row)


@pytest.fixture(scope="module")
def calm(place: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What undisturbed runs leave and how long they take."""
    path = tmp_path_factory.mktemp("files") / "sales.csv"
    path.write_text(sales(0, LINES * 3 // 4, "2.50"))
    return asyncio.run(_calm(place, path))


async def _calm(place: Site, path: Path) -> dict[str, Any]:
    operation = Sales()
    async with workspace_of(place) as workspace:
        await import_file(workspace, path, actor=SYSTEM, options={"currency": "GBP"})
        found: dict[str, Any] = {"base": await facts(workspace, await last_event(workspace))}
        for name, start in (("bring", operation.bring), ("take_back", operation.take_back)):
            since = await last_event(workspace)
            seconds = await undisturbed(workspace, start)
            counts = await _counts(workspace, operation.import_id)
            found[name] = (seconds, await facts(workspace, since), counts)
        assert found["take_back"][1] == found["base"] | {"events": found["take_back"][1]["events"]}
    return found


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killed_it_ends_as_if_undisturbed(
    place: Site, workspace: Workspace, calm: dict[str, Any], victim: Victim
) -> None:
    for _ in range(TIMES):
        operation = Sales()
        for name, start in (("bring", operation.bring), ("take_back", operation.take_back)):
            seconds, expected, counts = calm[name]
            since = await last_event(workspace)
            moment = await disturbed(place, workspace, start, victim, seconds)
            where = f"{name}, {victim} killed after {moment:.2f} of {seconds:.2f} s"
            assert await _counts(workspace, operation.import_id) == counts, where
            found = await facts(workspace, since)
            assert {k: v for k, v in found.items() if v != expected[k]} == {}, where
