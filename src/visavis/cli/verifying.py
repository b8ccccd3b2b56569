"""``visavis verify``: the published figures, got again on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from visavis.cli.session import err, options, out, say_json
from visavis.insight.verifying import Found, verify

_MARKS = {"equal": "[green]equal[/green]", "differs": "[red]differs[/red]", "not reached": "[dim]not reached[/dim]"}


def verify_figures(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder with the published data sets. Default: $VISAVIS_SHARED_DATA."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what takes longer than a few seconds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Get every published figure again on this machine; ends with 1 where one differs."""
    chosen = options(context)
    found = _run(data or _default(), everything, quiet=as_json or chosen.json)
    if as_json or chosen.json:
        say_json({"figures": [each.as_json() for each in found], **_counts(found)})
    else:
        _show(found)
    raise typer.Exit(int(any(each.verdict == "differs" for each in found)))


def _default() -> Path | None:
    place = os.environ.get("VISAVIS_SHARED_DATA")
    return Path(place) if place else None


def _run(data: Path | None, everything: bool, quiet: bool) -> list[Found]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, disable=quiet, transient=True) as bar:
        task = bar.add_task("Verifying")
        return verify(data, everything, lambda words: bar.update(task, description=words))


def _counts(found: Sequence[Found]) -> dict[str, int]:
    names = {"equal": "equal", "differs": "differing", "not reached": "not_reached"}
    return {name: sum(each.verdict == verdict for each in found) for verdict, name in names.items()}


def _show(found: Sequence[Found]) -> None:
    for (method, source), figures in groupby(found, key=lambda each: (each.method, each.source)):
        reached = [each for each in figures if each.verdict != "not reached"]
        if reached:
            out.print(f"[bold]{method}[/bold] · {source}", highlight=False)
            out.print(_table(reached))
    _show_rest(found)
    counts = _counts(found)
    out.print(f"{counts['equal']} equal, {counts['differing']} differing, {counts['not_reached']} not reached.")


def _table(found: Sequence[Found]) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(width=32)
    for name in ("expected", "got"):
        table.add_column(name, justify="right", width=14)
    table.add_column("verdict")
    for each in found:
        table.add_row(each.figure, each.expected, each.got or "-", _MARKS[each.verdict])
    return table


def _show_rest(found: Sequence[Found]) -> None:
    """What could not be reached, a line per method, and what broke."""
    for each in found:
        if each.verdict == "differs" and each.why:
            out.print(f"{each.method}, {each.figure}: {each.why}", markup=False)
    missing: dict[tuple[str, str, str], list[str]] = {}
    for each in found:
        if each.verdict == "not reached":
            missing.setdefault((each.method, each.source, each.why), []).append(f"{each.figure} {each.expected}")
    if missing:
        out.print("Not reached:")
    for (method, source, why), figures in missing.items():
        out.print(f"  {method} ({source}): {why}. Published: {'; '.join(figures)}.", markup=False, highlight=False)
