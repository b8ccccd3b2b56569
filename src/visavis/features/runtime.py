"""An open workspace: database, catalogue, slices, data folder. Doors open one at start and close it at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from visavis.access import SYSTEM, Actor
from visavis.catalogue import Catalogue
from visavis.features.app import App
from visavis.features.slices import SLICES
from visavis.objects import BUILT_IN
from visavis.records.context import Context
from visavis.records.searching import prepare
from visavis.store import Database, ensure_extensions
from visavis.store.live import load_catalogue, plan_now, synchronise
from visavis.store.schema import Plan, ensure_system


@dataclass
class Workspace:
    """``catalogue`` is replaced, never changed; read it once per call."""

    db: Database
    app: App
    data_dir: Path
    catalogue: Catalogue

    @asynccontextmanager
    async def context(
        self, actor: Actor = SYSTEM, door: str = "system", *, readonly: bool = False, batch_id: int | None = None
    ) -> AsyncIterator[Context]:
        """One transaction, committed when the block ends without an error."""
        async with self.db.transaction(readonly=readonly) as tx:
            yield Context(tx, actor, self.catalogue, door, workspace=self, batch_id=batch_id)

    async def reload(self) -> Catalogue:
        """Swap in the newest catalogue."""
        async with self.db.transaction(readonly=True) as tx:
            self.catalogue = await load_catalogue(tx, BUILT_IN)
        return self.catalogue

    async def follow(self) -> None:
        """Swap in the newest catalogue if another process has changed it."""
        async with self.db.transaction(readonly=True) as tx:
            if await tx.value("select version from catalogue_version") != self.catalogue.version:
                self.catalogue = await load_catalogue(tx, BUILT_IN)


def assemble() -> App:
    """All slices plugged in."""
    app = App()
    for register in SLICES:
        register(app)
    return app


@asynccontextmanager
async def open_workspace(
    dsn: str, data_dir: Path, schema: str = "workspace", *, max_size: int = 10
) -> AsyncIterator[Workspace]:
    """Connect, bring tables and catalogue into line, and close again at the end.

    Raises ``Unavailable`` when the tables differ from the catalogue in a way that adding cannot mend.
    """
    app = assemble()
    await ensure_extensions(dsn)
    db = await Database.connect(dsn, schema, max_size=max_size)
    try:
        await ensure_system(db, app.schemas)
        catalogue = await synchronise(db, BUILT_IN)
        async with db.transaction() as tx:
            await prepare(tx, catalogue)
        yield Workspace(db, app, data_dir, catalogue)
    finally:
        await db.close()


async def plan_schema(dsn: str, schema: str = "workspace") -> Plan:
    """What ``open_workspace`` would change in the tables; changes nothing but makes the empty system tables."""
    db = await Database.connect(dsn, schema, max_size=2)
    try:
        await ensure_system(db, assemble().schemas)
        return await plan_now(db, BUILT_IN)
    finally:
        await db.close()
