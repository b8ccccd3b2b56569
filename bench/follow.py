"""A refresh after 10,000 changed invoices of a million customers with ten million invoice lines, through PostgreSQL.

The warehouse is filled beside the records, as if it had been fed; one refresh over the whole base follows, and three
after changes, of which the median counts. Each changes the amounts of the lines of 10,000 invoices picked by chance.
`follow_figures` are the seconds until the new figures stand in PostgreSQL for everybody to read, beside the 10 that it
may take; `follow_open` those until the Parquet files for other tools follow, too; `follow_anew` those of the refresh
over the whole base, first writing included, beside that.

VISAVIS_BENCH_SALES sets customers and lines (1000000,10000000).
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.insight import CUSTOMERS, LINES, SETTINGS, fill
from bench.place import server
from visavis.features.runtime import Workspace, open_workspace
from visavis.insight import api
from visavis.insight.feed import GENERATION
from visavis.insight.warehouse import open_warehouse

CHANGED = 10_000
REPEATS = 3
LIMIT = 10.0
_FIGURES = ("feed", "analyses", "write")
_RECORDS = """
insert into company (id, name) select n, 'Company ' || n from generate_series(1, {customers}) n;
insert into product (id, name, code, category)
    select n, 'Product ' || n, 'P' || n, 'Category ' || n % 40 from generate_series(1, 4000) n;
insert into invoice (id, number, kind, status, company, issued_at) values (0, 'R0', 'invoice', 'paid', 1, '2021-01-01');
insert into invoice_line (id, invoice, quantity, amount, amount_currency) values (0, 0, 1, 1, 'EUR');
insert into event (door, object, record_id, kind) values ('bench', 'invoice', 0, 'created')
"""
_INVOICE_IDS = "(select distinct invoice_id from sale_line)"
_PICKED = f"create or replace temp table picked as from {_INVOICE_IDS} using sample {CHANGED} rows"
_INVOICES = """
select invoice_id as id, any_value(invoice_number) as number, any_value(invoice_kind) as kind, 'paid' as status,
    any_value(company_id) as company, any_value(issued_at) as issued_at
from sale_line semi join picked using (invoice_id) group by 1
"""
_LINES = """
select line_id as id, invoice_id as invoice, product_id as product, quantity / 10000 as quantity,
    unit_price / 10000 as unit_price, 'EUR' as unit_price_currency, amount * {factor} / 10000 as amount,
    'EUR' as amount_currency, cost / 10000 as cost, 'EUR' as cost_currency, position
from sale_line semi join picked using (invoice_id)
"""
_UPDATED = (
    "insert into event (door, object, record_id, kind) select 'bench', 'invoice', unnest($1::bigint[]), 'updated'"
)


def run() -> list[dict[str, Any]]:
    """One line for each measurement; `ratio` is 1 or more where the limit is kept."""
    with server() as (dsn, folder):
        whole, followed = asyncio.run(_measured(dsn, folder / "data"))
    figures = median(sum(seconds[step] for step in _FIGURES) for seconds in followed)
    last = median(seconds["all"] for seconds in followed)
    return [
        _line("follow_figures", figures, LIMIT),
        _line("follow_open", last, LIMIT),
        _line("follow_anew", last, whole["all"]),
    ]


def _line(name: str, ours: float, reference: float) -> dict[str, Any]:
    figures = {"ours": round(ours, 3), "reference": round(reference, 3), "ratio": round(reference / ours, 3)}
    return {"name": name, **figures, "unit": "s", "rows": LINES}


async def _measured(dsn: str, data: Path) -> tuple[dict[str, float], list[dict[str, float]]]:
    """The seconds of each step of the refresh over the whole base, and of those after changes."""
    async with open_workspace(dsn, data, "follow") as workspace:
        async with workspace.context() as ctx:
            for statement in _RECORDS.format(customers=CUSTOMERS).split(";"):
                await ctx.tx.execute(statement)
        await api.refresh(workspace.db, data, SETTINGS, methods=("value",))
        with open_warehouse(data) as warehouse:
            warehouse.connection.execute("delete from product")
            fill(warehouse.connection, CUSTOMERS, LINES)
            warehouse.remember(GENERATION, "2")
        whole = await _refreshed(workspace, data)
        followed = []
        for factor in range(2, 2 + REPEATS):
            await _change(workspace, data, factor)
            followed.append(await _refreshed(workspace, data))
        return whole, followed


async def _refreshed(workspace: Workspace, data: Path) -> dict[str, float]:
    began = time.perf_counter()
    report = await api.refresh(workspace.db, data, SETTINGS)
    return {**report.seconds, "all": time.perf_counter() - began, "touched": report.touched or 0}


async def _change(workspace: Workspace, data: Path, factor: int) -> None:
    """The records of invoices that only the warehouse knew so far, with other amounts."""
    with open_warehouse(data) as warehouse:
        warehouse.connection.execute(_PICKED)
        invoices = warehouse.connection.sql(_INVOICES).fetchall()
        lines = warehouse.connection.sql(_LINES.format(factor=factor)).fetchall()
        names = [warehouse.connection.sql(sql).columns for sql in (_INVOICES, _LINES.format(factor=factor))]
    async with workspace.context() as ctx:
        for table, columns, rows in (("invoice", names[0], invoices), ("invoice_line", names[1], lines)):
            await ctx.tx.execute(f"delete from {table} where id = any($1::bigint[])", [row[0] for row in rows])
            await ctx.tx.copy_csv(table, columns, [_csv(rows)])
        await ctx.tx.execute(_UPDATED, [row[0] for row in invoices])


def _csv(rows: list[tuple[Any, ...]]) -> bytes:
    return "".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows).encode()
