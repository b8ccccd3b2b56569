"""The methods on generated sales: whole refreshes, and each relational analysis against DuckDB SQL written by hand.

`insight_refresh` is the wall time in seconds of all methods from the warehouse to their results, beside the 90 s that
it may take; `insight_memory` the most memory that its process ever held, in GiB, beside 4; `insight_growth` how many
times longer ten times the rows take, beside 11. `insight_<analysis>` are the seconds of one analysis beside those of
SQL that gives the same columns from the same receipts, on one connection in turns, the best of three each; both are
checked to agree. Net profit has a tenth as many rows of service and sales work as there are lines. The sales are
skewed as sales are: few customers and products make up most of them, and more of late.

VISAVIS_BENCH_SALES sets customers and lines (1000000,10000000). VISAVIS_ENGINE names the engine that does our side:
with `sail spark server --port 50051` running, `VISAVIS_ENGINE=sc://localhost:50051 python -m bench insight` is the same
bench there, on the Parquet of the warehouse. The SQL by hand stays DuckDB's; the memory is that of our process alone.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from visavis.insight.analyses import ABC, COHORTS, PROFIT, RFM, VALUE, XYZ
from visavis.insight.analyses.base import Analysis
from visavis.insight.analyses.receipts import of, receipts
from visavis.insight.engine import Engine, engine_for, engine_here, prepare
from visavis.insight.refresh import compute
from visavis.insight.settings import Settings
from visavis.insight.warehouse import Warehouse, create_tables

CUSTOMERS, LINES = (int(n) for n in os.environ.get("VISAVIS_BENCH_SALES", "1000000,10000000").split(","))
TIMES = 10
REPEATS = 3
SETTINGS = Settings(currency="EUR")
RELATIONAL = (VALUE, ABC, RFM, COHORTS, PROFIT, XYZ)
MOST_SECONDS, MOST_GIB, MOST_GROWTH = 90.0, 4.0, 11.0

_PRODUCTS = (
    "insert into product select i, 'P' || i, 'Product ' || i, 'Category ' || (i % 40), true from range(1, 4001) t (i)"
)
_SALES = """
insert into sale_line (line_id, invoice_id, invoice_number, invoice_kind, invoice_status, company_id, product_id,
    product_code, issued_at, issued_on, quantity, unit_price, amount, cost, currency, position, discount)
with line as (
    select n, 1 + n * 3 // 10 as invoice, 1 + floor(4000 * pow((hash(n * 11) % 1000003) / 1000003.0, 3))::bigint as p,
        1 + hash(n * 13) % 6 as quantity
    from range({lines}) t (n)
), sale as (
    select *, 1 + floor({customers} * pow((hash(invoice) % 1000003) / 1000003.0, 2))::bigint as customer,
        date '2021-01-01' + (1400 * sqrt((hash(invoice * 7 + 1) % 1000033) / 1000033.0))::integer as day,
        if(hash(invoice * 3) % 50 = 0, -1, 1) as sign, 10000 * (1 + hash(p) % 97) as price
    from line
)
select n, invoice, 'R' || invoice, if(sign < 0, 'credit_note', 'invoice'), 'paid', customer, p, 'P' || p,
    day + interval 10 hour, day, quantity * 10000, price, sign * price * quantity, sign * (price * quantity * 6 // 10),
    'EUR', 1, 0
from sale
"""
_SERVING = """
select (1 + hash(n * 5) % {customers})::bigint as customer_id, if(n % 3 = 0, 'service', 'sales') as bar,
    if(n % 1000 = 0, null, 10000 * (1 + hash(n * 17) % 60))::bigint as cost, date '2021-01-01' as day
from range({rows}) t (n)
"""
_RECEIPT = """
select company_id as customer_id, invoice_id, issued_on as day,
    case when invoice_kind = 'credit_note' then 'credit_note' when amount = 0 then 'free'
        when amount < 0 then 'deduction' else 'sale' end as bucket,
    count(*) as lines, sum(amount)::bigint as amount, sum(coalesce(cost, 0))::bigint as cost,
    sum(if(cost is null and amount <> 0, amount, 0))::bigint as uncosted,
    sum(if(cost is null and amount <> 0, 1, 0))::bigint as uncosted_lines, sum(coalesce(discount, 0))::bigint as given
from sale_line
where invoice_status not in ('draft', 'void') and currency = 'EUR' and issued_on < date '{day}'
    and company_id not in (select id from company where trashed)
group by all
"""
_BY_HAND = {
    VALUE.name: """
select customer_id as id, sum(amount)::bigint as revenue_net,
    coalesce(sum(amount) filter (bucket = 'sale'), 0)::bigint as revenue_gross,
    coalesce(sum(amount) filter (bucket <> 'sale'), 0)::bigint as returns,
    if(sum(uncosted_lines) = 0, sum(amount) - sum(cost), null)::bigint as margin,
    count(distinct invoice_id) filter (bucket = 'sale') as invoice_count,
    min(day) filter (bucket = 'sale') as first_purchase, max(day) filter (bucket = 'sale') as last_purchase,
    null::bigint as won_value, null::bigint as won_count
from receipt group by 1""",
    ABC.name: """
select id, case when revenue_net > 0 and until * 100 <= 80 * total then 'A'
        when revenue_net > 0 and until * 100 <= 95 * total then 'B' else 'C' end as abc_class, abc_rank,
    round(until::double * 100 / total::double, 6) as abc_share
from (select id, revenue_net, row_number() over (order by revenue_net desc, id) as abc_rank,
        sum(revenue_net) over (order by revenue_net desc, id rows unbounded preceding) as until,
        sum(revenue_net) over () as total from value)""",
    RFM.name: """
select *, case when r_score >= 4 and f_score + m_score >= 8 then 'champions'
        when r_score = 1 and f_score + m_score >= 8 then 'cannot_lose'
        when r_score >= 3 and f_score + m_score >= 7 then 'loyal'
        when r_score <= 2 and f_score + m_score >= 6 then 'at_risk'
        when r_score = 5 and f_score + m_score <= 3 then 'new' when r_score >= 4 then 'promising'
        when r_score = 3 then 'needs_attention' else 'hibernating' end as rfm_segment
from (select *, ntile(5) over (order by recency_days desc, id) as r_score,
        ntile(5) over (order by frequency, id) as f_score, ntile(5) over (order by monetary, id) as m_score
    from (select customer_id as id, date '{day}' - max(day) filter (bucket = 'sale') as recency_days,
            count(distinct invoice_id) filter (bucket = 'sale') as frequency, sum(amount)::bigint as monetary
        from receipt group by 1 having frequency > 0))""",
    COHORTS.name: """
select customer_id as id, date_trunc('month', min(day))::date as cohort_month
from receipt where bucket = 'sale' group by 1""",
    PROFIT.name: """
select id, sold + given as gross_sales, given + deducted as discount_cost, returned as return_cost,
    revenue_net - margin as goods_cost, if(no_service > 0, null, coalesce(service, 0))::bigint as service_cost,
    if(no_sales > 0, null, coalesce(sales, 0))::bigint as sales_cost, null::bigint as delivery_cost,
    null::bigint as credit_cost, null::bigint as campaign_cost, null::bigint as other_cost,
    service_cost + sales_cost as cost_to_serve,
    gross_sales - discount_cost - return_cost - goods_cost - cost_to_serve as net_profit,
    uncosted_lines + coalesce(no_service, 0) + coalesce(no_sales, 0) as unknown_costs
from value join (
    select customer_id as id, sum(if(bucket = 'sale', amount, 0))::bigint as sold,
        sum(if(bucket = 'deduction', -amount, 0))::bigint as deducted,
        sum(if(bucket = 'credit_note', -amount, 0))::bigint as returned, sum(given)::bigint as given,
        sum(uncosted_lines)::bigint as uncosted_lines
    from receipt group by 1) using (id)
left join (
    select customer_id as id, sum(cost) filter (bar = 'service') as service, sum(cost) filter (bar = 'sales') as sales,
        count(*) filter (bar = 'service' and cost is null) as no_service,
        count(*) filter (bar = 'sales' and cost is null) as no_sales
    from serving group by 1) using (id)""",
    XYZ.name: """
select id, case when v <= 0.5 then 'X' when v <= 1 then 'Y' when v > 1 then 'Z' end as xyz_class, v as xyz_variation
from (select id, if(months >= 6 and total > 0,
        round(sqrt(greatest(squares::double / months - (total / months) ** 2, 0)) / (total / months), 6), null) as v
    from (select s.id, sum(amount) as total, sum(amount::hugeint * amount) as squares,
            least(12, datediff('month', any_value(first_purchase), date '{end}'))::double as months
        from (select customer_id as id, date_trunc('month', day) as month, sum(amount)::bigint as amount from receipt
            where day >= date '{end}' - interval 1 year and day < date '{end}' group by all) s
        join value v on v.id = s.id and first_purchase is not null group by 1))""",
}


def run() -> list[dict[str, Any]]:
    """The lines of both sizes; the ratio is above 1 where it is better than it must be."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="vav-bench-") as folder:
        small = _apart(folder, CUSTOMERS // TIMES, LINES // TIMES)
        large = _apart(folder, CUSTOMERS, LINES)
        lines += [_line("insight_refresh", large["seconds"], MOST_SECONDS, "s")]
        lines += [_line("insight_memory", large["gib"], MOST_GIB, "GiB")]
        lines += [_line("insight_growth", large["seconds"] / small["seconds"], MOST_GROWTH, "times")]
        with _warehouse(folder, CUSTOMERS, LINES) as connection:
            lines += _compared(connection)
    return lines


def _line(name: str, ours: float, reference: float, unit: str, rows: int = LINES) -> dict[str, Any]:
    ratio = round(reference / ours, 3)
    return {
        "name": name,
        "ours": round(ours, 3),
        "reference": round(reference, 3),
        "ratio": ratio,
        "unit": unit,
        "rows": rows,
    }


def _apart(folder: str, customers: int, lines: int) -> dict[str, float]:
    """All methods in a process of their own, whose memory is theirs alone."""
    with _warehouse(folder, customers, lines) as connection:
        path = connection.execute("select path from duckdb_databases() where path is not null").fetchall()[0][0]
    command = [sys.executable, "-m", "bench.insight", path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def whole(path: str) -> dict[str, float]:
    """Seconds of all methods over the warehouse file, and the most memory of this process in GiB."""
    with duckdb.connect(path) as connection:
        prepare(connection)
        engine = _engine(connection)
        began = time.perf_counter()
        compute(engine, SETTINGS)
        seconds = time.perf_counter() - began
        engine.close()
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return {"seconds": seconds, "gib": int(peak.split()[1]) / 2**20}


@contextmanager
def _warehouse(folder: str, customers: int, lines: int) -> Iterator[Any]:
    """A warehouse file of that many customers and lines; filled once."""
    path = Path(folder) / f"{lines}.duckdb"
    filled = path.exists()
    with duckdb.connect(str(path)) as connection:
        prepare(connection)
        if not filled:
            create_tables(connection)
            fill(connection, customers, lines)
        yield connection


def fill(connection: Any, customers: int, lines: int) -> None:
    """Products and sale lines into the tables of a warehouse."""
    connection.execute(_PRODUCTS)
    connection.execute(_SALES.format(customers=customers, lines=lines))


def _engine(connection: Any) -> Engine:
    """The engine that the environment names, with the Parquet that a server reads."""
    where = engine_here("duckdb")
    path = connection.execute("select path from duckdb_databases() where path is not null").fetchall()[0][0]
    warehouse = Warehouse(Path(path).with_suffix(""), connection)
    if where != "duckdb":
        warehouse.folder.mkdir(exist_ok=True)
        warehouse.snapshot()
    return engine_for(where, connection, warehouse.snapshots)


def _compared(connection: Any) -> list[dict[str, Any]]:
    """Each relational analysis beside SQL by hand, in turns."""
    last: dt.date = connection.execute("select max(issued_on) from sale_line").fetchall()[0][0]
    settings = SETTINGS.at(last + dt.timedelta(days=1))
    words = {"day": settings.day, "end": settings.day.replace(day=1)}
    engine = _engine(connection)
    kept = engine.keep("receipts", receipts(engine, engine.table("sale_line"), settings))
    tables: dict[str, Any] = {"receipts": engine.keep("receipts_company", of(engine, kept, "company", settings))}
    tables["deals"] = engine.table("deal").withColumn("customer_id", engine.F.col("company_id"))
    connection.execute(f"create temp table serving as {_SERVING.format(customers=CUSTOMERS, rows=LINES // TIMES)}")
    tables["costs"] = engine.frame("costs", connection.sql("from serving").to_arrow_table())
    tables["costed"] = engine.frame("costed", connection.sql("select distinct bar from serving").to_arrow_table())
    connection.execute(f"create temp table receipt as {_RECEIPT.format(**words)}")
    lines = []
    for analysis in RELATIONAL:
        sql = _BY_HAND[analysis.name].format(**words)
        ours, theirs = _both(connection, engine, tables, analysis, settings, sql)
        lines.append(_line(f"insight_{analysis.name}", ours, theirs, "s"))
        frame = engine.keep(analysis.name, analysis.run(engine, tables, settings).frame)
        tables |= {analysis.name: frame} | {f"field.{field}": frame for field in analysis.outputs}
        connection.execute(f"create temp table {analysis.name} as {sql}")
    engine.close()
    return lines


def _both(
    connection: Any, engine: Engine, tables: dict[str, Any], analysis: Analysis, settings: Settings, sql: str
) -> tuple[float, float]:
    """The best seconds of ours and of the SQL by hand. RuntimeError where they do not agree."""

    def ours() -> pa.Table:
        return engine.arrow(analysis.run(engine, tables, settings).frame, analysis.schema)

    def theirs() -> pa.Table:
        return connection.sql(sql).to_arrow_table()

    found: dict[Callable[[], pa.Table], list[float]] = {ours: [], theirs: []}
    for _ in range(REPEATS):
        answers = []
        for side, times in found.items():
            began = time.perf_counter()
            answers.append(side())
            times.append(time.perf_counter() - began)
    _agree(analysis, *answers)
    return min(found[ours]), min(found[theirs])


def _agree(analysis: Analysis, ours: pa.Table, theirs: pa.Table) -> None:
    names = ["id", *(name for name in analysis.outputs if name in theirs.column_names)]
    sides = [table.select(names).cast(pa.schema([analysis.schema.field(n) for n in names])) for table in (ours, theirs)]
    if not sides[0].sort_by("id").equals(sides[1].sort_by("id")):
        raise RuntimeError(f"insight_{analysis.name}: the two sides do not agree")


if __name__ == "__main__":
    print(json.dumps(whole(sys.argv[1])))
