"""``visavis insight``: work the customer base out, and look at it."""

from __future__ import annotations

from typing import Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from visavis.cli.session import Options, err, options, out, say_json, with_workspace
from visavis.features.runtime import Workspace
from visavis.insight import api as insight
from visavis.insight.api import RefreshReport

app = typer.Typer(help="What the customer base is worth.", no_args_is_help=True)


@app.command("refresh")
def refresh(context: typer.Context) -> None:
    """Feed the warehouse and run every analysis."""
    chosen = options(context)
    report, base = with_workspace(chosen, "insight", lambda workspace: refreshed(workspace, chosen))
    if chosen.json:
        say_json({"report": report.as_json(), "base": base})
    else:
        tell(report)
        show(base)


@app.command("show")
def show_base(context: typer.Context) -> None:
    """Print the customer base as the last refresh left it."""
    chosen = options(context)
    base = with_workspace(chosen, "insight", summary)
    if chosen.json:
        say_json(base)
    else:
        show(base)


async def refreshed(workspace: Workspace, chosen: Options) -> tuple[RefreshReport, dict[str, Any]]:
    """Refresh with a progress bar; the report and the base."""
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=chosen.json) as bar:
        task = bar.add_task("Working out the customer base", total=None)

        async def tell(words: str, done: int, total: int) -> None:
            bar.update(task, description=words.capitalize(), completed=done, total=total or None)

        report = await insight.refresh(workspace.db, workspace.data_dir, progress=tell)
        bar.update(task, description="Customer base worked out", completed=1, total=1)
    return report, await summary(workspace)


async def summary(workspace: Workspace) -> dict[str, Any]:
    async with workspace.context(door="cli", readonly=True) as ctx:
        return await insight.base_summary(ctx, "company")


def tell(report: RefreshReport) -> None:
    """Say so where a refresh found nothing to do."""
    if report.up_to_date:
        out.print("Everything is up to date: nothing has changed since the last refresh.")


def show(base: dict[str, Any]) -> None:
    """The base as a table for people."""
    if not base["as_of"]:
        out.print("There are no results yet. Import sales, then run: visavis insight refresh")
        return
    table = Table(title=f"Your customer base on {base['as_of']}", show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for name, value in _rows(base):
        table.add_row(name, value)
    out.print(table)


def _rows(base: dict[str, Any]) -> list[tuple[str, str]]:
    unassigned = base["unassigned"]
    classes = [
        (f"  {c['class']}", f"{c['count']:,} customers, {c['share_value']:.1%} of the value") for c in base["classes"]
    ]
    return [
        ("Customers", f"{base['customers']:,}"),
        ("Net revenue", money(base["revenue_net"])),
        *classes,
        ("Active (expected)", "-" if base["alive"] is None else f"{base['alive']:,}"),
        ("Expected in the next 12 months", money(base["expected_value"])),
        ("Sales without a customer", f"{money(unassigned['amount'])} in {unassigned['lines']:,} lines"),
    ]


def money(value: dict[str, str] | None) -> str:
    return "unknown" if value is None else f"{float(value['amount']):,.2f} {value['currency']}"
