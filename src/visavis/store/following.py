"""Triggers that let the search table follow its records, whoever writes them."""

from __future__ import annotations

from visavis.catalogue import Catalogue, Object
from visavis.store.db import Tx, quoted

_HAVE = """
select c.relname || '.' || t.tgname as name from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
where t.tgname in ('search_moved', 'search_forget')
"""


async def follow(tx: Tx, catalogue: Catalogue) -> None:
    """Make the triggers that are missing: a record that changes hands or goes for good takes its search row along."""
    have = {row["name"] for row in await tx.rows(_HAVE)}
    for obj in catalogue.objects:
        for name, what in _triggers(obj).items():
            if f"{obj.name}.{name}" not in have:
                await tx.execute(f"create trigger {name} {what} execute function {name}()")


def _triggers(obj: Object) -> dict[str, str]:
    table = quoted(obj.name)
    found = {"search_forget": f"after delete on {table} referencing old table as gone for each statement"}
    if obj.scope.kind == "own" and {"owner", "team"} <= {f.name for f in obj.fields}:
        rows = "referencing old table as was_so new table as now_so for each statement"
        found["search_moved"] = f"after update on {table} {rows}"
    return found
