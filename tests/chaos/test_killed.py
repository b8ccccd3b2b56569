"""An operation and the way back, with a kill -9 somewhere: what is there afterwards is what calm runs leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.chaos.changing import Edit
from tests.chaos.harness import TIMES, VICTIMS, Calm, Operation, Site, Victim, endure, measured, site, workspace_of
from tests.chaos.importing import Sales
from tests.chaos.merging import Merging
from visavis.features.runtime import Workspace


@pytest.fixture(scope="module", params=[Sales, Edit, Merging], ids=["import", "change", "merge"])
def running(request: pytest.FixtureRequest, product_dir: Path) -> Iterator[tuple[Site, Calm]]:
    """A product of its own for each operation, and what undisturbed runs leave there."""
    operation: Operation = request.param()
    with site(product_dir / f"chaos-{type(operation).__name__.lower()}") as place:
        yield place, asyncio.run(_calm(place, operation))


async def _calm(place: Site, operation: Operation) -> Calm:
    async with workspace_of(place) as workspace:
        return await measured(workspace, operation)


@pytest.fixture
async def workspace(running: tuple[Site, Calm]) -> AsyncIterator[Workspace]:
    async with workspace_of(running[0]) as opened:
        yield opened


@pytest.mark.parametrize("victim", VICTIMS)
async def test_killed_it_ends_as_if_undisturbed(
    running: tuple[Site, Calm], workspace: Workspace, victim: Victim
) -> None:
    place, calm = running
    for _ in range(TIMES):
        await endure(place, workspace, calm, victim)
