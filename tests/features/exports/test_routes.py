"""Exports over HTTP: asked for, made by a job, fetched by whoever asked."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.features.exports.exporting import names_in
from tests.web.conftest import client_of
from visavis import records
from visavis.access import SYSTEM
from visavis.features.exports import logic
from visavis.features.runtime import Workspace
from visavis.worker import run_worker


async def _work(workspace: Workspace) -> None:
    """Run the jobs until none is left."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(workspace, stop=stop))
    while await workspace.db.value(  # noqa: ASYNC110
        "select count(*) from job where kind = 'exports.run' and state in ('queued', 'running')"
    ):
        await asyncio.sleep(0.02)
    stop.set()
    await worker


async def _made(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/exports", json=body)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _company(workspace: Workspace, name: str) -> None:
    async with workspace.context() as ctx:
        await records.create(ctx, "company", {"name": name})


async def test_asked_made_fetched_removed(workspace: Workspace, ann: httpx.AsyncClient) -> None:
    await _company(workspace, "Acme")
    made = await _made(ann, object="company", query={"columns": "name", "sort": "name"})
    assert (made["state"], made["rows"]) == ("queued", None)
    assert (await ann.get(f"/exports/{made['id']}/file")).status_code == 409
    await _work(workspace)
    done = (await ann.get(f"/exports/{made['id']}")).json()
    assert (done["state"], done["rows"], done["error"]) == ("done", 1, None)
    file = await ann.get(f"/exports/{made['id']}/file")
    assert file.content.decode("utf-8-sig").splitlines()[0] == "company:id,company:key,name"
    assert int(file.headers["content-length"]) == done["size"] == len(file.content)
    assert done["filename"] in file.headers["content-disposition"].replace("%20", " ")
    assert [e["id"] for e in (await ann.get("/exports")).json()["data"]] == [made["id"]]
    assert (await ann.delete(f"/exports/{made['id']}")).status_code == 204
    assert (await ann.get(f"/exports/{made['id']}/file")).status_code == 404
    assert names_in(Path(workspace.data_dir) / "exports") == set()


async def test_only_the_maker_and_owners_fetch_it(workspace: Workspace, ann: httpx.AsyncClient, colleague) -> None:
    bob, eve = await colleague("Bob", "member"), await colleague("Eve", "manager")
    made = await _made(bob, object="company")
    await _work(workspace)
    statuses = [(await c.get(f"/exports/{made['id']}/file")).status_code for c in (bob, ann, eve)]
    assert statuses == [200, 200, 404]
    assert (await eve.get("/exports")).json()["data"] == []
    assert (await eve.delete(f"/exports/{made['id']}")).status_code == 404


async def test_a_narrower_token_does_not_reach_what_a_wider_one_made(workspace: Workspace, colleague) -> None:
    eve = await colleague("Eve", "manager")
    made = await _made(eve, object="company")
    token = (await eve.post("/tokens", json={"name": "narrow", "role": "reader"})).json()["token"]
    narrow = {"Authorization": f"Bearer {token}"}
    assert (await eve.get(f"/exports/{made['id']}", headers=narrow)).status_code == 404
    assert (await eve.get(f"/exports/{made['id']}")).status_code == 200


async def test_the_rights_are_those_of_the_moment_of_running(workspace: Workspace, ann, colleague) -> None:
    await _company(workspace, "Acme")
    eve = await colleague("Eve", "manager")
    made = await _made(eve, object="company", query={"columns": "name"})
    await workspace.db.value("""update "user" set role = 'reader' where name = 'Eve' returning id""")
    await _work(workspace)
    assert (await ann.get(f"/exports/{made['id']}")).json()["rows"] == 0


@pytest.mark.parametrize(
    "change",
    [
        """insert into setting (key, value) values ('access', '{"member": {"company": {"hidden": ["country"]}}}')""",
        """insert into setting (key, value) values ('access', '{"member": {"deal": {"read": "own"}}}')""",
        """update "user" set team = (select id from team) where name = 'Bob'""",
    ],
)
async def test_a_file_is_not_fetched_with_rights_of_yesterday(
    workspace: Workspace, ann: httpx.AsyncClient, colleague, change: str
) -> None:
    await ann.post("/teams", json={"name": "North"})
    bob = await colleague("Bob", "member")
    made = await _made(bob, object="company")
    await _work(workspace)
    place = f"/exports/{made['id']}"
    assert (await bob.get(f"{place}/file")).status_code == 200
    async with workspace.db.transaction() as tx:
        await tx.execute(change)
    async with client_of(workspace, Authorization=bob.headers["Authorization"]) as now:
        refused = await now.get(f"{place}/file")
        assert (refused.status_code, refused.json()["detail"]) == (403, logic.OUTDATED)
        shown = (await now.get(place)).json()
        assert (shown["state"], shown["error"]) == ("failed", logic.OUTDATED)
        assert (await ann.get(f"{place}/file")).status_code == 200
        again = await _made(now, object="company")
        await _work(workspace)
        assert (await now.get(f"/exports/{again['id']}/file")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"object": "nonsense"}, 404),
        ({"object": "company", "query": {"sort": "nonsense"}}, 409),
        ({"object": "company", "query": {"columns": "nonsense"}}, 409),
        ({"object": "company", "query": {"filter": {"field": "nonsense"}}}, 409),
        ({"object": "company", "format": "pdf"}, 422),
        ({"object": "company", "query": {"q": "\x00"}}, 422),
    ],
)
async def test_what_cannot_be_exported_is_refused_at_once(
    ann: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    assert (await ann.post("/exports", json=body)).status_code == status


def _leave(path: Path, days_ago: int) -> None:
    path.touch()
    os.utime(path, (0, path.stat().st_mtime - days_ago * 86_400))


async def test_files_go_when_their_time_is_over(workspace: Workspace, ann: httpx.AsyncClient) -> None:
    made = await _made(ann, object="company")
    await _work(workspace)
    await workspace.db.value("update export_run set expires_at = now() - interval '1 hour' returning id")
    _leave(workspace.data_dir / "exports" / "half.csv.part", days_ago=2)
    assert (await ann.get(f"/exports/{made['id']}/file")).status_code == 404
    await logic.sweep(workspace)
    assert (await ann.get("/exports")).json()["data"] == []
    assert names_in(Path(workspace.data_dir) / "exports") == set()


async def test_a_cancelled_export_leaves_no_file(workspace: Workspace, ann: httpx.AsyncClient) -> None:
    made = await _made(ann, object="company")
    assert (await ann.post(f"/jobs/{made['job_id']}/cancellation")).json()["state"] == "cancelled"
    assert (await ann.get(f"/exports/{made['id']}")).json()["state"] == "cancelled"


async def test_the_end_in_the_middle_of_copying_frees_the_connection(workspace: Workspace, tmp_path: Path) -> None:
    async def stop(done: int, total: int, doing: str) -> None:
        raise InterruptedError

    await _company(workspace, "Acme")
    obj = workspace.catalogue.object("company")
    for _ in range(6):
        with pytest.raises(InterruptedError):
            await logic.write_view(workspace, SYSTEM, obj, logic.query_of({}), "csv", tmp_path / "x", stop)
    assert names_in(tmp_path) == set()
    assert await workspace.db.value("select 1") == 1


async def test_owners_export_the_whole_workspace(workspace: Workspace, ann: httpx.AsyncClient, colleague) -> None:
    eve = await colleague("Eve", "manager")
    assert (await eve.post("/exports", json={"whole": True})).status_code == 403
    assert (await ann.post("/exports", json={"whole": True, "object": "company"})).status_code == 409
    assert (await ann.post("/exports", json={})).status_code == 409
    made = await _made(ann, whole=True)
    await _work(workspace)
    done = (await ann.get(f"/exports/{made['id']}")).json()
    assert (done["state"], done["format"], done["rows"]) == ("done", "zip", 2)
    assert (await ann.get(f"/exports/{made['id']}/file")).content.startswith(b"PK")
