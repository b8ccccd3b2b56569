"""``visavis export``: records out into a file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from visavis.access import SYSTEM
from visavis.cli.session import Options, err, fail, options, out, say_json, with_workspace
from visavis.features.exports import api as exports
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest

Tell = Callable[[int, int, str], Coroutine[Any, Any, None]]
Format = Literal["csv", "xlsx", "parquet"]


def export(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A record type, like company.")],
    output: Annotated[Path, typer.Option("-o", "--output", dir_okay=False, help="The file to write.")],
    format: Annotated[Format | None, typer.Option(help="Default: by the ending of the file.")] = None,  # noqa: A002
    filter: Annotated[str, typer.Option(help="Only the records that fit this filter (JSON).")] = "",  # noqa: A002
    sort: Annotated[str, typer.Option(help="In this order, like -amount,name.")] = "",
    columns: Annotated[str, typer.Option(help="Only these fields, like name,owner.")] = "",
) -> None:
    """Write the records of a type into a file."""
    chosen = options(context)
    kind = format or output.suffix.lower().removeprefix(".") or "csv"
    query = {"filter": _filter(chosen, filter), "sort": sort, "columns": columns}

    async def work(workspace: Workspace) -> int:
        return await _with_bar(
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


async def _with_bar(chosen: Options, work: Callable[[Tell], Coroutine[Any, Any, int]]) -> int:
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=chosen.json) as bar:
        task = bar.add_task("Exporting", total=None)

        async def tell(done: int, total: int, doing: str) -> None:
            bar.update(task, description=doing[:24], completed=done, total=total or None)
            await asyncio.sleep(0)

        return await work(tell)
