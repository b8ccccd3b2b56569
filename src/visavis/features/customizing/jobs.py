"""Work that follows a change of the catalogue: index builds, and roll-ups of the records that were there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visavis.catalogue import Object
from visavis.features.app import JobSpec
from visavis.features.customizing.logic import INDEX_JOB
from visavis.store import Database, Tx
from visavis.store.building import build_index
from visavis.store.db import quoted
from visavis.store.rollups import FILL_JOB, refreshing

CHUNK = 2_000


async def run_statements(run: Any) -> None:
    """Build each index, one after the other; nobody waits for it to write."""
    for statement in run.args["statements"]:
        await build_index(run.workspace.db, statement)


@dataclass(frozen=True, slots=True)
class _Filling:
    """What is worked out, and for which asking: a later one has a job of its own."""

    object: Object
    asked: int
    statements: tuple[str, ...]


async def fill_rollups(run: Any) -> dict[str, int]:
    """Work out the roll-ups of a type for the records that are there, chunk by chunk; goes on where it stopped."""
    name, workspace = run.args["object"], run.workspace
    asked = await workspace.db.value("select asked from rollup_fill where object = $1", name)
    catalogue = await workspace.reload()
    obj = catalogue.by_name.get(name)
    if asked is None or obj is None or not obj.rolled:
        return {"records": 0}
    filling = _Filling(obj, asked, refreshing(catalogue, obj, "$1::bigint[]"))
    total = await workspace.db.value(f"select count(*) from {quoted(name)}")
    done = 0
    while filled := await _chunk(workspace.db, filling):
        done += filled
        await run.progress(min(done, total), total, "records")
        await run.checkpoint()
    return {"records": done}


async def _chunk(db: Database, filling: _Filling) -> int:
    return await db.run(lambda tx: _fill(tx, filling))


async def _fill(tx: Tx, filling: _Filling) -> int:
    name = filling.object.name
    place = "select upto from rollup_fill where object = $1 and asked = $2 for update"
    upto = await tx.value(place, name, filling.asked)
    if upto is None:
        return 0
    rows = await tx.rows(f"select id from {quoted(name)} where id > $1 order by id limit {CHUNK}", upto)
    ids = [row["id"] for row in rows]
    if not ids:
        await tx.execute("update rollup_fill set finished_at = now() where object = $1", name)
        return 0
    for statement in filling.statements:
        await tx.execute(statement, ids)
    await tx.execute("update rollup_fill set upto = $2 where object = $1", name, ids[-1])
    return len(ids)


build_indexes = JobSpec(INDEX_JOB, run_statements)
fill = JobSpec(FILL_JOB, fill_rollups)
