"""Several files that belong together: each known by its header, put in order, and every row accounted for."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.imports import cells, proposing, reading
from visavis.features.imports.ledger import SQL, Cancelled
from visavis.features.imports.plan import Plan
from visavis.features.imports.sources.lookups import read_lookup
from visavis.features.imports.sources.model import Left, Order, Table
from visavis.features.imports.sources.recognising import Known, Lookups, plan_of, recognised
from visavis.features.imports.unpacking import Found, files_of
from visavis.kernel.errors import Problem

_SURE = 0.6
_PROPOSED = Order.LINKS - 1

ImportOne = Callable[[Path, str, Plan, Mapping[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one file. ``rows`` = created + updated + unchanged + same + all of ``skipped`` + all of ``refused``.

    ``same``: rows about a record of a row before. ``remarks``: what of the rows that went in did not, by reason.
    ``state``: imported, left (nothing of it goes in, and ``reason`` says why) or failed.
    """

    name: str
    state: str
    kind: str = ""
    reason: str = ""
    objects: tuple[str, ...] = ()
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    same: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, int] = field(default_factory=dict)
    import_id: int | None = None

    @property
    def is_accounted(self) -> bool:
        """Whether the sum of the outcomes is the number of rows."""
        outcomes = self.created + self.updated + self.unchanged + self.same
        return self.rows == outcomes + sum(self.skipped.values()) + sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class SetReport:
    """What came of all files, in the order in which they went in; those that were left come last."""

    files: tuple[FileReport, ...]

    @property
    def changed(self) -> bool:
        """Whether any record was created or updated."""
        return any(file.created or file.updated for file in self.files)


@dataclass(frozen=True, slots=True)
class Looked:
    """One file, looked at: its options and what it is. ``problem`` says why it cannot be read."""

    found: Found
    source: reading.Source | None = None
    known: Known | None = None
    problem: str = ""

    @property
    def order(self) -> tuple[int, str]:
        table = self.known.table if self.known else None
        return (table.order if isinstance(table, Table) else _PROPOSED, self.found.name)


async def bring_set(workspace: Any, paths: Sequence[Path], actor: Actor, import_one: ImportOne) -> SetReport:
    """Bring all files of files, folders and zip files in, by their headers."""
    await asyncio.to_thread(workspace.data_dir.mkdir, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unpacked-", dir=workspace.data_dir) as folder:
        found = await asyncio.to_thread(files_of, paths, Path(folder))
        return await bring_files(workspace, found, actor, import_one)


async def bring_files(workspace: Any, found: Sequence[Found], actor: Actor, import_one: ImportOne) -> SetReport:
    """The same for files that were found already."""
    looked = [await asyncio.to_thread(_look, file) for file in found]
    system = _system(looked)
    looked = [_within(file, system) for file in looked]
    lookups = await asyncio.to_thread(_lookups, looked, workspace.catalogue)
    ordered = sorted(looked, key=lambda file: file.order)
    reports = [await _one(workspace, file, system, actor, lookups, import_one) for file in ordered]
    return SetReport(tuple(sorted(reports, key=lambda report: report.state == "left")))


def _look(found: Found) -> Looked:
    if found.problem:
        return Looked(found, problem=found.problem)
    try:
        kind = reading.format_of(found.path.name)
        source = reading.open_source(found.path, kind, reading.look(found.path, kind, {}))
        return Looked(found, source, recognised(source.columns))
    except Problem as problem:
        return Looked(found, problem=problem.detail)


def _system(looked: Sequence[Looked]) -> str | None:
    """The system that most of the files are from."""
    votes = [file.known.system.name for file in looked if file.known]
    return max(votes, key=votes.count, default=None)


def _within(file: Looked, system: str | None) -> Looked:
    """The same file as a table of the system that the others are from, if it can be one."""
    if file.source is None or file.known is None or file.known.system.name == system:
        return file
    return replace(file, known=recognised(file.source.columns, system) or file.known)


def _lookups(looked: Sequence[Looked], catalogue: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in looked:
        table = file.known.table if file.known else None
        if isinstance(table, Left) and table.lookup and file.source:
            found.setdefault(table.lookup.field, {}).update(read_lookup(file.source, table.lookup, catalogue))
    return found


async def _one(
    workspace: Any, file: Looked, system: str | None, actor: Actor, lookups: Lookups, import_one: ImportOne
) -> FileReport:
    name = file.found.name
    if file.source is None:
        return FileReport(name, "failed", reason=file.problem)
    kind = file.known.label if file.known else ""
    try:
        plan, reason = await asyncio.to_thread(_planned, workspace.catalogue, actor, file, system, lookups)
        if plan is None:
            rows = await asyncio.to_thread(_count, file.source)
            return FileReport(name, "left", kind, reason, rows=rows, skipped={reason: rows} if rows else {})
        options = {"encoding": file.source.options.encoding} if file.source.format == "csv" else {}
        report = await import_one(file.found.path, Path(name).name, plan, options)
        return await _accounted(workspace, report, plan, FileReport(name, "imported", kind))
    except Cancelled:
        raise
    except Problem as problem:
        return FileReport(name, "failed", kind, problem.detail)


def _planned(
    catalogue: Any, actor: Actor, file: Looked, system: str | None, lookups: Lookups
) -> tuple[Plan | None, str]:
    """The plan for a file, or why there is none."""
    assert file.source is not None
    if file.known and isinstance(file.known.table, Left):
        return None, file.known.table.reason
    if file.known:
        plan = plan_of(file.known, file.source.columns, catalogue, actor, lookups)
        return plan, "" if plan else "these records are not yours to write"
    if system is not None:
        return None, "not understood: no table of the system that the other files are from has these columns"
    head = file.source.head().cells
    samples = {c: cells.text_of(head.column(c)).drop_null().to_pylist() for c in head.schema.names}
    best = next(iter(proposing.propose(proposing.Header(file.found.name, samples, catalogue, actor))), None)
    if best is None or best.confidence < _SURE:
        return None, "not understood: its columns name no record type. Import it alone, and say what they are"
    return best.plan, ""


def _count(source: reading.Source) -> int:
    return sum(len(batch.rows) + len(batch.ragged) for batch in source.batches())


async def _accounted(workspace: Any, report: Any, plan: Plan, draft: FileReport) -> FileReport:
    mains = plan.main or [plan.targets[-1].alias]
    objects = tuple(plan.target(alias).object for alias in mains)
    refused = await workspace.db.rows(SQL.refusals, report.id, mains)
    remarks = await workspace.db.rows(SQL.remarks, report.id, mains)
    counts = {name: sum(report.objects.get(o, {}).get(name, 0) for o in objects) for name in _OUTCOMES}
    out = sum(row["rows"] for row in refused) + sum(report.skipped.values())
    return replace(
        draft, objects=objects, rows=report.rows, **counts, same=max(0, report.rows - out - sum(counts.values())),
        skipped=dict(report.skipped), refused={row["reason"]: row["rows"] for row in refused},
        remarks=dict(_summed(remarks)), import_id=report.id,
    )  # fmt: skip


_OUTCOMES = ("created", "updated", "unchanged")


def _summed(remarks: Sequence[Any]) -> Iterator[tuple[str, int]]:
    reasons = dict.fromkeys(row["reason"] for row in remarks)
    for reason in reasons:
        yield reason, sum(row["cells"] for row in remarks if row["reason"] == reason)


__all__ = ["FileReport", "SetReport", "bring_files", "bring_set"]
