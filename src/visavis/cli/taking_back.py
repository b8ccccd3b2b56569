"""``visavis import --rollback ID``: what an import did, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from visavis.access import SYSTEM
from visavis.cli.session import Options, err, out, say_json, with_workspace
from visavis.features.imports import api as imports
from visavis.features.runtime import Workspace

_REASONS = {
    "edited": "edited since",
    "linked": "something else links to it",
    "taken": "another record has its unique value now",
}


def roll_back(chosen: Options, import_id: int) -> None:
    """Take one import back, with a progress bar, and say what was removed, restored and left."""
    report = with_workspace(chosen, "import", lambda workspace: _run(workspace, chosen, import_id))
    if chosen.json:
        say_json(report)
        return
    out.print(f"{report['removed']:,} records removed, {report['restored']:,} as they were, {report['kept']:,} left.")
    for row in report["rows"][:20]:
        fields = f" ({', '.join(row['fields'])})" if row["fields"] else ""
        out.print(f"  {row['object']} {row['id']}: {_REASONS[row['reason']]}{fields}", highlight=False, markup=False)


def one_or_other(paths: list[Path] | None, rollback: int | None) -> None:
    """Files to take in, or an import to take back."""
    if bool(paths) == (rollback is not None):
        raise typer.BadParameter("Name the files to import, or with --rollback the import to take back.")


async def _run(workspace: Workspace, chosen: Options, import_id: int) -> dict[str, Any]:
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=chosen.json) as bar:
        task = bar.add_task(f"Import {import_id}: taking back", total=None)

        def tell(done: int, total: int, _: str) -> None:
            bar.update(task, completed=done, total=total or None)

        return await imports.roll_back(workspace, import_id, actor=SYSTEM, progress=tell)
