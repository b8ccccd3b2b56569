"""Attachments: whoever may read the record, and nobody else; nothing that a browser would run; no byte lost."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.features.files.api import storage
from visavis.features.files.contents import FileContents
from visavis.features.files.logic import sweep
from visavis.features.runtime import Workspace
from visavis.kernel import clock
from visavis.kernel.errors import Invalid, NotFound

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)


async def _company(client: httpx.AsyncClient, **values: Any) -> int:
    answer = await client.post("/companies", json={"name": "Acme", **values})
    return int(answer.json()["id"])


async def _attach(client: httpx.AsyncClient, record: int, name: str, body: bytes) -> httpx.Response:
    where: dict[str, str | int] = {"object": "company", "record": record, "filename": name}
    return await client.post("/files", params=where, content=body)


async def _names(client: httpx.AsyncClient, record: int) -> list[str]:
    answer = await client.get("/files", params={"object": "company", "record": record})
    return [file["name"] for file in answer.json()["data"]]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=4000), st.text(min_size=1, max_size=80).filter(lambda s: "\x00" not in s))
async def test_what_goes_in_comes_out(ann: httpx.AsyncClient, body: bytes, name: str) -> None:
    answer = await _attach(ann, await _company(ann), name.encode(errors="ignore").decode() or "x", body)
    assert answer.status_code == 201, answer.text
    content = await ann.get(f"/files/{answer.json()['id']}/content")
    assert content.content == body
    assert content.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "body", "media", "shown"),
    [
        ("logo.png", PNG, "image/png", True),
        ("note.txt", "Grüße, 안녕".encode(), "text/plain", True),
        ("page.html", b"<!doctype html><html><script>alert(1)</script></html>", None, False),
        ("pic.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', None, False),
        ("pic.png", b"<html><script>alert(1)</script></html>", None, None),
        ("a.bin", bytes(range(256)), None, False),
    ],
)
async def test_no_content_is_active(
    ann: httpx.AsyncClient, name: str, body: bytes, media: str | None, shown: bool | None
) -> None:
    made = (await _attach(ann, await _company(ann), name, body)).json()
    assert media in (None, made["media_type"])
    assert shown in (None, made["shown"])
    answer = await ann.get(f"/files/{made['id']}/content?inline=true")
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in ("application/octet-stream", "text/plain", "image/png")
    assert kind != "image/png" or body == PNG
    assert any("sandbox" in value for value in answer.headers.get_list("content-security-policy"))
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_same_content_is_stored_once(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    company = await _company(ann)
    for name in ("a.txt", "b.txt"):
        await _attach(ann, company, name, b"same")
    stored = [p for p in (workspace.data_dir / "files").rglob("*") if p.is_file()]
    assert len(stored) == 1
    assert await _names(ann, company) == ["b.txt", "a.txt"]


async def test_who_may_not_see_the_record_sees_no_file(ann: httpx.AsyncClient, colleague: Any) -> None:
    company = await _company(ann)
    file_id = (await _attach(ann, company, "secret.txt", b"x")).json()["id"]
    bob = await colleague("Bob", "member")
    for path in (f"/files/{file_id}", f"/files/{file_id}/content", f"/files?object=company&record={company}"):
        answer = await bob.get(path)
        assert answer.status_code == 404 and "secret" not in answer.text
    assert (await bob.delete(f"/files/{file_id}")).status_code == 404
    assert (await _attach(bob, company, "x", b"x")).status_code == 404


async def test_who_may_only_read_changes_nothing(ann: httpx.AsyncClient, colleague: Any) -> None:
    mary = await colleague("Mary", "manager")
    company = await _company(ann)
    file_id = (await _attach(ann, company, "a.txt", b"x")).json()["id"]
    assert (await mary.get(f"/files/{file_id}/content")).content == b"x"
    assert (await _attach(mary, company, "b.txt", b"x")).status_code == 403
    assert (await mary.delete(f"/files/{file_id}")).status_code == 403


async def test_removed_and_brought_back(ann: httpx.AsyncClient) -> None:
    company = await _company(ann)
    file_id = (await _attach(ann, company, "a.txt", b"x")).json()["id"]
    assert (await ann.delete(f"/files/{file_id}")).status_code == 204
    assert await _names(ann, company) == []
    assert (await ann.get(f"/files/{file_id}/content")).status_code == 404
    assert (await ann.post(f"/files/{file_id}/restoration")).status_code == 200
    assert (await ann.get(f"/files/{file_id}/content")).content == b"x"
    history = (await ann.get(f"/companies/{company}/history")).json()["data"]
    told = [event["changes"]["$files"] for event in history if "$files" in event["changes"]]
    assert told == [[None, "a.txt"], ["a.txt", None], [None, "a.txt"]]


async def test_the_quota_holds_and_says_so(ann: httpx.AsyncClient, colleague: Any) -> None:
    company = await _company(ann)
    assert (await ann.put("/files/limits", json={"quota": 1000, "largest": 800})).status_code == 200
    assert (await _attach(ann, company, "a", bytes(801))).status_code == 413
    assert (await _attach(ann, company, "a", bytes(600))).status_code == 201
    full = await _attach(ann, company, "b", bytes(401))
    assert full.status_code == 413 and "owner" in full.json()["detail"]
    usage = (await ann.get("/files/usage")).json()
    assert usage == {"bytes": 600, "files": 1, "quota": 1000, "largest": 800}
    bob = await colleague("Bob", "manager")
    assert (await bob.put("/files/limits", json={"quota": 1, "largest": 1})).status_code == 403
    assert (await bob.get("/files/usage")).status_code == 403


async def test_the_sweep_frees_only_what_nobody_names(
    ann: httpx.AsyncClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = await _company(ann)
    kept = (await _attach(ann, company, "kept", b"kept")).json()["id"]
    gone = (await _attach(ann, company, "gone", b"gone")).json()["id"]
    await ann.delete(f"/files/{gone}")
    assert await sweep(workspace) == 0
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert await sweep(workspace) == 1
    assert (await ann.get(f"/files/{kept}/content")).content == b"kept"
    assert (await ann.post(f"/files/{gone}/restoration")).status_code == 404


async def test_what_is_refused_is_not_taken_in(ann: httpx.AsyncClient, colleague: Any) -> None:
    company, taken = await _company(ann), []
    await ann.put("/files/limits", json={"quota": 1 << 30, "largest": 1 << 20})

    async def body() -> AsyncIterator[bytes]:
        for number in range(64):
            taken.append(number)
            yield bytes(1 << 20)

    bob = await colleague("Bob", "member")
    for client, status, most in ((bob, 404, 1), (ann, 413, 3)):
        taken.clear()
        where: dict[str, str | int] = {"object": "company", "record": company, "filename": "a"}
        assert (await client.post("/files", params=where, content=body())).status_code == status
        assert len(taken) <= most


async def test_a_large_file_is_streamed(ann: httpx.AsyncClient) -> None:
    body = os.urandom(1 << 20) * 24
    made = (await _attach(ann, await _company(ann), "big.bin", body)).json()
    async with ann.stream("GET", f"/files/{made['id']}/content") as answer:
        digest, size = 0, 0
        async for chunk in answer.aiter_bytes():
            digest, size = zlib.crc32(chunk, digest), size + len(chunk)
    assert (digest, size) == (zlib.crc32(body), made["size"])


async def test_a_content_is_what_its_name_says(workspace: Workspace) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"another content"

    digest = hashlib.sha256(b"the content").hexdigest()
    with pytest.raises(Invalid):
        await FileContents().write(workspace, digest, chunks())
    with pytest.raises(NotFound):
        await storage(workspace.data_dir).open(digest)
