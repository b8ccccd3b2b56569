"""Exports for the doors and the other slices."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.app import App, JobSpec
from visavis.records.context import Context
from visavis.store import Database

__all__ = [
    "back_up",
    "check_backup",
    "export_view",
    "export_whole",
    "import_whole",
    "is_whole",
    "neutralised",
    "register",
    "restore_contents",
    "restore_database",
]
Progress = Callable[[int, int, str], Coroutine[Any, Any, None]]


async def export_view(
    workspace: Any,
    object_name: str,
    query: dict[str, Any],
    kind: str,
    target: Path,
    *,
    actor: Actor,
    tell: Progress | None = None,
) -> int:
    """Write a view ({filter, sort, columns, q}) to ``target`` as csv, xlsx or parquet; the number of rows."""
    from visavis.features.exports import logic

    obj = workspace.catalogue.object(object_name)
    asked = logic.query_of(query)
    return (await logic.write_view(workspace, actor, obj, asked, kind, target, tell or _quiet)).rows


async def _quiet(done: int, total: int, doing: str) -> None:
    """Nobody looks."""


async def export_whole(workspace: Any, target: Path, *, tell: Progress | None = None) -> int:
    """Write all that the workspace holds to ``target``, a zip; the number of records."""
    from visavis.features.exports.whole import write_whole

    return await write_whole(workspace, target, tell or _quiet)


async def neutralised(ctx: Context, cells: Sequence[str]) -> list[str]:
    """The cells, none of which a spreadsheet takes for a formula; as in every exported file."""
    sql = "select neutral(cell) as cell from unnest($1::text[]) with ordinality given(cell, place) order by place"
    return [row["cell"] for row in await ctx.tx.rows(sql, list(cells))]


def is_whole(path: Path) -> bool:
    """Whether the file is an exported workspace."""
    from visavis.features.exports.parcel import is_parcel
    from visavis.features.exports.whole import KIND

    return is_parcel(path, KIND)


async def import_whole(workspace: Any, path: Path, *, tell: Progress | None = None) -> dict[str, int]:
    """Fill an empty workspace with an exported one; how many records of each type.

    ``Conflict`` where the workspace is not empty, ``Invalid`` for a file that is damaged or of a newer release.
    """
    from visavis.features.exports.arriving import read_whole

    return await read_whole(workspace, path, tell or _quiet)


async def back_up(workspace: Any, target: Path, *, tell: Progress | None = None) -> dict[str, Any]:
    """Write everything that the workspace is made of, secrets too, to ``target``.

    Gives {tables, rows, files, lost}: ``lost`` names contents that were gone before.
    """
    from visavis.features.exports import backup

    return await backup.back_up(workspace, target, tell or _quiet)


async def check_backup(path: Path, *, tell: Progress | None = None) -> None:
    """Read a backup to its end; ``Invalid`` says what is wrong with it."""
    from visavis.features.exports import backup

    await backup.check_backup(path, tell or _quiet)


async def restore_database(
    db: Database, path: Path, *, replace: bool = False, checked: bool = False, tell: Progress | None = None
) -> str:
    """Put a backup in the place of what is there, at once or not at all; the release that made it.

    ``Conflict`` where the workspace is in use, or has data and ``replace`` is not said; ``Invalid`` for a damaged file.
    Open the workspace next, which brings the tables up to this release, and call ``restore_contents``.
    """
    from visavis.features.exports import backup

    return (await backup.restore_database(db, path, tell or _quiet, replace=replace, checked=checked)).version


async def restore_contents(workspace: Any, path: Path, *, tell: Progress | None = None) -> int:
    """Put the files of a backup back that lie beside the database; how many."""
    from visavis.features.exports import backup

    return await backup.restore_contents(workspace, path, tell or _quiet)


def register(app: App) -> None:
    from visavis.features.exports.jobs import run_job, sweep_job
    from visavis.features.exports.logic import SQL
    from visavis.features.exports.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_routes(*ROUTES)
    app.add_job(JobSpec("exports.run", run_job))
    app.add_job(JobSpec("exports.sweep", sweep_job, every=3600))
