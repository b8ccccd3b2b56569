"""``visavis import``: one file, or a whole export of another system, into the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from visavis.access import SYSTEM
from visavis.cli.exporting import import_workspace
from visavis.cli.session import Options, err, options, out, say_json, with_workspace
from visavis.cli.taking_back import one_or_other, roll_back
from visavis.features.exports.api import is_whole
from visavis.features.imports import api as imports
from visavis.features.runtime import Workspace

OUTCOMES = ("created", "updated", "unchanged", "invalid")
_ROW_OUTCOMES = ("created", "updated", "unchanged", "same")
_MOST_REASONS = 6


def import_file(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, help="CSV, XLSX, Parquet, vCard, mail, calendar or zip files, or folders of them."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Which column becomes which field (JSON).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge every row, write nothing.")] = False,
    rollback: Annotated[int | None, typer.Option(help="Take the import of this number back instead.")] = None,
) -> None:
    """Import a file, or a whole export: several files, a folder or a zip. Headers are recognised."""
    chosen = options(context)
    one_or_other(paths, rollback)
    if rollback is not None:
        roll_back(chosen, rollback)
        return
    assert paths
    if len(paths) == 1 and is_whole(paths[0]):
        import_workspace(chosen, paths[0])
        return
    if len(paths) > 1 or paths[0].is_dir() or paths[0].suffix.lower() == ".zip":
        if plan:
            raise typer.BadParameter("A plan is for one file. Leave --plan out, or name one file.")
        _import_set(chosen, paths, dry_run=dry_run)
        return
    body = json.loads(plan.read_text(encoding="utf-8")) if plan else None
    report = with_workspace(chosen, "import", lambda workspace: run(workspace, chosen, paths[0], body, dry_run=dry_run))
    if chosen.json:
        say_json(asdict(report))
    else:
        show(paths[0], report)


def _import_set(chosen: Options, paths: list[Path], *, dry_run: bool) -> None:
    report = with_workspace(chosen, "import", lambda workspace: _run_set(workspace, chosen, paths, dry_run=dry_run))
    if chosen.json:
        say_json(asdict(report))
    else:
        show_set(report)
    if any(file.state == "failed" for file in report.files):
        raise typer.Exit(1)


async def run(
    workspace: Workspace, chosen: Options, path: Path, plan: dict[str, Any] | None = None, *, dry_run: bool = False
) -> imports.ImportReport:
    """Import with a progress bar."""
    with _bar(chosen) as bar:
        tell = _teller(bar, path.name)
        return await imports.import_file(workspace, path, actor=SYSTEM, plan=plan, progress=tell, dry_run=dry_run)


async def _run_set(workspace: Workspace, chosen: Options, paths: list[Path], *, dry_run: bool) -> imports.SetReport:
    with _bar(chosen) as bar:
        tell = _teller(bar, "import")
        return await imports.import_set(workspace, paths, actor=SYSTEM, progress=tell, dry_run=dry_run)


def _bar(chosen: Options) -> Progress:
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, disable=chosen.json)


def _teller(bar: Progress, name: str) -> Any:
    task = bar.add_task(f"Importing {name}", total=None)

    def tell(done: int, total: int, doing: str) -> None:
        bar.update(task, description=f"{name}: {doing}"[:32], completed=done, total=total or None)

    return tell


def show(path: Path, report: imports.ImportReport) -> None:
    """The outcome of every record type as a table."""
    title = f"{path.name}: {report.rows:,} rows, {report.invalid:,} with errors"
    table = Table(title=title, title_justify="left")
    for name in ("", *OUTCOMES):
        table.add_column(name, justify="right" if name else "left")
    for name, found in report.objects.items():
        table.add_row(name, *(f"{found[outcome]:,}" for outcome in OUTCOMES))
    out.print(table)
    for reason, count in report.skipped.items():
        out.print(f"Left out: {count:,} rows {reason}.", highlight=False, markup=False)
    for name, found in report.alike.items():
        words = f"{found['rows']:,} new records ({name}) share their name with another new one or with one that is here"
        out.print(f"{words} ({found['there']:,}); each becomes a record of its own.", highlight=False, markup=False)
    if assumed := report.assumed:
        out.print(f"Assumed dates. {assumed}. Set another day in a plan.", highlight=False, markup=False)
    if report.changed:
        out.print(f"To take it back: visavis import --rollback {report.id}", highlight=False)
    else:
        out.print("Everything was there already; nothing changed.")
    for error in report.errors[:5]:
        words = f"Row {error['row']}, {error['column']}: {error['message']} {error['remedy']}"
        out.print(words, highlight=False, markup=False)


def show_set(report: imports.SetReport) -> None:
    """Every file with its rows and where they went, and every reason why rows stayed out."""
    table = Table(title="What came of each file", title_justify="left")
    for name in ("file", "what", "rows", *_ROW_OUTCOMES, "left out", "refused"):
        table.add_column(name, justify="left" if name in ("file", "what") else "right")
    for file in report.files:
        numbers = (file.rows, *(getattr(file, name) for name in _ROW_OUTCOMES), sum(file.skipped.values()))
        table.add_row(file.name, file.kind, *(f"{n:,}" for n in (*numbers, sum(file.refused.values()))))
    out.print(table)
    for file in report.files:
        for words in _reasons(file):
            out.print(f"{file.name}: {words}", highlight=False, markup=False)
    if not report.changed:
        out.print("Everything was there already; nothing changed.")


def _reasons(file: imports.FileReport) -> Iterator[str]:
    if file.state == "failed":
        yield file.reason
        return
    yield from (f"{count:,} rows left out: {reason}" for reason, count in file.skipped.items())
    if file.state == "left" and not file.skipped:
        yield f"left out: {file.reason}"
    yield from (f"{count:,} rows refused: {reason}" for reason, count in _first(file.refused))
    yield from (f"{count:,} times: {reason}" for reason, count in _first(file.remarks))


def _first(reasons: Any) -> Iterator[tuple[str, int]]:
    yield from list(reasons.items())[:_MOST_REASONS]
    if len(reasons) > _MOST_REASONS:
        yield "and other reasons: see the error file of the import", sum(list(reasons.values())[_MOST_REASONS:])
