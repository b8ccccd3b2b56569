"""A workspace of any size for the benches: people, a fifth as many companies, as many activities, and what hangs on it.

Fifty users in eight teams own them. The values are pseudo-random, the same in every run. Besides the built-in types
there are fourteen custom ones that point at companies, so that a company has twenty related lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from visavis.features.matching.api import catch_up
from visavis.features.runtime import Workspace
from visavis.objects import BUILT_IN
from visavis.records import searching
from visavis.store.live import Change, change_catalogue
from visavis.store.queries import queries

_SQL = queries(Path(__file__).with_name("base.sql"))
_FILLED = ("company", "person", "employment", "activity", "deal", "invoice", "payment")
_MORE = tuple(f"item{number}" for number in range(1, 15))
_PERSON: Mapping[str, Mapping[str, Any]] = {
    "branch": {"type": "choice", "options": [{"value": f"b{number}"} for number in range(20)]},
    "score": {"type": "integer"},
    "balance": {"type": "money"},
}


async def fill(workspace: Workspace, people: int) -> None:
    """Fill an empty workspace and take statistics; a million people take about three minutes on two cores."""
    await _declare(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute(_SQL.people)
        await ctx.tx.execute(_SQL.helpers)
        for name in _FILLED:
            await ctx.tx.execute(_SQL[name], *([people] if "$1" in _SQL[name] else []))
        for salt, name in enumerate(_MORE):
            await ctx.tx.execute(_SQL.related.format(table=name, salt=100 + salt), people)
        for name in (*_FILLED, *_MORE):
            await ctx.tx.execute(_SQL.events.format(table=name))
    await make_searchable(workspace)
    await vacuum(workspace)


async def fill_people(workspace: Workspace, people: int) -> None:
    """The people and companies alone; a million take about a minute."""
    await _declare(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute(_SQL.people)
        await ctx.tx.execute(_SQL.helpers)
        for name in ("company", "person"):
            await ctx.tx.execute(_SQL[name], people)
    await vacuum(workspace)


async def make_searchable(workspace: Workspace) -> None:
    """The search rows of all records, as the job for it makes them."""
    async with workspace.context() as ctx:
        for obj in searching.searchable(ctx.catalogue):
            await ctx.tx.execute("insert into search_fill (object) values ($1) on conflict do nothing", obj.name)
    await catch_up(workspace.db, workspace.catalogue, _untold)


async def _untold(done: int, total: int) -> None:
    pass


async def vacuum(workspace: Workspace) -> None:
    """Statistics and the visibility map, as autovacuum leaves them in time."""
    connection = await asyncpg.connect(workspace.db.dsn, server_settings={"search_path": workspace.db.schema})
    try:
        await connection.execute("vacuum (analyze)")
    finally:
        await connection.close()


async def _declare(workspace: Workspace) -> None:
    changes = [Change(f"f_{name}", "field", "person", _named(name, body)) for name, body in _PERSON.items()]
    for name in _MORE:
        words = {"label": {"en": name.title()}, "label_plural": {"en": f"{name.title()}s"}}
        changes.append(Change(f"o_{name}", "object", name, {"name": name, "plural": f"{name}s", **words}))
        link = _named("company", {"type": "relation", "target": "company"})
        changes.append(Change(f"f_{name}_company", "field", name, link))
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, changes, None)


def _named(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "label": {"en": name.title()}, **body}
