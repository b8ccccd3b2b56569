"""Several files that belong together: each known by its header, put in order, and every row accounted for."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visavis.access import Actor
from visavis.features.imports import cells, customers, panels, proposing, reading
from visavis.features.imports.header import Header
from visavis.features.imports.ledger import SQL, Cancelled
from visavis.features.imports.plan import Plan, plan_from
from visavis.features.imports.sources.lookups import read_lookup
from visavis.features.imports.sources.model import Left, Order, Table
from visavis.features.imports.sources.recognising import Known, Lookups, plan_of, recognised
from visavis.features.imports.unpacking import Found, files_of
from visavis.kernel.errors import Problem

_SURE = 0.6
_PROPOSED = Order.LINKS - 1

MakeFields = Callable[[Path, Plan], Awaitable[Plan]]
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


async def bring_files(
    workspace: Any, found: Sequence[Found], actor: Actor, import_one: ImportOne, make_fields: MakeFields | None = None
) -> SetReport:
    """The same for files that were found already. ``make_fields`` gives fields to the columns that have none."""
    looked = [await asyncio.to_thread(_look, file) for file in found]
    system = _system(looked)
    looked = [_within(file, system) for file in looked]
    lookups = await asyncio.to_thread(_lookups, looked, workspace.catalogue)
    ordered = sorted(looked, key=lambda file: file.order)
    bring = _Bring(workspace, actor, system, lookups, import_one, make_fields)
    reports = [await bring.one(file) for file in ordered]
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


@dataclass(frozen=True, slots=True)
class _Bring:
    """What all files of a set have in common."""

    workspace: Any
    actor: Actor
    system: str | None
    lookups: Lookups
    import_one: ImportOne
    make_fields: MakeFields | None

    async def one(self, file: Looked) -> FileReport:
        name = file.found.name
        if file.source is None:
            return FileReport(name, "failed", reason=file.problem)
        kind = file.known.label if file.known else ""
        try:
            plan, reason = await self._planned(file, file.source)
            if plan is None:
                rows = await asyncio.to_thread(_count, file.source)
                return FileReport(name, "left", kind, reason, rows=rows, skipped={reason: rows} if rows else {})
            if self.make_fields and not file.known:
                plan = await self.make_fields(file.found.path, plan)
            options = {"encoding": file.source.options.encoding} if file.source.format == "csv" else {}
            report = await self.import_one(file.found.path, Path(name).name, plan, options)
            done = await _accounted(self.workspace, report, plan, FileReport(name, "imported", kind))
            return (
                done if file.known else replace(done, remarks={**dict(_told(plan, file.source, done)), **done.remarks})
            )
        except Cancelled:
            raise
        except Problem as problem:
            return FileReport(name, "failed", kind, problem.detail)

    async def _planned(self, file: Looked, source: reading.Source) -> tuple[Plan | None, str]:
        """The plan for a file, or why there is none."""
        if file.known and isinstance(file.known.table, Left):
            return None, file.known.table.reason
        if file.known:
            plan = plan_of(file.known, source.columns, self.workspace.catalogue, self.actor, self.lookups)
            return plan, "" if plan else "these records are not yours to write"
        if self.system is not None:
            return None, "not understood: no table of the system that the other files are from has these columns"
        return await self._proposed(file.found.name, source)

    async def _proposed(self, name: str, source: reading.Source) -> tuple[Plan | None, str]:
        header = await asyncio.to_thread(_header, name, source, self.workspace.catalogue, self.actor)
        async with self.workspace.db.transaction(readonly=True) as tx:
            header = replace(header, home=await customers.home(tx, header))
            seen = proposing.sees_all(self.actor)
            known = await tx.value(SQL.remembered, proposing.fingerprint(source.columns), self.actor.user_id, seen)
        last = plan_from(known) if known else None
        if last and set(last.columns()) <= set(source.columns):
            return last, ""
        best = next(iter(proposing.propose(header)), None)
        if best is None or not (best.sure or best.confidence >= _SURE):
            return None, "not understood: its columns name no record type. Import it alone, and say what they are"
        return best.plan, ""


def _header(name: str, source: reading.Source, catalogue: Any, actor: Actor) -> Header:
    head = source.head().cells
    samples = {c: cells.text_of(head.column(c)).drop_null().to_pylist() for c in head.schema.names}
    return Header(name, samples, catalogue, actor, panels.look(source, cells.Style.of(source.options, "UTC")))


def _told(plan: Plan, source: reading.Source, done: FileReport) -> Iterator[tuple[str, int]]:
    """What the plan decided that nobody was asked about."""
    if assumed := plan.assumed():
        yield assumed, done.rows
    left = [c for columns in plan.without_field(source.columns).values() for c in columns]
    if left := [c for c in left if c not in proposing.OWN_COLUMNS]:
        yield f"no fields for these columns: {', '.join(left)}", done.rows


def _count(source: reading.Source) -> int:
    return sum(len(batch.rows) + len(batch.ragged) for batch in source.batches())


async def _accounted(workspace: Any, report: Any, plan: Plan, draft: FileReport) -> FileReport:
    mains = plan.main or [plan.targets[-1].alias]
    objects = tuple(plan.target(alias).object for alias in mains)
    refused = await workspace.db.rows(SQL.refusals, report.id, mains)
    remarks = await workspace.db.rows(SQL.remarks, report.id, mains)
    counts = {name: sum(report.objects.get(o, {}).get(name, 0) for o in objects) for name in _OUTCOMES}
    out = sum(row["rows"] for row in refused) + sum(report.skipped.values())
    same = max(0, report.rows - out - sum(counts.values()))
    skipped = dict(report.skipped)
    if same and (where := _nonzero(plan, mains)):
        skipped[f"{where} is zero"] = same
        same = 0
    return replace(
        draft, objects=objects, rows=report.rows, **counts, same=same, skipped=skipped,
        refused={row["reason"]: row["rows"] for row in refused}, remarks=dict(_summed(remarks)), import_id=report.id,
    )  # fmt: skip


def _nonzero(plan: Plan, mains: Sequence[str]) -> str | None:
    """The column without which a row has none of the records that rows are counted by, each row one of its own."""
    found = [t.where.column for t in map(plan.target, mains) if t.where and t.where.nonzero]
    return found[0] if len(found) == len(mains) else None


_OUTCOMES = ("created", "updated", "unchanged")


def _summed(remarks: Sequence[Any]) -> Iterator[tuple[str, int]]:
    reasons = dict.fromkeys(row["reason"] for row in remarks)
    for reason in reasons:
        yield reason, sum(row["cells"] for row in remarks if row["reason"] == reason)


__all__ = ["FileReport", "SetReport", "bring_files", "bring_set"]
