"""The relational analyses against the same aggregates in hand-written DuckDB SQL: same rows, same connection, one run.

`insight_vs_duckdb` sets a whole computation of both sides (cleaning, reconciliation, value, ABC, RFM, cohorts) against
each other, results fetched as Arrow. Lifetime value is left out, since SQL cannot fit its models. Both sides are first
checked to give the same figures. `insight_large_vs_duckdb` does it again on ten times the customers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from visavis.insight.analyses import ABC, COHORTS, RFM, VALUE
from visavis.insight.engine import DuckEngine, prepare
from visavis.insight.refresh import Computed, compute
from visavis.insight.settings import Settings
from visavis.insight.warehouse import create_tables

EXAMPLE = Path(__file__).parents[1] / "examples" / "online-retail" / "online_retail.parquet"
SETTINGS = Settings(currency="GBP")
RELATIONAL = (VALUE, ABC, RFM, COHORTS)
REPEATS = 3
TIMES = 10

_LOAD = """
insert into sale_line
select row_number() over (), dense_rank() over (order by copy, InvoiceNo), InvoiceNo,
    if(InvoiceNo like 'C%', 'credit_note', 'invoice'), 'paid', CustomerID * 100 + copy, null, null, StockCode,
    InvoiceDate::timestamp, InvoiceDate::date, Quantity * 10000, round(UnitPrice * 10000)::bigint,
    Quantity * round(UnitPrice * 10000)::bigint, null, 'GBP', null, 0, null, null
from '{path}', range({copies}) copies (copy)
"""

_LINE = """
create temp table line as
select company_id as id, invoice_id, issued_on as day, amount,
    case when invoice_kind = 'credit_note' then 'credit_note' when amount = 0 then 'free'
        when amount < 0 then 'deduction' else 'sale' end as bucket
from sale_line
where invoice_status not in ('draft', 'void') and currency = 'GBP' and issued_on < date '{as_of}'
"""

_REFERENCE = (
    "select id is null as unassigned, bucket, count(*), count(distinct invoice_id), sum(amount) from line group by all",
    """select id, sum(amount) as revenue_net, sum(amount) filter (bucket = 'sale') as gross,
    sum(amount) filter (bucket <> 'sale') as returns, count(distinct invoice_id) filter (bucket = 'sale') as invoices,
    min(day) filter (bucket = 'sale') as first, max(day) filter (bucket = 'sale') as last
    from line where id is not null group by 1""",
    """with v as (select id, sum(amount) as value from line where id is not null group by 1),
    r as (select id, value, row_number() over (order by value desc, id) as rank,
        sum(value) over (order by value desc, id rows unbounded preceding) as until, sum(value) over () as total from v)
    select id, rank, until / total as share,
        case when value > 0 and until * 100 <= 80 * total then 'A' when value > 0 and until * 100 <= 95 * total then 'B'
        else 'C' end as class from r""",
    """with b as (select id, date '{as_of}' - max(day) filter (bucket = 'sale') as recency,
        count(distinct invoice_id) filter (bucket = 'sale') as frequency, sum(amount) as monetary
        from line where id is not null group by 1 having frequency > 0)
    select *, ntile(5) over (order by recency desc, id), ntile(5) over (order by frequency, id),
        ntile(5) over (order by monetary, id) from b""",
    "select distinct id, date_trunc('month', day) as month from line where id is not null and bucket = 'sale'",
)


def run() -> list[dict[str, Any]]:
    """The lines per second of both sides; `ratio` above 1 would mean faster than the SQL by hand."""
    return [_compared("insight_vs_duckdb", 1), _compared("insight_large_vs_duckdb", TIMES)]


def _compared(name: str, copies: int) -> dict[str, Any]:
    with _warehouse(copies) as connection:
        rows = int(connection.execute("select count(*) from sale_line").fetchone()[0])
        _agree(connection)
        ours = _best(lambda: _ours(connection))
        reference = _best(lambda: _theirs(connection))
    return {
        "name": name,
        "ours": round(rows / ours),
        "reference": round(rows / reference),
        "ratio": round(reference / ours, 3),
        "unit": "invoice lines/s",
        "rows": rows,
    }


@contextmanager
def _warehouse(copies: int) -> Iterator[Any]:
    with duckdb.connect() as connection:
        prepare(connection)
        create_tables(connection)
        connection.execute(_LOAD.format(path=EXAMPLE, copies=copies))
        yield connection


def _ours(connection: Any) -> tuple[float, Computed]:
    engine = DuckEngine(connection)
    began = time.perf_counter()
    computed = compute(engine, SETTINGS, analyses=RELATIONAL)
    seconds = time.perf_counter() - began
    engine.close()
    return seconds, computed


def _theirs(connection: Any) -> tuple[float, list[Any]]:
    as_of = connection.execute("select max(issued_on) + 1 from sale_line").fetchone()[0]
    began = time.perf_counter()
    connection.execute(_LINE.format(as_of=as_of))
    tables = [connection.sql(sql.format(as_of=as_of)).to_arrow_table() for sql in _REFERENCE]
    seconds = time.perf_counter() - began
    connection.execute("drop table line")
    return seconds, tables


def _best(measured: Callable[[], tuple[float, Any]]) -> float:
    return min(measured()[0] for _ in range(REPEATS))


def _agree(connection: Any) -> None:
    """Raises AssertionError unless both sides give the same classes and revenue."""
    outcomes = {o.analysis.name: o.rows for o in _ours(connection)[1].bases[0].outcomes}
    _, tables = _theirs(connection)
    ours, theirs = outcomes["value"].sort_by("id"), tables[1].sort_by("id")
    assert np.array_equal(ours["revenue_net"].to_numpy(), theirs["revenue_net"].to_numpy().astype(np.int64))
    assert outcomes["abc"].sort_by("id")["abc_class"].to_pylist() == tables[2].sort_by("id")["class"].to_pylist()


if __name__ == "__main__":
    for line in run():
        print(line)
