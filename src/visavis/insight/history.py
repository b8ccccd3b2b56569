"""Which class each customer had at any day: a row from the day on which it came until the day on which it went."""

from __future__ import annotations

import datetime as dt

from visavis.store.db import Tx, quoted

_NEWEST = "select max(since) from class_history where object = $1 and field = $2"
_TAKEN_BACK = """
delete from class_history h where h.object = $1 and h.field = $2 and h.since = $3::date and h.until is null
    and not exists (select 1 from {next} n where n.id = h.id and n.{column} = h.class)
"""
_ENDED = """
update class_history h set until = $3::date where h.object = $1 and h.field = $2 and h.until is null
    and not exists (select 1 from {next} n where n.id = h.id and n.{column} = h.class)
"""
_BEGUN = """
insert into class_history (object, field, id, class, since)
select $1, $2, n.id, n.{column}, $3::date from {next} n
where n.{column} is not null and not exists (
    select 1 from class_history h where h.object = $1 and h.field = $2 and h.id = n.id and h.until is null
)
on conflict (object, field, id, since) do update set class = excluded.class, until = null
"""


async def keep_classes(tx: Tx, customer: str, table: str, fields: tuple[str, ...], day: dt.date) -> None:
    """Note what the derived table says of these fields on the day. A day before the newest one changes nothing."""
    for field in fields:
        newest = await tx.value(_NEWEST, customer, field)
        if newest is None or newest <= day:
            for statement in (_TAKEN_BACK, _ENDED, _BEGUN):
                sql = statement.format(next=quoted(table), column=quoted(field))
                await tx.execute(sql, customer, field, day)
