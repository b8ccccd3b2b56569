"""Imports for the doors and the other slices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.app import App, JobSpec
from visavis.features.imports.ledger import SQL
from visavis.features.imports.plan import Plan, plan_from, plan_json
from visavis.features.imports.sets import FileReport, SetReport, bring_set
from visavis.features.uploads import uploaded

__all__ = ["FileReport", "ImportReport", "SetReport", "import_file", "import_set", "register", "roll_back"]
_CHUNK = 1 << 20
Progress = Callable[[int, int, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import.

    ``objects``: for each record type how many were created, updated, unchanged, invalid. ``invalid``: rows of the file
    that did not go in. ``errors``: the first of what is wrong, as {row, target, column, value, code, message, remedy,
    note}: with ``note`` the row went in without that cell. ``skipped``: rows that the plan leaves out, by its reason.
    ``alike``: of a dry run, for each record type how many new ones (``rows``) another new one or one that is there is
    called like, and how many (``there``) one that is there.
    """

    id: int
    rows: int
    invalid: int
    objects: Mapping[str, Mapping[str, int]]
    errors: tuple[Mapping[str, Any], ...]
    plan: Mapping[str, Any]
    skipped: Mapping[str, int] = field(default_factory=dict)
    alike: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def assumed(self) -> str | None:
        """Which dates were assumed, in words, where the file only numbers its periods."""
        return plan_from(self.plan).assumed()

    @property
    def changed(self) -> bool:
        """Whether any record was created or updated."""
        return any(found["created"] or found["updated"] for found in self.objects.values())


async def import_set(
    workspace: Any,
    paths: Sequence[Path],
    *,
    actor: Actor,
    options: Mapping[str, Any] | None = None,
    progress: Callable[[int, int, str], Awaitable[None] | None] | None = None,
    dry_run: bool = False,
) -> SetReport:
    """Bring files, folders and zip files in, each by its header, in the order in which they depend on each other."""

    async def one(path: Path, name: str, plan: Plan, found: Mapping[str, Any]) -> ImportReport:
        said = {**found, **(options or {})}
        return await import_file(workspace, path, actor=actor, plan=plan, options=said, progress=progress,
                                 dry_run=dry_run, name=name)  # fmt: skip

    return await bring_set(workspace, paths, actor, one)


async def import_file(
    workspace: Any,
    path: Path,
    *,
    actor: Actor,
    plan: Plan | Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Callable[[int, int, str], Awaitable[None] | None] | None = None,
    dry_run: bool = False,
    name: str | None = None,
) -> ImportReport:
    """Bring a file of any of the formats in, by the plan given or the best one proposed.

    ``options`` are those of ``Options`` (encoding, delimiter, decimal, date_order, sheet) and ``currency`` and
    ``timezone`` of the plan. ``progress`` is called with (done, total, what is being done).
    """
    from visavis.features.imports import finding, service

    said = dict(options or {})
    over = {name: said.pop(name) for name in ("currency", "timezone") if name in said}
    async with (
        uploaded(workspace.data_dir, _chunks(path)) as upload,
        service.looked(name or path.name, upload, said) as look,
        workspace.context(actor, "import") as ctx,
    ):
        row = await service.take_in(ctx, look, said)
        chosen = plan_json(plan) if isinstance(plan, Plan) else plan or row["plan"]
        if chosen is not None:
            row = await service.set_plan(ctx, row, {**chosen, **over}, None)
    tell = _asynchronous(progress)
    if dry_run:
        await service.check(workspace, row["id"], actor, tell)
    else:
        await service.run(workspace, row["id"], actor, tell)
        await finding.finish(workspace, tell)
    return await report_of(workspace, row["id"])


async def roll_back(
    workspace: Any,
    import_id: int,
    *,
    actor: Actor,
    progress: Callable[[int, int, str], Awaitable[None] | None] | None = None,
) -> dict[str, Any]:
    """Take an import back, updates included: {restored, removed, kept, reasons, rows}.

    ``rows`` are the first of those kept, as {object, id, reason, fields}. Raises ``Conflict`` where there is nothing
    (left) to take back.
    """
    from visavis.features.imports import takingback

    return await takingback.roll_back(workspace, import_id, actor, _asynchronous(progress))


def _asynchronous(progress: Callable[[int, int, str], Any] | None) -> Progress:
    async def tell(done: int, total: int, doing: str) -> None:
        if progress is not None:
            found = progress(done, total, doing)
            if isawaitable(found):
                await found

    return tell


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


async def report_of(workspace: Any, import_id: int) -> ImportReport:
    """What came of an import that was run."""
    row = await workspace.db.row(SQL.read, import_id)
    errors = await workspace.db.rows(SQL.samples, import_id, 20)
    counts = row["counts"]
    told = tuple(dict(error) for error in errors)
    return ImportReport(
        import_id, counts["rows"], counts["invalid"], counts["objects"], told, row["plan"], counts["skipped"],
        counts.get("alike", {}),
    )  # fmt: skip


def register(app: App) -> None:
    from visavis.features.imports.jobs import (
        check_job,
        rollback_job,
        run_job,
        set_job,
        set_rollback_job,
        sweep_job,
    )
    from visavis.features.imports.routes import ROUTES
    from visavis.features.imports.set_routes import ROUTES as SET_ROUTES

    app.add_schema(SQL.schema)
    app.add_kept("import_mapping", "fingerprint", "used_by")
    app.add_routes(*ROUTES, *SET_ROUTES)
    app.add_job(JobSpec("imports.check", check_job))
    app.add_job(JobSpec("imports.run", run_job, max_attempts=20))
    app.add_job(JobSpec("imports.rollback", rollback_job, max_attempts=20))
    app.add_job(JobSpec("imports.set", set_job, max_attempts=20))
    app.add_job(JobSpec("imports.set_rollback", set_rollback_job, max_attempts=20))
    app.add_job(JobSpec("imports.sweep", sweep_job, every=3600))
