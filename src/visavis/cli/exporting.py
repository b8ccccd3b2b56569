"""``visavis export``: records out into a file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from visavis.access import SYSTEM
from visavis.cli.session import Options, err, fail, options, out, say_json, with_workspace
from visavis.features.exports import api as exports
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest

Tell = Callable[[int, int, str], Coroutine[Any, Any, None]]
T = TypeVar("T")
Format = Literal["csv", "xlsx", "parquet"]


def export(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", dir_okay=False, help="The file to write.")],
    name: Annotated[str, typer.Argument(help="A record type, like company.")] = "",
    whole: Annotated[bool, typer.Option("--all", help="The whole workspace, as a zip.")] = False,
    format: Annotated[Format | None, typer.Option(help="Default: by the ending of the file.")] = None,  # noqa: A002
    filter: Annotated[str, typer.Option(help="Only the records that fit this filter (JSON).")] = "",  # noqa: A002
    sort: Annotated[str, typer.Option(help="In this order, like -amount,name.")] = "",
    columns: Annotated[str, typer.Option(help="Only these fields, like name,owner.")] = "",
) -> None:
    """Write the records of a type, or all that the workspace holds, into a file."""
    chosen = options(context)
    if whole == bool(name):
        fail(chosen, BadRequest("Name a record type, or --all for the whole workspace."))
    kind = format or output.suffix.lower().removeprefix(".") or "csv"
    query = {"filter": _filter(chosen, filter), "sort": sort, "columns": columns}

    async def work(workspace: Workspace) -> int:
        if whole:
            return await with_bar(chosen, lambda tell: exports.export_whole(workspace, output, tell=tell))
        return await with_bar(
            chosen, lambda tell: exports.export_view(workspace, name, query, kind, output, actor=SYSTEM, tell=tell)
        )

    rows = with_workspace(chosen, "export", work)
    if chosen.json:
        say_json({"rows": rows, "file": str(output), "size": output.stat().st_size})
    else:
        out.print(f"{rows:,} records in {output}", soft_wrap=True, highlight=False, markup=False)


def _filter(chosen: Options, text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        fail(chosen, BadRequest(f"The filter is no JSON: {error}."))


async def with_bar(chosen: Options, work: Callable[[Tell], Coroutine[Any, Any, T]], title: str = "Exporting") -> T:
    """Do the work while a bar shows how far it is."""
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=chosen.json) as bar:
        task = bar.add_task(title, total=None)

        async def tell(done: int, total: int, doing: str) -> None:
            bar.update(task, description=doing[:24], completed=done, total=total or None)
            await asyncio.sleep(0)

        return await work(tell)


def import_workspace(chosen: Options, path: Path) -> None:
    """An exported workspace into an empty one."""

    async def work(workspace: Workspace) -> dict[str, int]:
        return await with_bar(chosen, lambda tell: exports.import_whole(workspace, path, tell=tell), "Importing")

    rows = with_workspace(chosen, "import", work)
    if chosen.json:
        say_json({"records": rows})
        return
    out.print(f"{sum(rows.values()):,} records of {sum(map(bool, rows.values()))} types.", highlight=False)
    out.print("Nobody has a password yet: visavis sign-in-link someone@example.com", soft_wrap=True, highlight=False)
