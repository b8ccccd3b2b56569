"""Which class each customer had at any day: a row from the day on which it came until the day on which it went."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import pyarrow as pa
from pyarrow import csv as pacsv

from visavis.store.db import Tx, quoted
from visavis.store.formulas import literal

_NEWEST = "select max(since) from class_history where object = $1 and field = $2"
_MOVED = """
create temp table moved on commit drop as
select coalesce(n.id, h.id) as id, n.class as class, h.since
from (select id, {column} as class from {next} where {column} is not null) n
full join (
    select id, class, since from class_history where object = {object} and field = {field} and until is null {among}
) h on h.id = n.id
where n.class is distinct from h.class
"""
_TAKEN_BACK = """
delete from class_history h using moved m
where h.object = $1 and h.field = $2 and h.id = m.id and h.since = m.since and m.since = $3::date
"""
_ENDED = """
update class_history h set until = $3::date from moved m
where h.object = $1 and h.field = $2 and h.id = m.id and h.since = m.since and m.since < $3::date
"""
_BEGUN = """
insert into class_history (object, field, id, class, since)
select $1, $2, id, class, $3::date from moved where class is not null order by id
"""
"""In the order of the index, which takes a third of the time for a million rows."""
_BEGUN_AGAIN = _BEGUN + "on conflict (object, field, id, since) do update set class = excluded.class, until = null"
_OLDEST = "select min(since) from class_history where object = $1 and field = any($2::text[])"
_BEGAN_EARLIER = """
update class_history h set since = $3::date from earlier e
where h.object = $1 and h.field = $2 and h.id = e.id and h.since = $4::date and h.class = e.class
"""
_BEFORE = """
insert into class_history (object, field, id, class, since, until)
select $1, $2, e.id, e.class, $3::date, $4::date from earlier e
where e.class is not null
    and not exists (
        select from class_history h where h.object = $1 and h.field = $2 and h.id = e.id and h.since = $3::date
    )
"""


async def keep_classes(
    tx: Tx, customer: str, table: str, fields: tuple[str, ...], day: dt.date, gone: str | None = None
) -> None:
    """Note what the table says of these fields on the day. A day before the newest one changes nothing.

    ``gone``: the table with the ids that left, where ``table`` has only the customers that changed.
    """
    for field in fields:
        newest = await tx.value(_NEWEST, customer, field)
        if newest is None or newest <= day:
            begun = _BEGUN_AGAIN if newest == day else _BEGUN
            await _keep(tx, customer, table, field, day, gone, begun)


async def _keep(tx: Tx, customer: str, table: str, field: str, day: dt.date, gone: str | None, begun: str) -> None:
    among = f"and id in (select id from {quoted(table)} union all select id from {quoted(gone)})" if gone else ""
    words = {"object": literal(customer, "text"), "field": literal(field, "text"), "among": among}
    await tx.execute("drop table if exists moved")
    await tx.execute(_MOVED.format(next=quoted(table), column=quoted(field), **words))
    await tx.execute("analyze moved")
    for statement in (_TAKEN_BACK, _ENDED, begun):
        await tx.execute(statement, customer, field, day)


async def oldest(tx: Tx, customer: str, fields: Sequence[str]) -> dt.date | None:
    """The first day of which any of these classes is known."""
    day: dt.date | None = await tx.value(_OLDEST, customer, list(fields))
    return day


async def keep_earlier(tx: Tx, customer: str, field: str, rows: pa.Table, day: dt.date) -> None:
    """Note the classes (`id` and the field) of a day before all that is known; they hold until the first known day."""
    until = await oldest(tx, customer, [field])
    if until is None or until <= day:
        return
    await tx.execute("drop table if exists earlier")
    await tx.execute("create temp table earlier (id bigint not null, class text) on commit drop")
    sink = io.BytesIO()
    pacsv.write_csv(rows.select(["id", field]), sink, pacsv.WriteOptions(include_header=False))
    await tx.copy_csv("earlier", ("id", "class"), [sink.getvalue()])
    for statement in (_BEGAN_EARLIER, _BEFORE):
        await tx.execute(statement, customer, field, day, until)
