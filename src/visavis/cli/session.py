"""What every command shares: where the data is, how to open the workspace, how to say things."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console

from visavis.features.runtime import Workspace, open_workspace
from visavis.kernel.errors import Problem
from visavis.store.server import using

T = TypeVar("T")
out = Console()
err = Console(stderr=True)


@dataclass
class Options:
    """The options before the command."""

    data_dir: Path
    url: str | None
    json: bool = False


def default_data_dir() -> Path:
    """``VISAVIS_DATA``, else the place that the XDG base directory specification names."""
    chosen = os.environ.get("VISAVIS_DATA")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "visavis"


def options(context: typer.Context) -> Options:
    found = context.find_root().obj
    assert isinstance(found, Options)
    return found


def with_workspace(chosen: Options, role: str, work: Callable[[Workspace], Awaitable[T]]) -> T:
    """Run the work on an open workspace; the database is up for that long at least."""

    import uvloop

    async def run(dsn: str) -> T:
        async with open_workspace(dsn, chosen.data_dir) as workspace:
            return await work(workspace)

    try:
        with using(chosen.url, chosen.data_dir, role) as dsn:
            return uvloop.run(run(dsn))
    except Problem as problem:
        fail(chosen, problem)


def fail(chosen: Options, problem: Problem) -> NoReturn:
    """Say what went wrong and what to do, and end with code 1."""
    if chosen.json:
        say_json(problem.as_json())
    else:
        err.print(f"[red]{problem.title}.[/red] {problem.detail}", highlight=False)
        for error in problem.errors:
            err.print(f"  {error.field}: {error.message} {error.remedy}", highlight=False, markup=False)
    raise typer.Exit(1)


def say_json(value: Any) -> None:
    out.print_json(json.dumps(value, default=str, ensure_ascii=False))
