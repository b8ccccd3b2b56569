"""Passwords, sessions, links, tokens, and how often one may try."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from visavis.access import Actor, Policy
from visavis.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from visavis.kernel.ids import digest, new_secret
from visavis.store import Database, Row, Tx
from visavis.store.queries import queries

SQL = queries(Path(__file__).with_name("sql.sql"))

DAY = 86_400
IDLE_SECONDS = 7 * DAY
SESSION_SECONDS = 30 * DAY
LINK_SECONDS = 15 * 60
WINDOW_SECONDS = 15 * 60
MOST_PER_PAIR = 5
MOST_PER_ACCOUNT = 50
MOST_PER_ADDRESS = 50
TOKEN_PREFIX = "vav_"  # noqa: S105  (a mark, no secret)
RANKS = ("reader", "member", "manager", "owner")


@dataclass(frozen=True, slots=True)
class Known:
    """Who a secret belongs to. ``stale``: its last use should be written down again.

    ``blind``: there is something that they are not to see for a while (``blinded``).
    """

    actor: Actor
    stale: bool
    blind: bool


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the library's defaults (RFC 9106, low-memory profile)."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    return hasher().hash(new_secret())


@cache
def _threads() -> ThreadPoolExecutor:
    """Few: each hash takes 64 MiB while it is worked out."""
    return ThreadPoolExecutor(2, "argon2")


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads(), hasher().hash, password)


async def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; as slow for an account that does not exist."""
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(_threads(), _verify, stored, password)
    return right and stored is not None


def _verify(stored: str | None, password: str) -> bool:
    try:
        return hasher().verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


def csrf_of(secret: str) -> str:
    """The readable half of the double-submit pair: bound to the session, useless without it."""
    return hashlib.sha256(f"csrf:{secret}".encode()).hexdigest()[:40]


def narrower(role: str | None, limit: str | None) -> str:
    """The lesser of two roles; a user without a role reads."""
    own = role if role in RANKS else "reader"
    return own if limit not in RANKS else min(own, limit, key=RANKS.index)


async def known_by_session(db: Database, secret: str) -> Known | None:
    """The owner of a live session, by one indexed query."""
    return _known(await db.row(SQL.actor_of_session, digest(secret), IDLE_SECONDS))


async def known_by_token(db: Database, secret: str) -> Known | None:
    """The owner of a live API token, with the narrower of both roles."""
    return _known(await db.row(SQL.actor_of_token, digest(secret)))


def _known(row: Row | None) -> Known | None:
    if row is None:
        return None
    role: Any = narrower(row["role"], row["narrowed"])
    who = Actor(
        row["id"], role, row["team"], row["name"] or "", row["locale"] or "en", colleagues=tuple(row["colleagues"])
    )
    return Known(who, row["stale"], row["blind"])


async def blinded(db: Database, policy: Policy, user_id: int | None, role: str) -> Policy:
    """The policy without what this user is not to see for a while."""
    rows = await db.rows(SQL.hidden_from, user_id)
    return policy.without(role, [(row["object"], row["fields"]) for row in rows])


async def touch(db: Database, secret: str) -> None:
    """Write down that a session or a token was used just now."""
    sql = SQL.touch_token if secret.startswith(TOKEN_PREFIX) else SQL.touch_session
    async with db.transaction() as tx:
        await tx.execute(sql, digest(secret))


async def sign_in(db: Database, tx: Tx, email: str, password: str, address: str) -> int:
    """The user's id; ``Unauthenticated`` without saying which half was wrong, ``TooMany`` after too many attempts."""
    account = digest(email.strip().lower())
    await _count_attempt(db, account, address)
    row = await tx.row(SQL.credential_of, email.strip())
    if not await verify(row["password_hash"] if row else None, password) or row is None:
        raise Unauthenticated("The e-mail address or the password is not right.")
    await tx.execute(SQL.forgive, account, address)
    return int(row["id"])


async def _count_attempt(db: Database, account: bytes, address: str) -> None:
    """In a transaction of its own, so that a refused attempt counts too; one by one, so that none is missed."""
    async with db.aside() as tx:
        await tx.execute(SQL.one_by_one)
        found = await tx.row(SQL.attempts, account, address, WINDOW_SECONDS)
        if found and _too_many(found):
            raise TooMany("Too many attempts to sign in. Wait a quarter of an hour.")
        await tx.execute(SQL.note_attempt, account, address)


def _too_many(found: Mapping[str, Any]) -> bool:
    return bool(
        found["pair"] >= MOST_PER_PAIR or found["account"] >= MOST_PER_ACCOUNT or found["address"] >= MOST_PER_ADDRESS
    )


async def open_session(tx: Tx, user_id: int, address: str, former: str | None) -> str:
    """A new session secret. The one presented before, if any, ends: a session never outlives a sign-in."""
    if former:
        await close_session(tx, former)
    secret = new_secret()
    await tx.execute(SQL.open_session, digest(secret), user_id, address, SESSION_SECONDS)
    return secret


async def close_session(tx: Tx, secret: str) -> None:
    await tx.execute(SQL.close_session, digest(secret))
    await tx.notify("access")


async def make_link(tx: Tx, user_id: int) -> str:
    """A secret that signs the user in once, within a quarter of an hour."""
    secret = new_secret()
    await tx.execute(SQL.make_link, digest(secret), user_id, LINK_SECONDS)
    return secret


async def use_link(tx: Tx, secret: str) -> int:
    """The user that the link belongs to; it works once."""
    user_id = await tx.value(SQL.use_link, digest(secret))
    if user_id is None:
        raise Unauthenticated("This link has been used or is too old. Ask for a new one.")
    return int(user_id)


async def change_password(tx: Tx, user_id: int, current: str | None, new: str, keep: str) -> None:
    """Set a new password; the old one is asked for where there is one, and every other session ends."""
    stored = await tx.value(SQL.password_of, user_id)
    if stored is not None and not await verify(stored, current or ""):
        raise Conflict("The current password is not right.")
    await set_password(tx, user_id, new)
    await tx.execute(SQL.close_other_sessions, user_id, digest(keep))
    await tx.notify("access")


async def set_password(tx: Tx, user_id: int, password: str) -> None:
    await tx.execute(SQL.set_password, user_id, await hash_password(password))


async def drop_token(tx: Tx, token_id: int, user_id: int, role: str) -> None:
    """Revoke a token of the user that reaches no further than ``role``: a narrow one shuts no other out."""
    row = await tx.row(SQL.drop_token, token_id, user_id)
    if row is None:
        raise NotFound("There is no such token.")
    reaches = narrower(row["role"] or row["own"], row["own"])
    if narrower(reaches, role) != reaches:
        raise Forbidden("That token may do more than yours. Sign in to revoke it.")
    await tx.notify("access")


@dataclass(frozen=True, slots=True)
class Kept:
    """The first answer to an idempotency key."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def claim_key(tx: Tx, user_id: int, key: str, request: bytes) -> Kept | None:
    """None for a new key; the first answer for a repeated one.

    A second request with the same key waits for the first to end, since both insert the same row. ``Invalid`` when the
    key was used for another request.
    """
    if await tx.value(SQL.claim_key, user_id, key, request):
        return None
    found = await tx.row(SQL.answer_of_key, user_id, key)
    if found is None or found["status"] is None:
        raise Conflict("Another request with this idempotency key is still under way.")
    if bytes(found["request"]) != request:
        raise Invalid("This idempotency key was used for another request. Use a new one.")
    return Kept(found["status"], found["headers"], bytes(found["body"]))


async def keep_answer(tx: Tx, user_id: int, key: str, kept: Kept) -> None:
    await tx.execute(SQL.keep_answer, user_id, key, kept.status, dict(kept.headers), kept.body)
