"""An exported workspace into an empty one: in one transaction, so that it is there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from visavis import __version__
from visavis.access import SYSTEM
from visavis.catalogue import Catalogue
from visavis.features.base.api import enqueue_refresh
from visavis.features.exports.parcel import Unpacker
from visavis.features.exports.whole import ENGINE, FORMAT, KIND, Content, Facts, Progress, tables_of
from visavis.kernel.errors import Conflict, Invalid
from visavis.objects import BUILT_IN
from visavis.records import indexing
from visavis.records.context import Context
from visavis.store import Tx
from visavis.store.live import load_catalogue, refill
from visavis.store.moving import (
    Table,
    analyze,
    copy_in,
    is_empty,
    lock_tables,
    make_tables,
    record_tables,
    set_sequences,
)

_FIRST = ("catalogue_overlay", "catalogue_version", "setting")


class Manifest(msgspec.Struct):
    kind: str
    format: int
    version: str
    tables: list[Facts]
    sequences: dict[str, tuple[int, bool]]
    contents: list[Content]


def manifest_of(parcel: Unpacker) -> Manifest:
    """The list of contents; ``Invalid`` for a file of another kind, or of a release that is newer than this one."""
    other = "This is no exported workspace. For records of one type, use a CSV, XLSX or Parquet file."
    return parcel.listed(Manifest, KIND, FORMAT, other=other)


async def read_whole(workspace: Any, path: Path, tell: Progress) -> dict[str, int]:
    """Fill the empty workspace; how many rows of each record type.

    ``Conflict`` where there is something already, ``Invalid`` for a file that is damaged or of a newer release.
    """
    with Unpacker(path) as parcel:
        manifest = manifest_of(parcel)
        for number, facts in enumerate((*manifest.tables, *manifest.contents)):
            await tell(number, len(manifest.tables) + len(manifest.contents), "checking")
            await parcel.check(facts.file, facts.content)
        async with workspace.context(SYSTEM, "import") as ctx:
            await lock_tables(ctx.tx)
            catalogue = await _catalogue(ctx.tx, workspace, parcel, manifest)
            rows = await _records(ctx, workspace, parcel, manifest, catalogue, tell)
            await _contents(workspace, parcel, manifest, tell)
            await _settle(ctx, manifest, catalogue, rows)
    await workspace.reload()
    return rows


async def _catalogue(tx: Tx, workspace: Any, parcel: Unpacker, manifest: Manifest) -> Catalogue:
    """Which records there will be, with their tables."""
    now = await load_catalogue(tx, BUILT_IN)
    held = [t.name for t in record_tables(now)] + [k.table for k in (*ENGINE, *workspace.app.kept)]
    if not await is_empty(tx, set(held) - {"catalogue_version", "setting"}):
        raise Conflict(
            "This workspace is not empty. A whole workspace goes into an empty one only: name a fresh data folder with"
            " --data-dir, or an empty database with DATABASE_URL."
        )
    known = {t.name: t for t in await tables_of(tx, workspace.app.kept)}
    for facts in manifest.tables:
        if facts.name in _FIRST:
            await tx.execute(f"delete from {facts.name}")
            await _fill(tx, parcel, known[facts.name], facts)
    catalogue = await load_catalogue(tx, BUILT_IN)
    await make_tables(tx, catalogue)
    return catalogue


async def _records(
    ctx: Context, workspace: Any, parcel: Unpacker, manifest: Manifest, catalogue: Catalogue, tell: Progress
) -> dict[str, int]:
    records = {t.name: t for t in record_tables(catalogue)}
    known = {t.name: t for t in await tables_of(ctx.tx, workspace.app.kept)} | records
    counts = {}
    for number, facts in enumerate(manifest.tables):
        await tell(number, len(manifest.tables), facts.name)
        if facts.name in _FIRST:
            continue
        if facts.name not in known:
            raise _newer(manifest, f"there is no table '{facts.name}'")
        await _fill(ctx.tx, parcel, known[facts.name], facts)
        if facts.name in records:
            counts[facts.name] = facts.rows
    return counts


async def _fill(tx: Tx, parcel: Unpacker, table: Table, facts: Facts) -> None:
    if strange := set(facts.columns) - set(table.columns):
        raise Invalid(f"'{facts.name}' has no column '{min(strange)}' in release {__version__}. Upgrade first.")
    source = parcel.chunks(facts.file, facts.content)
    rows = await copy_in(tx, Table(table.name, tuple(facts.columns)), source)
    if rows != facts.rows:
        raise Invalid(f"{facts.file} has {rows:,} rows, but {facts.rows:,} were exported. Export anew.")


def _newer(manifest: Manifest, what: str) -> Invalid:
    return Invalid(f"{what} in release {__version__}; the file is of {manifest.version}. Upgrade first.")


async def _contents(workspace: Any, parcel: Unpacker, manifest: Manifest, tell: Progress) -> None:
    """Before the tables speak of them; what a broken import leaves is found and removed like any lost file."""
    stores = {each.folder: each for each in workspace.app.contents}
    for number, content in enumerate(manifest.contents):
        await tell(number, len(manifest.contents), content.folder)
        if content.folder not in stores:
            raise _newer(manifest, f"there is no place for '{content.folder}'")
        await stores[content.folder].write(workspace, content.name, parcel.chunks(content.file, content.content))


async def _settle(ctx: Context, manifest: Manifest, catalogue: Catalogue, rows: Mapping[str, int]) -> None:
    """What is not in the file, because it follows from it."""
    await set_sequences(ctx.tx, manifest.sequences)
    await analyze(ctx.tx, [facts.name for facts in manifest.tables])
    for obj in catalogue.objects:
        await indexing.index_many(ctx.tx, obj, rows.get(obj.name, 0), "true")
    await refill(ctx.tx, catalogue)
    await ctx.tx.notify("catalogue", str(catalogue.version))
    await ctx.tx.notify("access")
    await enqueue_refresh(ctx)
