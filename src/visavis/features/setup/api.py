"""The facts of a workspace, for the doors and the other slices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from visavis.access import Policy, overlaid
from visavis.features.app import App
from visavis.insight.methods.sources import made_of
from visavis.kernel.errors import Conflict
from visavis.records.context import Context
from visavis.store import Database, Tx
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))
Reach = Literal["none", "own", "team", "all"]
Names = Annotated[list[str], Meta(max_length=250)]


class WorkspaceFacts(Struct):
    """``currency`` is the ISO 4217 code in which reports are kept, ``locale`` the language of new users."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\u0000]*$")] = "Vis-à-vis"
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")] = "EUR"
    locale: Annotated[str, Meta(pattern=r"^[a-z]{2}$")] = "en"


async def workspace_facts(ctx: Context) -> WorkspaceFacts:
    """Name, currency and language, with the defaults where nothing was set."""
    value = await ctx.tx.value(SQL.read, "workspace")
    return msgspec.convert(value or {}, WorkspaceFacts)


async def set_workspace_facts(ctx: Context, facts: WorkspaceFacts) -> None:
    await ctx.tx.execute(SQL.write, "workspace", msgspec.to_builtins(facts), ctx.actor.user_id)


class Rule(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How far a role reaches with each action on a record type, and the fields that it may not see or not fill in."""

    read: Reach | UnsetType = UNSET
    create: Reach | UnsetType = UNSET
    update: Reach | UnsetType = UNSET
    delete: Reach | UnsetType = UNSET
    hidden: Names | UnsetType = UNSET
    readonly: Names | UnsetType = UNSET


class Rules(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Role → record type (or ``*``) → rule, laid over the built-in ones. The owner's cannot be narrowed."""

    manager: dict[str, Rule] = {}
    member: dict[str, Rule] = {}
    reader: dict[str, Rule] = {}


async def access_rules(ctx: Context) -> Rules:
    """The rules of the workspace."""
    return msgspec.convert(await ctx.tx.value(SQL.read, "access") or {}, Rules)


async def access_policy(db: Database | Tx) -> Policy:
    """The policy that they make with the built-in rules, and with what settings make derived fields of."""
    return overlaid(await db.value(SQL.read, "access") or {}, await made_of(db))


async def set_access_rules(ctx: Context, rules: Rules) -> None:
    """``Conflict`` for a type or a field that is not there. Every process hears of it on commit."""
    for role in (rules.manager, rules.member, rules.reader):
        for name, rule in role.items():
            _check_rule(ctx, name, rule)
    await ctx.tx.execute(SQL.write, "access", msgspec.to_builtins(rules), ctx.actor.user_id)
    await ctx.tx.notify("access")


def _check_rule(ctx: Context, name: str, rule: Rule) -> None:
    if name != "*" and name not in ctx.catalogue.by_name:
        raise Conflict(f"There is no record type '{name[:60]}'.")
    known = set() if name == "*" else set(ctx.catalogue.object(name).by_name)
    named = {field for fields in (rule.hidden, rule.readonly) if fields is not UNSET for field in fields}
    if named - known:
        raise Conflict(f"'{name}' has no field '{min(named - known)[:60]}'.")


def register(app: App) -> None:
    from visavis.features.setup.routes import ROUTES

    app.add_routes(*ROUTES)
