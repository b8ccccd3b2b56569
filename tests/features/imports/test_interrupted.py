"""Killed at any moment, an import goes on and ends as if nothing had happened."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from visavis.features.runtime import Workspace, open_workspace
from visavis.store import Database

CHILD = Path(__file__).with_name("interrupted.py")
Make = Callable[[str, str | bytes], Path]
FAR = 1_000_000


def sales(lines: int = 200) -> str:
    """Invoices of three lines, some bad, with products, customers and credit notes."""
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    return head + "".join(
        f"{'C' if n % 21 == 0 else ''}{n // 3},P{n % 17},Thing {n % 17},{'bad' if n % 50 == 49 else n % 9 - 2},"
        f"2026-01-{n // 30 + 1:02} 10:00,{n % 13}.25,{n % 11 or ''},France\n"
        for n in range(lines)
    )


async def _child(*args: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CHILD),
        *args,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    out, _ = await process.communicate()
    return int(process.returncode or 0), out.decode()


_FACTS = """
select (select jsonb_agg(jsonb_build_array(l.external_id, i.number, p.code, l.quantity::text, l.amount::text, l.version)
            order by l.external_id)
        from invoice_line l join invoice i on i.id = l.invoice join product p on p.id = l.product) as lines,
    (select jsonb_agg(jsonb_build_array(i.external_id, i.kind, i.total::text, i.version, c.external_id, c.name)
            order by i.external_id)
        from invoice i left join company c on c.id = i.company) as invoices,
    (select jsonb_object_agg(object || ' ' || kind, n)
        from (select object, kind, count(*) as n from event group by 1, 2) e) as events,
    (select count(*) from search) as found,
    (select count(distinct row_no) from import_problem) as bad
"""


async def _facts(db: Database) -> dict[str, Any]:
    row = await db.row(_FACTS)
    assert row is not None
    return dict(row)


@pytest.fixture(scope="module")
def expected(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What an undisturbed import leaves, and what it counts."""
    folder = tmp_path_factory.mktemp("calm")
    path = folder / "sales.csv"
    path.write_text(sales())
    schema = f"test_calm_{uuid4().hex[:8]}"
    try:
        yield asyncio.run(_undisturbed(dsn, schema, path, folder))
    finally:
        asyncio.run(_drop(dsn, schema))


async def _undisturbed(dsn: str, schema: str, path: Path, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    code, out = await _child(dsn, schema, str(folder), str(path), str(FAR))
    assert code == 0
    async with open_workspace(dsn, folder, schema) as calm:
        return await _facts(calm.db), json.loads(out)


async def _drop(dsn: str, schema: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"drop schema if exists {schema} cascade")
    await connection.close()


async def test_killed_again_and_again(dsn: str, workspace: Workspace, make: Make, expected: Any) -> None:
    """Each attempt gets a little further before it dies; the last one ends."""
    path = make("sales.csv", sales())
    args = (dsn, workspace.db.schema, str(workspace.data_dir), str(path))
    code, call, kills = -signal.SIGKILL, 9, 0
    while code == -signal.SIGKILL:
        code, out = await _child(*args, str(call))
        kills += code == -signal.SIGKILL
        call = call * 3 // 2 + 5
    assert code == 0 and kills >= 4
    facts, counts = expected
    assert await _facts(workspace.db) == facts
    assert json.loads(out) == counts


@pytest.mark.parametrize("call", [45, 80, 120])
async def test_killed_once_and_taken_up(dsn: str, workspace: Workspace, make: Make, expected: Any, call: int) -> None:
    path = make("sales.csv", sales())
    args = (dsn, workspace.db.schema, str(workspace.data_dir), str(path))
    code, _ = await _child(*args, str(call))
    assert code == -signal.SIGKILL
    code, out = await _child(*args, str(FAR))
    facts, counts = expected
    assert code == 0 and await _facts(workspace.db) == facts
    assert json.loads(out) == counts
