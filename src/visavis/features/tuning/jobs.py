"""Builds the indexes and paths that dear lists asked for, beside the work that goes on."""

from __future__ import annotations

from typing import Any

from visavis.features.app import JobSpec
from visavis.records.wishing import JOB, PATH_JOB, Wish
from visavis.store import Database, paths
from visavis.store.paths import Path
from visavis.store.schema import wished_index

ROWS = 10_000
MOST = 12
MOST_PATHS = 4
_STATE = """
select c.reltuples::bigint as rows,
    (select count(*) from pg_class i join pg_index x on x.indexrelid = i.oid
        where x.indrelid = c.oid and i.relname like '%.wish.%') as wished,
    (select x.indisvalid from pg_class i join pg_index x on x.indexrelid = i.oid
        where x.indrelid = c.oid and i.relname = $2) as valid
from pg_class c where c.oid = to_regclass(quote_ident($1))
"""

_PATHS = """
select c.reltuples::bigint as rows, (select count(*) from path_fill where path <> $2) as others
from pg_class c where c.oid = to_regclass(quote_ident($1))
"""


async def build(run: Any) -> dict[str, Any]:
    """``{"built": name | null}``: the first index wished for that is missing, unless the table is small or has enough.

    A build that was cut off leaves an index that PostgreSQL does not use; it is dropped and built again.
    """
    for asked in run.args["wishes"]:
        name = await _build(run.workspace.db, run.workspace.catalogue, Wish(**asked))
        if name is not None:
            return {"built": name}
    return {"built": None}


async def _build(db: Database, catalogue: Any, wish: Wish) -> str | None:
    obj = catalogue.by_name.get(wish.object)
    found = wished_index(obj, wish.equal, wish.also, wish.sort, wish.words, held=wish.held) if obj else None
    if found is None:
        return None
    name, create, drop = found
    state = await db.row(_STATE, wish.object, name)
    if state is None or state["valid"] or state["rows"] < ROWS or state["wished"] >= MOST:
        return None
    if state["valid"] is False:
        await db.rows(drop)
    await db.rows(create)
    await db.rows(f'analyze "{wish.object}"')
    return name


async def build_path(run: Any) -> dict[str, Any]:
    """``{"built": name | null}``: the path that a list asked for, unless the table is small or there are enough.

    Every write to the three types pays for it. A run that was cut off goes on where it was.
    """
    db, asked = run.workspace.db, run.args["path"]
    state = await db.row(_PATHS, asked["related"], asked)
    if state is None or state["rows"] < ROWS or state["others"] >= MOST_PATHS:
        return {"built": None}
    wanted, catalogue = Path(**asked), run.workspace.catalogue
    name = await paths.lay(db, catalogue, wanted)
    return {"built": name if name and await paths.fill(db, catalogue, wanted) else None}


index = JobSpec(JOB, build)
path = JobSpec(PATH_JOB, build_path)
