"""A backup: everything that a workspace is made of, secrets too, as one file; and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from visavis import __version__
from visavis.access import SYSTEM
from visavis.features.exports.parcel import Packer, Unpacker
from visavis.features.exports.whole import Content, Listed, Progress, pack_contents
from visavis.kernel.clock import iso
from visavis.kernel.errors import Invalid
from visavis.store import Database
from visavis.store.dumping import dump, load, require_free, row_counts, shared_snapshot
from visavis.store.moving import snapshot

KIND = "visavis-backup"
FORMAT = 1
_DATABASE = "database.sql"


class Manifest(msgspec.Struct):
    """``tables``: how many rows each had."""

    version: str
    schema: str
    made_at: str
    tables: dict[str, int]
    database: Listed
    contents: list[Content]


async def back_up(workspace: Any, target: Path, tell: Progress) -> dict[str, Any]:
    """The workspace at one moment, while others go on working; {tables, rows, files, lost}."""
    half = target.with_name(f"{target.name}.part")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600, exist_ok=False)
        found = await _write(workspace, half, tell)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return found


async def _write(workspace: Any, path: Path, tell: Progress) -> dict[str, Any]:
    db: Database = workspace.db
    async with workspace.context(SYSTEM, "backup", readonly=True) as ctx:
        await snapshot(ctx.tx)
        name = await shared_snapshot(ctx.tx)
        counts = await row_counts(ctx.tx)
        with Packer(path) as packer:
            with packer.member(_DATABASE) as member:

                async def take(chunk: bytes) -> None:
                    await member.write(chunk)
                    await tell(member.size >> 20, 0, "MiB of the database")

                await dump(db.dsn, db.schema, name, take)
            contents, lost = await pack_contents(workspace, ctx.tx, packer, tell)
            manifest = {
                "kind": KIND,
                "format": FORMAT,
                "version": __version__,
                "schema": db.schema,
                "made_at": iso(ctx.now),
                "tables": counts,
                "database": {"name": _DATABASE, "file": _DATABASE, **member.facts},
                "contents": contents,
                "lost": lost,
            }
            await packer.finish(manifest)
    return {"tables": len(counts), "rows": sum(counts.values()), "files": len(contents), "lost": lost}


def manifest_of(parcel: Unpacker) -> Manifest:
    """``Invalid`` for a file of another kind, or of a release that writes backups of a newer form."""
    other = "This is no backup. An exported workspace is taken in with `visavis import`."
    return parcel.listed(Manifest, KIND, FORMAT, other=other)


async def check_backup(path: Path, tell: Progress) -> None:
    """Read the file to its end. ``Invalid`` where it is cut short, damaged or something else than a backup."""
    with Unpacker(path) as parcel:
        await _check(parcel, manifest_of(parcel), tell)


async def _check(parcel: Unpacker, manifest: Manifest, tell: Progress) -> None:
    for each in (manifest.database, *manifest.contents):
        await tell(0, 0, f"checking {each.name}")
        await parcel.check(each.file, each.content)


async def restore_database(
    db: Database, path: Path, tell: Progress, *, replace: bool = False, checked: bool = False
) -> Manifest:
    """Put the backed-up schema in the place of what is there, at once or not at all.

    The file is read to its end before, unless it is ``checked`` already.
    ``Conflict`` where the workspace is in use, or has data and ``replace`` is not said; ``Invalid`` for a damaged file.
    Tables stand as the release of the backup had them: opening the workspace brings them up to this one.
    """
    with Unpacker(path) as parcel:
        manifest = manifest_of(parcel)
        if manifest.schema != db.schema:
            raise Invalid(f"The backup is of the schema '{manifest.schema}', not of '{db.schema}'.")
        await require_free(db, replace=replace)
        if not checked:
            await _check(parcel, manifest, tell)
        await tell(0, 0, "restoring")
        await load(db, parcel.chunks(_DATABASE, manifest.database.content), manifest.tables)
    return manifest


async def restore_contents(workspace: Any, path: Path, tell: Progress) -> int:
    """Put the files back that the tables speak of; how many."""
    stores = {each.folder: each for each in workspace.app.contents}
    with Unpacker(path) as parcel:
        contents = manifest_of(parcel).contents
        for number, each in enumerate(contents):
            await tell(number, len(contents), each.folder)
            await stores[each.folder].write(workspace, each.name, parcel.chunks(each.file, each.content))
    return len(contents)
