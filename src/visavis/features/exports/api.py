"""Exports for the doors and the other slices."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.app import App, JobSpec

__all__ = ["export_view", "register"]
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

    async def quiet(done: int, total: int, doing: str) -> None:
        """Nobody looks."""

    obj = workspace.catalogue.object(object_name)
    asked = logic.query_of(query)
    return (await logic.write_view(workspace, actor, obj, asked, kind, target, tell or quiet)).rows


def register(app: App) -> None:
    from visavis.features.exports.jobs import run_job, sweep_job
    from visavis.features.exports.logic import SQL
    from visavis.features.exports.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_routes(*ROUTES)
    app.add_job(JobSpec("exports.run", run_job))
    app.add_job(JobSpec("exports.sweep", sweep_job, every=3600))
