"""Who is calling: a session cookie or a bearer token, looked up once and remembered for a moment."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from visavis.access import Actor, Policy
from visavis.features.accounts import api as accounts
from visavis.features.app import Access
from visavis.features.setup.api import access_policy
from visavis.kernel.errors import Forbidden, Unauthenticated
from visavis.store import Database

REMEMBERED_SECONDS = 2.0
MOST_REMEMBERED = 10_000
SAFE = ("GET", "HEAD", "OPTIONS")
ANONYMOUS = Actor(user_id=None, role="reader", name="")
_RANKS: Mapping[Access, tuple[str, ...]] = {
    "signed_in": ("owner", "manager", "member", "reader"),
    "writers": ("owner", "manager", "member"),
    "managers": ("owner", "manager"),
    "owners": ("owner",),
}


class Identities:
    """Actors by secret. ``forget`` empties the memory: a revoked session, a changed role."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, tuple[float, Actor]] = {}
        self._policy: Policy | None = None

    def forget(self) -> None:
        self._known.clear()
        self._policy = None

    async def actor(self, method: str, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Actor | None:
        """The caller, or None without credentials. ``Unauthenticated`` for credentials that are not good.

        A cookie is sent by the browser even when another site asks, so a call that changes something has to prove
        with the CSRF header and its origin that it comes from our page.
        """
        authorization = headers.get("authorization")
        if authorization is not None:
            return await self._of_token(authorization)
        secret = cookies.get(accounts.SESSION_COOKIE)
        if not secret:
            return None
        actor = await self._find(secret)
        if method not in SAFE:
            _check_csrf(secret, headers)
        return actor

    async def _of_token(self, authorization: str) -> Actor:
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secret.startswith(accounts.TOKEN_PREFIX):
            raise Unauthenticated("The Authorization header has to be 'Bearer' with an API token.")
        return await self._find(secret.strip())

    async def _find(self, secret: str) -> Actor:
        kept = self._known.get(secret)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        look_up = accounts.known_by_token if secret.startswith(accounts.TOKEN_PREFIX) else accounts.known_by_session
        known = await look_up(self._db, secret)
        if known is None:
            self._known.pop(secret, None)
            raise Unauthenticated("You are signed out. Sign in again.")
        if known.stale:
            await accounts.touch(self._db, secret)
        policy, actor = await self._rules(), known.actor
        if known.blind:
            policy = await accounts.blinded(self._db, policy, actor.user_id, actor.role)
        return self._keep(secret, replace(actor, policy=policy))

    async def _rules(self) -> Policy:
        if self._policy is None:
            self._policy = await access_policy(self._db)
        return self._policy

    def _keep(self, secret: str, actor: Actor) -> Actor:
        if len(self._known) >= MOST_REMEMBERED:
            self.forget()
        self._known[secret] = (time.monotonic() + REMEMBERED_SECONDS, actor)
        return actor


def _check_csrf(secret: str, headers: Mapping[str, str]) -> None:
    check_origin(headers)
    if not hmac.compare_digest(headers.get("x-csrf-token", "").encode(), accounts.csrf_of(secret).encode()):
        raise Forbidden("The X-CSRF-Token header is missing or old. Send the value of the cookie vav_csrf.")


def check_origin(headers: Mapping[str, str]) -> None:
    """``Forbidden`` for a call that a browser makes on behalf of another site."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        origin = headers.get("origin")
        ours = origin is None or urlsplit(origin).netloc in (headers.get("host"), headers.get("x-forwarded-host"))
    if not ours:
        raise Forbidden("The call comes from another site.")


def admit(access: Access, actor: Actor | None) -> Actor:
    """The actor, if the route lets them in."""
    if access == "public":
        return actor or ANONYMOUS
    if actor is None:
        raise Unauthenticated("Sign in, or send an API token as 'Authorization: Bearer vav_…'.")
    if actor.role not in _RANKS[access]:
        raise Forbidden(f"This needs the role {' or '.join(_RANKS[access])}; yours is {actor.role}.")
    return actor


def cookies_of(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The cookies of a request; none from a header that cannot be read.

    Beside a token they count for nothing: what only a session may do is not done with a narrower token.
    """
    header = headers.get("cookie")
    if not header or "authorization" in headers:
        return {}
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}
