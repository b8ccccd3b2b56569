"""Which class each customer had at any day: a row from the day on which it came until the day on which it went."""

from __future__ import annotations

import datetime as dt

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
select $1, $2, id, class, $3::date from moved where class is not null
on conflict (object, field, id, since) do update set class = excluded.class, until = null
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
            await _keep(tx, customer, table, field, day, gone)


async def _keep(tx: Tx, customer: str, table: str, field: str, day: dt.date, gone: str | None) -> None:
    among = f"and id in (select id from {quoted(table)} union all select id from {quoted(gone)})" if gone else ""
    words = {"object": literal(customer, "text"), "field": literal(field, "text"), "among": among}
    await tx.execute("drop table if exists moved")
    await tx.execute(_MOVED.format(next=quoted(table), column=quoted(field), **words))
    for statement in (_TAKEN_BACK, _ENDED, _BEGUN):
        await tx.execute(statement, customer, field, day)
