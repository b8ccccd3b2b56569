"""The facts of a workspace, for the doors and the other slices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from visavis.features.app import App
from visavis.records.context import Context
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))


class WorkspaceFacts(Struct):
    """``currency`` is the ISO 4217 code in which reports are kept, ``locale`` the language of new users."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\u0000]*$")] = "Vis-à-vis"
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "EUR"
    locale: Annotated[str, Meta(pattern=r"^[a-z]{2}$")] = "en"


async def workspace_facts(ctx: Context) -> WorkspaceFacts:
    """Name, currency and language, with the defaults where nothing was set."""
    value = await ctx.tx.value(SQL.read)
    return msgspec.convert(value or {}, WorkspaceFacts)


async def set_workspace_facts(ctx: Context, facts: WorkspaceFacts) -> None:
    await ctx.tx.execute(SQL.write, msgspec.to_builtins(facts), ctx.actor.user_id)


def register(app: App) -> None:
    from visavis.features.setup.routes import ROUTES

    app.add_routes(*ROUTES)
