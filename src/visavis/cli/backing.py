"""``visavis backup`` and ``visavis restore``: the whole workspace as one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from visavis.cli.exporting import with_bar
from visavis.cli.session import fail, options, out, say_json, with_workspace
from visavis.features.exports import api as exports
from visavis.features.runtime import Workspace, open_workspace
from visavis.kernel.errors import Problem, Unavailable
from visavis.store import Database, ensure_extensions
from visavis.store.server import using

SCHEMA = "workspace"
_AGAIN = "The tables are the old ones or those of the backup, nothing between. Restore again, with --replace."


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write.")],
) -> None:
    """Write everything into one file, while others go on working. It holds secrets: keep it like a password."""
    chosen = options(context)

    async def work(workspace: Workspace) -> dict[str, Any]:
        return await with_bar(chosen, lambda tell: exports.back_up(workspace, file, tell=tell), "Backing up")

    found = with_workspace(chosen, "backup", work) | {"file": str(file), "size": file.stat().st_size}
    if chosen.json:
        say_json(found)
    else:
        shown = f"{found['rows']:,} rows of {found['tables']} tables and {found['files']:,} files in {file}"
        out.print(shown, soft_wrap=True, highlight=False, markup=False)
        for name in found["lost"]:
            out.print(f"[red]Lost before:[/red] {name}", soft_wrap=True, highlight=False)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `visavis backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the data that is there.")] = False,
) -> None:
    """Bring a backup back, at once or not at all. One of an older release is brought up to this one."""
    import uvloop

    chosen = options(context)

    async def database(dsn: str) -> str:
        await ensure_extensions(dsn)
        db = await Database.connect(dsn, SCHEMA, max_size=1)
        try:
            return await with_bar(
                chosen,
                lambda tell: exports.restore_database(db, file, replace=replace, checked=True, tell=tell),
                "Restoring",
            )
        finally:
            await db.close()

    async def contents(dsn: str) -> int:
        async with open_workspace(dsn, chosen.data_dir) as workspace:
            return await with_bar(chosen, lambda tell: exports.restore_contents(workspace, file, tell=tell), "Files")

    async def check() -> None:
        await with_bar(chosen, lambda tell: exports.check_backup(file, tell=tell), "Checking")

    try:
        uvloop.run(check())
        with using(chosen.url, chosen.data_dir, "restore") as dsn:
            version = uvloop.run(database(dsn))
            files = uvloop.run(contents(dsn))
    except Unavailable as problem:
        fail(chosen, Unavailable(f"{problem.detail} {_AGAIN}"))
    except Problem as problem:
        fail(chosen, problem)
    if chosen.json:
        say_json({"version": version, "files": files})
    else:
        out.print(f"Restored what release {version} had backed up, with {files:,} files.", highlight=False)
