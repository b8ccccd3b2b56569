"""Which class each customer had at any day: a row from the day on which it came until the day on which it went."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import pyarrow as pa
from pyarrow import csv as pacsv

from visavis.store.db import Tx, quoted
from visavis.store.formulas import literal

_NEWEST = """
select field, (select max(since) from class_history h where h.object = $1 and h.field = f.field) as day
from unnest($2::text[]) f (field)
"""
_MOVED = """
create temp table moved on commit drop as
select {field} as field, coalesce(n.id, h.id) as id, n.class as class, h.since
from (select id, {column} as class from {next} where {column} is not null) n
full join (
    select id, class, since from class_history where object = {object} and field = {field} and until is null
) h on h.id = n.id
where n.class is distinct from h.class
"""
_FEW_MOVED = """
create temp table moved on commit drop as
select f.field, n.id, f.class, h.since
from (select id, {columns} from {next} union all select id, {nulls} from {gone}) n
cross join lateral (values {pairs}) f (field, class)
left join lateral (
    select class, since from class_history
    where object = {object} and field = f.field and id = n.id and until is null limit 1
) h on true
where f.class is distinct from h.class
"""
"""There is one at most: the limit has each looked up by the index, whatever is believed of the size of the table."""
_TAKEN_BACK = """
delete from class_history h using moved m
where h.object = $1 and h.field = m.field and h.id = m.id and h.since = m.since and m.since = $2::date
"""
_ENDED = """
update class_history h set until = $2::date from moved m
where h.object = $1 and h.field = m.field and h.id = m.id and h.since = m.since and m.since < $2::date
"""
_BEGUN = """
insert into class_history (object, field, id, class, since)
select $1, field, id, class, $2::date from moved where class is not null order by field, id
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
    tx: Tx, customer: str, table: str, fields: Sequence[str], day: dt.date, gone: str | None = None
) -> None:
    """Note what the table says of these fields on the day. A day before the newest one changes nothing.

    ``gone``: the table with the ids that left, where ``table`` has only the customers that changed.
    """
    newest = {row["field"]: row["day"] for row in await tx.rows(_NEWEST, customer, list(fields))}
    going = [field for field in fields if newest[field] is None or newest[field] <= day]
    if gone and going:
        await _keep(tx, customer, _few_moved(customer, table, going, gone), day, _BEGUN_AGAIN)
    for field in () if gone else going:
        begun = _BEGUN_AGAIN if newest[field] == day else _BEGUN
        await _keep(tx, customer, _moved(customer, table, field), day, begun)


def _moved(customer: str, table: str, field: str) -> str:
    words = {"object": literal(customer, "text"), "field": literal(field, "text")}
    return _MOVED.format(next=quoted(table), column=quoted(field), **words)


def _few_moved(customer: str, table: str, fields: Sequence[str], gone: str) -> str:
    return _FEW_MOVED.format(
        columns=", ".join(quoted(field) for field in fields),
        nulls=", ".join("null::text" for _ in fields),
        pairs=", ".join(f"({literal(field, 'text')}, n.{quoted(field)})" for field in fields),
        next=quoted(table),
        gone=quoted(gone),
        object=literal(customer, "text"),
    )


async def _keep(tx: Tx, customer: str, moved: str, day: dt.date, begun: str) -> None:
    await tx.execute("drop table if exists moved")
    await tx.execute(moved)
    await tx.execute("analyze moved")
    for statement in (_TAKEN_BACK, _ENDED, begun):
        await tx.execute(statement, customer, day)


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
