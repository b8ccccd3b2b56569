"""``visavis import``: a file into the workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from visavis.access import SYSTEM
from visavis.cli.exporting import import_workspace
from visavis.cli.session import Options, err, options, out, say_json, with_workspace
from visavis.features.exports.api import is_whole
from visavis.features.imports import api as imports
from visavis.features.runtime import Workspace

OUTCOMES = ("created", "updated", "unchanged", "invalid")


def import_file(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV, XLSX or Parquet file.")],
    plan: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Which column becomes which field (JSON).")
    ] = None,
) -> None:
    """Import a file. Without --plan the header is recognised and the best mapping taken."""
    chosen = options(context)
    if is_whole(path):
        import_workspace(chosen, path)
        return
    body = json.loads(plan.read_text(encoding="utf-8")) if plan else None
    report = with_workspace(chosen, "import", lambda workspace: run(workspace, chosen, path, body))
    if chosen.json:
        say_json(asdict(report))
    else:
        show(path, report)


async def run(
    workspace: Workspace, chosen: Options, path: Path, plan: dict[str, Any] | None = None
) -> imports.ImportReport:
    """Import with a progress bar."""
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=chosen.json) as bar:
        task = bar.add_task(f"Importing {path.name}", total=None)

        def tell(done: int, total: int, doing: str) -> None:
            bar.update(task, description=f"{path.name}: {doing}"[:32], completed=done, total=total or None)

        return await imports.import_file(workspace, path, actor=SYSTEM, plan=plan, progress=tell)


def show(path: Path, report: imports.ImportReport) -> None:
    """The outcome of every record type as a table."""
    table = Table(title=f"{path.name}: {report.rows:,} rows, {report.invalid:,} with errors", title_justify="left")
    for name in ("", *OUTCOMES):
        table.add_column(name, justify="right" if name else "left")
    for name, found in report.objects.items():
        table.add_row(name, *(f"{found[outcome]:,}" for outcome in OUTCOMES))
    out.print(table)
    if not report.changed:
        out.print("Everything was there already; nothing changed.")
    for error in report.errors[:5]:
        words = f"Row {error['row']}, {error['column']}: {error['message']} {error['remedy']}"
        out.print(words, highlight=False, markup=False)
