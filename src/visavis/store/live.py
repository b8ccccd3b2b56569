"""The catalogue as the workspace has it: code, overlays and version, read and changed in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from visavis.catalogue import Catalogue, Object, merge
from visavis.kernel.errors import Conflict, Unavailable
from visavis.store import jobs
from visavis.store.building import build_index
from visavis.store.db import Database, Tx
from visavis.store.failures import LockTimeout, UniqueViolation
from visavis.store.following import follow
from visavis.store.paths import drop_stale
from visavis.store.rollups import FILL_JOB, unfilled
from visavis.store.schema import LOCK, Plan, actual_tables, plan

Applied = tuple[Catalogue, tuple[str, ...]]

_TRIES = 8
_WAIT = "2500ms"


@dataclass(frozen=True, slots=True)
class Change:
    """One overlay to write: the body is laid over what stands there under the same stable id."""

    id: str
    kind: Literal["object", "field"]
    object: str
    body: dict[str, Any]


async def load_catalogue(tx: Tx, code: Iterable[Object]) -> Catalogue:
    """Code and overlays merged, at the workspace's version."""
    version = await tx.value("select version from catalogue_version")
    overlays = await tx.rows("select id, kind, object, body from catalogue_overlay order by created_at, id")
    return merge(code, overlays, version)


async def plan_now(db: Database, code: Iterable[Object]) -> Plan:
    """What ``synchronise`` would do."""
    async with db.transaction(readonly=True) as tx:
        return plan(await load_catalogue(tx, code), await actual_tables(tx))


async def synchronise(db: Database, code: Sequence[Object]) -> Catalogue:
    """Bring the tables into line with the catalogue and return it; ``Unavailable`` names what cannot be explained.

    An index that is missing, as after an upgrade that adds a field, is built before this returns.
    """
    catalogue, later = await _with_retry(lambda: _apply(db, code, (), None))
    for statement in later:
        await _build_index(db, statement)
    return catalogue


async def _build_index(db: Database, statement: str) -> None:
    """Values that stand against a unique index are for people to mend: ``plan_now`` goes on naming it."""
    with suppress(UniqueViolation):
        await build_index(db, statement)


async def change_catalogue(
    db: Database, code: Sequence[Object], changes: Sequence[Change], actor_id: int | None
) -> tuple[Catalogue, tuple[str, ...]]:
    """Write overlays, columns and the next version at once, then tell every process.

    Returns the new catalogue and the index builds that are to run as a job.
    """
    return await _with_retry(lambda: _apply(db, code, changes, actor_id))


async def _with_retry(work: Callable[[], Awaitable[Applied]]) -> Applied:
    for attempt in range(_TRIES - 1):
        try:
            return await work()
        except LockTimeout:
            await asyncio.sleep(0.1 * 2**attempt)
    return await work()


async def _apply(db: Database, code: Sequence[Object], changes: Sequence[Change], actor_id: int | None) -> Applied:
    async with db.aside() as tx:
        await tx.execute(LOCK)
        await tx.execute(f"set local lock_timeout = '{_WAIT}'")
        await _write(tx, changes, actor_id)
        catalogue = await load_catalogue(tx, code)
        _refuse_doubles(catalogue, changes)
        later = await fit(tx, catalogue, actor_id)
        if changes:
            await tx.notify("catalogue", str(catalogue.version))
        return catalogue, later


def _refuse_doubles(catalogue: Catalogue, changes: Iterable[Change]) -> None:
    """Two who add the same at one moment have both looked before either wrote. ``Conflict`` for the second."""
    for change in changes:
        if change.kind == "field":
            taken = [f.name for obj in catalogue.objects if obj.name == change.object for f in obj.fields]
        else:
            taken = [word for obj in catalogue.objects for word in {obj.name, obj.plural}]
        for word in [change.body[part] for part in ("name", "plural") if part in change.body]:
            if taken.count(word) > 1:
                raise Conflict(f"'{word}' was added at the same moment. Look at what is there now.")


async def fit(tx: Tx, catalogue: Catalogue, actor_id: int | None = None) -> tuple[str, ...]:
    """Bring the tables into line with the catalogue, under ``LOCK``; the index builds that are left to do."""
    todo = plan(catalogue, await actual_tables(tx))
    if todo.unexplained:
        raise Unavailable("The tables differ from the catalogue: " + "; ".join(todo.unexplained) + ".")
    for statement in todo.apply:
        await tx.execute(statement)
    await follow(tx, catalogue)
    await drop_stale(tx, catalogue)
    for name in todo.fills:
        await _enqueue_fill(tx, name, actor_id)
    return todo.later


async def refill(tx: Tx, catalogue: Catalogue) -> None:
    """Have all roll-ups worked out anew, by jobs."""
    for obj in catalogue.by_name.values():
        if obj.rolled:
            await tx.execute(unfilled(obj.name))
            await _enqueue_fill(tx, obj.name, None)


async def _enqueue_fill(tx: Tx, name: str, actor_id: int | None) -> None:
    await jobs.enqueue(tx, FILL_JOB, {"object": name}, dedupe=f"{FILL_JOB} {name}", actor_id=actor_id)


async def _write(tx: Tx, changes: Sequence[Change], actor_id: int | None) -> None:
    for change in changes:
        await tx.execute(
            "insert into catalogue_overlay (id, kind, object, body, created_by, created_at)"
            " values ($1, $2, $3, $4, $5, clock_timestamp())"
            " on conflict (id) do update set body = catalogue_overlay.body || excluded.body",
            change.id,
            change.kind,
            change.object,
            change.body,
            actor_id,
        )
    if changes:
        await tx.execute("update catalogue_version set version = version + 1")
