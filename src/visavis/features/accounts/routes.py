"""Signing in and out, who I am, my tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from visavis.features.accounts import logic
from visavis.features.accounts.logic import SESSION_SECONDS, SQL, TOKEN_PREFIX, csrf_of
from visavis.features.app import Answer, Cookie, Request, Route
from visavis.features.setup.api import WorkspaceFacts, workspace_facts
from visavis.kernel.errors import Conflict, NotFound, Unauthenticated
from visavis.kernel.ids import digest, new_secret
from visavis.records.context import Context

SESSION, CSRF = "vav_session", "vav_csrf"
Role = Literal["owner", "manager", "member", "reader"]
PLAIN = r"^[^\u0000]*$"


class SignIn(Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(min_length=3, max_length=254, pattern=PLAIN)]
    password: Annotated[str, Meta(min_length=1, max_length=1_000)]


class LinkSignIn(Struct, forbid_unknown_fields=True):
    token: Annotated[str, Meta(min_length=1, max_length=200)]


class LinkFor(Struct, forbid_unknown_fields=True):
    user: Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Link(Struct):
    """``path`` is opened in a browser within a quarter of an hour, once."""

    path: str
    token: str


class NewPassword(Struct, forbid_unknown_fields=True):
    new: Annotated[str, Meta(min_length=12, max_length=1_000)]
    current: Annotated[str, Meta(max_length=1_000)] | None = None


class NewToken(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=PLAIN)]
    role: Role | None = None
    expires_in_days: Annotated[int, Meta(ge=1, le=3_650)] | None = None


class TeamRef(Struct):
    id: int
    title: str


class Person(Struct):
    id: int
    name: str
    email: str | None
    role: Role
    team: TeamRef | None
    locale: str | None


class SignedIn(Struct):
    user: Person


class Me(Struct):
    user: Person
    workspace: WorkspaceFacts


class Token(Struct):
    id: int
    name: str
    role: Role | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    token: str | UnsetType = UNSET


class Tokens(Struct):
    data: list[Token]


async def sign_in(ctx: Context, request: Request) -> Answer:
    body: SignIn = request.body
    user_id = await logic.sign_in(ctx.workspace.db, ctx.tx, body.email, body.password, request.client)
    return await _enter(ctx, request, user_id)


async def sign_in_by_link(ctx: Context, request: Request) -> Answer:
    return await _enter(ctx, request, await logic.use_link(ctx.tx, request.body.token))


async def _enter(ctx: Context, request: Request, user_id: int) -> Answer:
    secret = await logic.open_session(ctx.tx, user_id, request.client, request.cookies.get(SESSION))
    cookies = (
        Cookie(SESSION, secret, SESSION_SECONDS),
        Cookie(CSRF, csrf_of(secret), SESSION_SECONDS, http_only=False),
    )
    return Answer(SignedIn(await _person(ctx, user_id)), 201, cookies=cookies)


async def invite(ctx: Context, request: Request) -> Answer:
    user_id: int = request.body.user
    if await ctx.tx.value(SQL.active_user, user_id) is None:
        raise NotFound(f"There is no active user {user_id}.")
    token = await logic.make_link(ctx.tx, user_id)
    return Answer(Link(f"/sign-in?token={token}", token), 201)


async def sign_out(ctx: Context, request: Request) -> Answer:
    secret = request.cookies.get(SESSION)
    if not secret:
        raise NotFound("There is no session to end: the call came with a token.")
    await logic.close_session(ctx.tx, secret)
    return Answer(status=204, cookies=(Cookie(SESSION, ""), Cookie(CSRF, "", http_only=False)))


async def me(ctx: Context, request: Request) -> Answer:
    return Answer(Me(await _person(ctx, _id(ctx)), await workspace_facts(ctx)))


async def _person(ctx: Context, user_id: int) -> Person:
    row = await ctx.tx.row(SQL.me, user_id)
    if row is None:
        raise Unauthenticated("This account is gone.")
    team = TeamRef(row["team_id"], row["team_name"] or "") if row["team_id"] else None
    role: Any = logic.narrower(row["role"], ctx.actor.role if ctx.actor.user_id == user_id else None)
    return Person(row["id"], row["name"] or "", row["email"], role, team, row["locale"])


async def set_password(ctx: Context, request: Request) -> Answer:
    body: NewPassword = request.body
    keep = request.cookies.get(SESSION)
    if not keep:
        raise Conflict("A password is changed from a session, not with a token.")
    await logic.change_password(ctx.tx, _id(ctx), body.current, body.new, keep)
    return Answer(status=204)


async def tokens(ctx: Context, request: Request) -> Answer:
    return Answer(Tokens([_token(row) for row in await ctx.tx.rows(SQL.tokens, _id(ctx))]))


async def make_token(ctx: Context, request: Request) -> Answer:
    body: NewToken = request.body
    secret = new_secret(TOKEN_PREFIX)
    expires = ctx.now + _days(body.expires_in_days) if body.expires_in_days else None
    role = logic.narrower(body.role, ctx.actor.role) if body.role else _inherited(ctx, request)
    row = await ctx.tx.row(SQL.make_token, _id(ctx), body.name, role, digest(secret), expires)
    return Answer(msgspec.structs.replace(_token(row), token=secret), 201)


def _inherited(ctx: Context, request: Request) -> str | None:
    """A token made with a token is bound by the role of that one; one made in a session follows its user."""
    return None if request.cookies.get(SESSION) else ctx.actor.role


async def drop_token(ctx: Context, request: Request) -> Answer:
    await logic.drop_token(ctx.tx, int(request.path["id"]), _id(ctx), ctx.actor.role)
    return Answer(status=204)


def _days(count: int) -> Any:
    from datetime import timedelta

    return timedelta(days=count)


def _token(row: Any) -> Token:
    return Token(row["id"], row["name"], row["role"], row["created_at"], row["used_at"], row["expires_at"])


def _id(ctx: Context) -> int:
    if ctx.actor.user_id is None:
        raise Unauthenticated("Sign in as a user first.")
    return ctx.actor.user_id


ROUTES = (
    Route(
        "POST",
        "/sessions",
        sign_in,
        "Sign in with e-mail and password",
        SignIn,
        SignedIn,
        status=201,
        access="public",
        problems=(401, 429),
    ),
    Route(
        "POST",
        "/sessions/link",
        sign_in_by_link,
        "Sign in with a one-time link",
        LinkSignIn,
        SignedIn,
        status=201,
        access="public",
        problems=(401,),
    ),
    Route(
        "POST",
        "/sign-in-links",
        invite,
        "Make a one-time sign-in link for a colleague",
        LinkFor,
        Link,
        status=201,
        access="owners",
        problems=(404,),
    ),
    Route("DELETE", "/sessions/current", sign_out, "Sign out", status=204, problems=(404,)),
    Route("GET", "/me", me, "Who I am", answer=Me),
    Route("PUT", "/me/password", set_password, "Change my password", NewPassword, status=204, problems=(409,)),
    Route("GET", "/tokens", tokens, "My API tokens", answer=Tokens),
    Route("POST", "/tokens", make_token, "Make an API token; its secret is shown once", NewToken, Token, status=201),
    Route("DELETE", "/tokens/{id}", drop_token, "Revoke an API token", status=204),
)
