"""Accounts for the doors and the other slices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from visavis import records
from visavis.access import SYSTEM, Actor
from visavis.features.accounts.logic import (
    SESSION_SECONDS,
    SQL,
    TOKEN_PREFIX,
    Kept,
    Known,
    blinded,
    claim_key,
    csrf_of,
    keep_answer,
    known_by_session,
    known_by_token,
    make_link,
    narrower,
    set_password,
    touch,
)
from visavis.features.app import App, JobSpec
from visavis.features.setup.api import access_policy
from visavis.kernel.errors import Forbidden
from visavis.kernel.ids import digest, new_secret
from visavis.records.context import Context
from visavis.store import Database

__all__ = [
    "SESSION_COOKIE",
    "SESSION_SECONDS",
    "TOKEN_PREFIX",
    "Kept",
    "Known",
    "blinded",
    "blindfold",
    "claim_key",
    "create_sign_in_link",
    "create_token",
    "csrf_of",
    "ensure_owner",
    "keep_answer",
    "known_by_session",
    "known_by_token",
    "narrower",
    "register",
    "starter_of",
    "touch",
    "uncover",
    "user_by_email",
]

SESSION_COOKIE = "vav_session"


async def create_sign_in_link(ctx: Context, user_id: int) -> str:
    """A token for ``/sign-in?token=…`` that signs the user in once, within 15 minutes."""
    return await make_link(ctx.tx, user_id)


async def create_token(ctx: Context, user_id: int, name: str) -> str:
    """A new API token with all that the user may do; it is shown this once."""
    secret = new_secret(TOKEN_PREFIX)
    await ctx.tx.row(SQL.make_token, user_id, name, None, digest(secret), None)
    return secret


async def ensure_owner(ctx: Context, name: str, email: str, password: str | None = None) -> int:
    """The id of the user with that e-mail address, created as an owner if there is none.

    A password given replaces the one that the user had.
    """
    user_id = await user_by_email(ctx, email) or await _new_owner(ctx, name, email)
    if password is not None:
        await set_password(ctx.tx, user_id, password)
    return user_id


async def starter_of(job: Any) -> Actor:
    """Whoever started the job, with the rights of today and no more than those of the door that was used.

    What no user started is done by the system. ``Forbidden`` where the user may no longer sign in.
    """
    if job.actor_id is None:
        return SYSTEM
    db: Database = job.workspace.db
    row = await db.row(SQL.actor_of_user, job.actor_id)
    if row is None:
        raise Forbidden("Whoever asked for this may no longer sign in.")
    role: Any = narrower(row["role"], job.args.get("role"))
    policy = await blinded(db, await access_policy(db), row["id"], role)
    return Actor(row["id"], role, row["team"], row["name"] or "", row["locale"] or "en", policy)


async def blindfold(
    ctx: Context, user_ids: Sequence[int], object_name: str, fields: Sequence[str], until: datetime, cause: str
) -> None:
    """Keep these fields of a type from these users until a moment, at every door, or until ``uncover`` of the cause."""
    await ctx.tx.execute(SQL.cover, list(user_ids), object_name, list(fields), until, cause)
    await ctx.tx.notify("access")


async def uncover(ctx: Context, user_id: int | None, cause: str) -> None:
    """Show again what was kept from a user for that cause, and for what is part of it (the cause, a space, more)."""
    await ctx.tx.execute(SQL.uncover, user_id, cause)
    await ctx.tx.notify("access")


async def user_by_email(ctx: Context, email: str) -> int | None:
    """The id of the active user with that address."""
    found = await ctx.tx.value(SQL.user_by_email, email)
    return int(found) if found else None


async def _new_owner(ctx: Context, name: str, email: str) -> int:
    values = {"name": name, "email": email, "role": "owner", "active": True}
    return (await records.create(ctx, "user", values)).id


def register(app: App) -> None:
    from visavis.features.accounts.jobs import sweep
    from visavis.features.accounts.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_routes(*ROUTES)
    app.add_job(JobSpec("accounts.sweep", sweep, every=3_600))
