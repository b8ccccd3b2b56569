"""A range of an import reads the records that its rows name, not the table in which they stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.features.imports.conftest import Make
from visavis.access import SYSTEM
from visavis.features.imports import merging
from visavis.features.imports.api import import_file
from visavis.features.imports.merging import Merge, Span
from visavis.features.imports.shape import Shape
from visavis.features.runtime import Workspace
from visavis.records.context import Context

TABLE = 20_000
JUDGED, WRITTEN = 1_000, 200
"""Rows of a range. Where it is as many, PostgreSQL would rather read the whole table; judging keeps it from that."""
OFTEN = {"_judge": 7, "_merge": 15}
"""How often a row of the range may be read, with its record: judged; or written as well, with event, image, search."""
_FILL = """
insert into company (name, industry, domain, external_id)
select 'Company ' || n, 'Trade ' || n % 40, 'c' || n || '.example', 'K' || n from generate_series(1, $1::bigint) n
"""
_MERGED = """
insert into merged_record (id, object, external_id, winner_id, batch_id)
select -id, 'company', 'M' || id, id, 1 from company order by id limit 200
"""
_READ = """
select coalesce(sum(seq_tup_read), 0) + coalesce(sum(idx_tup_fetch), 0) from pg_stat_xact_user_tables
where schemaname = current_schema() and (relname = 'company' or relname ~ '^import_[0-9]')
"""
KEYS: dict[str, dict[str, Any]] = {
    "id": {"columns": ["id"]},
    "merged": {"columns": ["id"]},
    "disturbed": {"columns": ["id"]},
    "adopt": {"columns": ["id"], "adopt": "name"},
    "field": {"columns": ["domain"], "field": "domain"},
}


def _file(rows: int) -> str:
    """Records from everywhere in the table, each to be changed, and every tenth new."""
    numbers = [n * (TABLE // rows) if n % 10 else TABLE + n for n in range(1, rows + 1)]
    return "id,name,sector,domain\n" + "".join(f"K{n},Company {n},new,c{n}.example\n" for n in numbers)


@pytest.mark.parametrize(
    ("case", "method", "size"), [*((case, "_judge", JUDGED) for case in KEYS), ("id", "_merge", WRITTEN)]
)
async def test_a_range_reads_what_it_names(
    case: str, method: str, size: int, workspace: Workspace, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    original = getattr(Merge, method)

    async def counted(self: Merge, ctx: Context, shape: Shape, span: Span) -> Any:
        self.is_disturbed = case == "disturbed"
        before = await ctx.tx.value(_READ)
        found = await original(self, ctx, shape, span)
        read.append(await ctx.tx.value(_READ) - before)
        return found

    monkeypatch.setattr(merging, "RANGE", size)
    monkeypatch.setattr(Merge, method, counted)
    async with workspace.context() as ctx:
        await ctx.tx.execute(_FILL, TABLE)
        if case == "merged":
            await ctx.tx.execute(_MERGED)
        await ctx.tx.execute("analyze company")
    fields = {"name": {"column": "name"}, "industry": {"column": "sector"}}
    plan = {"targets": [{"alias": "company", "object": "company", "key": KEYS[case], "fields": fields}]}
    told = await import_file(workspace, make("news.csv", _file(2 * size)), actor=SYSTEM, plan=plan)
    assert told.objects["company"] == {"created": size // 5, "updated": size * 9 // 5, "unchanged": 0, "invalid": 0}
    assert len(read) == 2
    assert max(read) <= OFTEN[method] * size
