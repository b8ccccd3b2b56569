"""Signing in and out, tokens, and what stands against those who guess."""

from __future__ import annotations

from typing import Any, cast

import httpx
import pytest

from tests.web.conftest import client_of
from visavis.features.accounts import api as accounts
from visavis.features.accounts import logic
from visavis.features.runtime import Workspace
from visavis.kernel.ids import digest

RIGHT = {"email": "Ann@Example.com", "password": "correct horse battery"}


async def signed_in(client: httpx.AsyncClient) -> dict[str, str]:
    """The headers that a page sends."""
    answer = await client.post("/sessions", json=RIGHT)
    assert answer.status_code == 201
    return {"X-CSRF-Token": client.cookies["vav_csrf"]}


async def test_a_session(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    proof = await signed_in(anyone)
    me = (await anyone.get("/me")).json()
    assert (me["user"]["name"], me["user"]["role"]) == ("Ann", "owner")
    assert set(me["workspace"]) == {"name", "currency", "locale"}
    assert (await anyone.post("/companies", json={"name": "Acme"}, headers=proof)).status_code == 201
    former = f"vav_session={anyone.cookies['vav_session']}"
    assert (await anyone.delete("/sessions/current", headers=proof)).status_code == 204
    assert "vav_session" not in anyone.cookies
    assert (await anyone.get("/me", headers={"Cookie": former})).status_code == 401


async def test_cookies_cannot_be_read_or_sent_from_elsewhere(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    async with client_of(workspace) as client:
        plain, _ = (await client.post("/sessions", json=RIGHT)).headers.get_list("set-cookie")
        assert "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
        client.base_url = httpx.URL("https://crm.example/api/v1")
        both = (await client.post("/sessions", json=RIGHT)).headers.get_list("set-cookie")
        assert all("Secure" in cookie for cookie in both)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRF-Token": "guessed"},
        {"X-CSRF-Token": "right", "Origin": "https://evil.example"},
        {"X-CSRF-Token": "right", "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": "right", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_cannot_use_the_session(
    ann: httpx.AsyncClient, anyone: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    proof = await signed_in(anyone)
    sent = {k: proof["X-CSRF-Token"] if v == "right" else v for k, v in headers.items()}
    assert (await anyone.post("/companies", json={"name": "Acme"}, headers=sent)).status_code == 403
    ours = proof | {"Origin": "http://crm.example"}
    assert (await anyone.post("/companies", json={"name": "Acme"}, headers=ours)).status_code == 201


async def test_another_site_cannot_sign_a_visitor_in(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    answer = await anyone.post("/sessions", json=RIGHT, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_signing_in_again_ends_the_session_before(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    await signed_in(anyone)
    former = anyone.cookies["vav_session"]
    await signed_in(anyone)
    assert anyone.cookies["vav_session"] != former
    assert (await anyone.get("/me", headers={"Cookie": f"vav_session={former}"})).status_code == 401


async def test_a_wrong_half_is_not_named(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    wrong = await anyone.post("/sessions", json=RIGHT | {"password": "wrong"})
    unknown = await anyone.post("/sessions", json=RIGHT | {"email": "eve@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_down(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    statuses = [(await anyone.post("/sessions", json=RIGHT | {"password": str(n)})).status_code for n in range(6)]
    assert statuses == [401] * logic.MOST_PER_PAIR + [429]
    refused = await anyone.post("/sessions", json=RIGHT)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert (await anyone.post("/sessions", json=RIGHT | {"email": "bob@example.com"})).status_code == 401


async def test_one_success_forgives(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    for _ in range(3):
        for _ in range(logic.MOST_PER_PAIR - 1):
            await anyone.post("/sessions", json=RIGHT | {"password": "wrong"})
        await signed_in(anyone)


async def test_a_link_works_once(ann: httpx.AsyncClient, anyone: httpx.AsyncClient, workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        user_id = await accounts.ensure_owner(ctx, "Ann", "ann@example.com")
        token = await accounts.create_sign_in_link(ctx, user_id)
    assert (await anyone.post("/sessions/link", json={"token": token})).status_code == 201
    assert (await anyone.get("/me")).json()["user"]["id"] == user_id
    assert (await anyone.post("/sessions/link", json={"token": token})).status_code == 401


async def test_a_link_gets_old(ann: httpx.AsyncClient, anyone: httpx.AsyncClient, workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        user_id = await accounts.ensure_owner(ctx, "Ann", "ann@example.com")
        token = await accounts.create_sign_in_link(ctx, user_id)
        await ctx.tx.execute("update sign_in_link set expires_at = now()")
    assert (await anyone.post("/sessions/link", json={"token": token})).status_code == 401


@pytest.mark.parametrize("aged", ["expires_at = now()", "seen_at = now() - interval '8 days'"])
async def test_sessions_end(ann: httpx.AsyncClient, workspace: Workspace, aged: str) -> None:
    async with client_of(workspace) as client:
        await signed_in(client)
        async with workspace.db.transaction() as tx:
            await tx.execute(f"update session set {aged}")
        assert (await client.get("/me")).status_code == 401


async def test_a_colleague_who_left_is_out_at_once(ann: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    await signed_in(anyone)
    me = (await anyone.get("/me")).json()["user"]["id"]
    await ann.post("/users", json={"name": "Bea", "role": "owner", "active": True})
    changed = await ann.patch(f"/users/{me}", json={"active": False}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200
    async with client_of(cast("Any", ann._transport).app.state.hub._workspace) as fresh:
        assert (await fresh.post("/sessions", json=RIGHT)).status_code == 401
    assert (await ann.get("/me")).status_code == 401


async def test_tokens(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    made = (await ann.post("/tokens", json={"name": "till", "role": "reader", "expires_in_days": 7})).json()
    async with client_of(workspace, Authorization=f"Bearer {made['token']}") as till:
        assert (await till.get("/companies")).status_code == 200
        assert (await till.post("/companies", json={"name": "Acme"})).status_code == 403
        wider = (await till.post("/tokens", json={"name": "wider", "role": "owner"})).json()
        assert wider["role"] == "reader"
        listed = (await ann.get("/tokens")).json()["data"]
        assert {t["name"] for t in listed} == {"till", "wider", "test"}
        assert all("token" not in t for t in listed)
        assert (await ann.delete(f"/tokens/{made['id']}")).status_code == 204
    async with client_of(workspace, Authorization=f"Bearer {made['token']}") as till:
        assert (await till.get("/companies")).status_code == 401


async def test_a_token_follows_its_user_down(ann: httpx.AsyncClient, colleague) -> None:
    bob = await colleague("Bob", "manager")
    made = (await bob.post("/tokens", json={"name": "t", "role": "owner"})).json()
    assert made["role"] == "manager"
    assert logic.narrower("member", "owner") == "member"
    assert logic.narrower(None, None) == "reader"


async def test_a_new_password_ends_the_other_sessions(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    async with client_of(workspace) as here, client_of(workspace) as there:
        proof = await signed_in(here)
        await signed_in(there)
        change = {"current": "wrong", "new": "a longer password"}
        assert (await here.put("/me/password", json=change, headers=proof)).status_code == 409
        change["current"] = RIGHT["password"]
        assert (await here.put("/me/password", json=change, headers=proof)).status_code == 204
        assert (await here.get("/me")).status_code == 200
        async with client_of(workspace) as fresh:
            assert (
                await fresh.get("/me", headers={"Cookie": f"vav_session={there.cookies['vav_session']}"})
            ).status_code == 401


async def test_secrets_are_kept_as_digests(
    ann: httpx.AsyncClient, anyone: httpx.AsyncClient, workspace: Workspace
) -> None:
    await signed_in(anyone)
    kept = await workspace.db.value("select digest from session")
    assert kept == digest(anyone.cookies["vav_session"])
    assert (await workspace.db.value("select password_hash from credential")).startswith("$argon2id$")


async def test_what_is_over_is_swept_away(
    ann: httpx.AsyncClient, anyone: httpx.AsyncClient, workspace: Workspace
) -> None:
    await signed_in(anyone)
    async with workspace.db.transaction() as tx:
        await tx.execute("update session set expires_at = now() - interval '1 s'")
        await tx.execute(logic.SQL.sweep)
    assert await workspace.db.value("select count(*) from session") == 0


async def test_owners_let_colleagues_in(ann: httpx.AsyncClient, anyone: httpx.AsyncClient, colleague) -> None:
    bob = await colleague("Bob", "member")
    me = (await bob.get("/me")).json()["user"]["id"]
    assert (await bob.post("/sign-in-links", json={"user": me})).status_code == 403
    assert (await ann.post("/sign-in-links", json={"user": 999_999})).status_code == 404
    link = (await ann.post("/sign-in-links", json={"user": me})).json()
    entered = await anyone.post("/sessions/link", json={"token": link["token"]})
    assert (link["path"], entered.json()["user"]["name"]) == (f"/sign-in?token={link['token']}", "Bob")
