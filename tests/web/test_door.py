"""The door itself: addresses, methods, headers, health, the page."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from visavis.features.runtime import Workspace
from visavis.web import create_app
from visavis.web.page import Page


@pytest.mark.parametrize(
    "path", ["/nonsense", "/companies/0", "/companies/1x", "/companies/99999999999999999999", "/views/1/2/3", "/"]
)
async def test_nothing_is_there(ann: httpx.AsyncClient, path: str) -> None:
    answer = await ann.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_wrong_method_is_told_the_right_ones(ann: httpx.AsyncClient) -> None:
    answer = await ann.put("/companies/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH")
    assert (await ann.options("/companies")).headers["allow"] == "GET, POST, OPTIONS"


async def test_head_is_get_without_a_body(ann: httpx.AsyncClient) -> None:
    answer = await ann.head("/companies")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize("path", ["/companies", "/me", "/openapi.json", "/events"])
async def test_strangers_are_asked_to_sign_in(anyone: httpx.AsyncClient, path: str) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer vav_wrong"},
        {"Authorization": "Basic x"},
        {"Cookie": "vav_session=x"},
    ):
        answer = await anyone.get(path, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_security_headers(ann: httpx.AsyncClient) -> None:
    for answer in (await ann.get("/me"), await ann.get("/nonsense"), await ann.get("http://crm.example/")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_an_unchanged_catalogue_costs_a_304(ann: httpx.AsyncClient, colleague) -> None:
    first = await ann.get("/catalogue")
    again = await ann.get("/catalogue", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    reader = await colleague("Rea", "reader")
    other = await reader.get("/catalogue", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert not any(o["can"]["create"] for o in other.json()["objects"])


async def test_health(anyone: httpx.AsyncClient, workspace: Workspace) -> None:
    assert (await anyone.get("http://crm.example/healthz")).json() == {"status": "ok"}
    await workspace.db.close()
    assert (await anyone.get("http://crm.example/healthz")).status_code >= 500


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>shell")
    (tmp_path / "assets" / "app-1a2b.js").write_text("x" * 5_000)
    return tmp_path


async def test_the_page(built: Path) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Page(built)), base_url="http://crm.example") as client:
        shell = await client.get("/companies/7")
        asset = await client.get("/assets/app-1a2b.js")
        assert (shell.text, shell.headers["cache-control"]) == ("<p>shell", "no-cache")
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (asset.headers["content-encoding"], asset.text) == ("gzip", "x" * 5_000)
        assert (await client.get("/", headers={"If-None-Match": shell.headers["etag"]})).status_code == 304
        for path in ("/assets/old.js", "/api/v2/companies", "/%2e%2e/%2e%2e/etc/passwd", "/assets/" + "a" * 300):
            assert (await client.get(path)).status_code == 404
        assert (await client.post("/")).status_code == 405


async def test_a_checkout_without_a_built_page_says_so(workspace: Workspace, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("visavis.web.page.page_root", lambda: None)
    transport = httpx.ASGITransport(create_app(workspace))
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
        answer = await client.get("/")
    assert (answer.status_code, "npm run build" in answer.text) == (503, True)
