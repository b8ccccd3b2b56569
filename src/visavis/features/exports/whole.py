"""A whole workspace as one file: all that people put into it, nothing that lets anybody in.

Left out: passwords, sessions, tokens, running work, and what is worked out again (search, derived fields, analyses).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from visavis import __version__
from visavis.access import SYSTEM
from visavis.features.app import Kept
from visavis.features.exports.parcel import Packer
from visavis.kernel.errors import NotFound
from visavis.objects import BUILT_IN
from visavis.store import Tx
from visavis.store.live import load_catalogue
from visavis.store.moving import Table, copy_out, described, record_tables, sequences, snapshot
from visavis.store.schema import actual_tables

KIND = "visavis-workspace"
FORMAT = 1
ENGINE = (
    Kept("catalogue_overlay", ("created_at", "id")),
    Kept("catalogue_version", ("one",)),
    Kept("setting", ("key",)),
    Kept("event", ("seq",), without=("xid",)),
    Kept("batch", ("id",)),
    Kept("before_image", ("batch_id", "table_name", "id")),
    Kept("merged_record", ("id",)),
)
Progress = Callable[[int, int, str], Coroutine[Any, Any, None]]


class Listed(msgspec.Struct):
    """A file of the zip as the manifest describes it."""

    name: str
    file: str
    size: int
    sha256: str

    @property
    def content(self) -> dict[str, Any]:
        return {"size": self.size, "sha256": self.sha256}


class Facts(Listed):
    """A table."""

    columns: list[str]
    rows: int


class Content(Listed):
    """What a slice keeps beside the tables."""

    folder: str


async def tables_of(tx: Tx, kept: list[Kept]) -> list[Table]:
    """What goes along beside the records: first what says which records there are, then the rest by name."""
    engine = {each.table: each for each in ENGINE}
    beside = {each.table: each for each in sorted(kept, key=lambda each: each.table) if each.table not in engine}
    there = await actual_tables(tx)
    every = (*engine.values(), *beside.values())
    return [described(there, each.table, each.order, each.without, each.wanted) for each in every]


async def write_whole(workspace: Any, target: Path, tell: Progress) -> int:
    """The workspace at one moment; the number of records. The file is there whole or not at all."""
    half = target.with_name(f"{target.name}.part")
    try:
        rows = await _write(workspace, half, tell)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return rows


async def _write(workspace: Any, path: Path, tell: Progress) -> int:
    async with workspace.context(SYSTEM, "export", readonly=True) as ctx:
        await snapshot(ctx.tx)
        catalogue = await load_catalogue(ctx.tx, BUILT_IN)
        records = record_tables(catalogue)
        beside = await tables_of(ctx.tx, workspace.app.kept)
        places = [(t, f"tables/{t.name}.csv") for t in beside] + [(t, f"records/{t.name}.csv") for t in records]
        with Packer(path) as packer:
            listed = []
            for number, (table, place) in enumerate(places):
                await tell(number, len(places), table.name)
                listed.append(await _table(ctx.tx, packer, table, place))
            contents, lost = await pack_contents(workspace, ctx.tx, packer, tell)
            manifest = {
                "kind": KIND,
                "format": FORMAT,
                "version": __version__,
                "tables": listed,
                "sequences": await sequences(ctx.tx, [t.name for t in beside]),
                "contents": contents,
                "lost": lost,
            }
            await packer.finish(manifest)
    known = {t.name for t in records}
    return sum(facts["rows"] for facts in listed if facts["name"] in known)


async def _table(tx: Tx, packer: Packer, table: Table, place: str) -> dict[str, Any]:
    with packer.member(place) as member:
        rows = await copy_out(tx, table, member.write)
    return {"name": table.name, "file": place, "columns": list(table.columns), "rows": rows, **member.facts}


async def pack_contents(
    workspace: Any, tx: Tx, packer: Packer, tell: Progress
) -> tuple[list[dict[str, Any]], list[str]]:
    """Everything that slices keep beside the tables, as listed (``Content``); and what is lost already."""
    listed, lost = [], []
    for contents in workspace.app.contents:
        names = await contents.names(tx)
        for number, name in enumerate(names):
            await tell(number, len(names), contents.folder)
            place = f"{contents.folder}/{name}"
            try:
                chunks = await contents.open(workspace, name)
            except NotFound:
                lost.append(place)
                continue
            with packer.member(place, packed=False) as member:
                async for chunk in chunks:
                    await member.write(chunk)
            listed.append({"folder": contents.folder, "name": name, "file": place, **member.facts})
    return listed, lost
