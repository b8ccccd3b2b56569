"""A custom field on a table of a million rows: how soon it is live behind every door while a client writes.

Each field is added over HTTP. Measured from the moment of asking: the answer, the event of the live stream, and the
field in the catalogue, in a filter of the list and in a written record. Errors of the writer end the bench.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvloop

from bench import crowd
from bench.place import server
from visavis.features.accounts.api import create_token
from visavis.features.runtime import open_workspace

ROOT = Path(__file__).parents[1]
PEOPLE = int(os.environ.get("VISAVIS_BENCH_PEOPLE", "1000000").split(",")[-1])
LIMIT_S = 1.0
_LABEL = {"en": "Live"}
FIELDS: dict[str, dict[str, Any]] = {
    "text": {"type": "text"},
    "integer": {"type": "integer"},
    "choice": {"type": "choice", "options": [{"value": "a"}, {"value": "b"}]},
    "relation": {"type": "relation", "target": "company"},
    "unique": {"type": "text", "unique": True},
}
_VALUES = {"text": "x", "integer": 7, "choice": "a", "unique": "only one"}


@dataclass
class Writer:
    """Changes one person after the other until told to stop."""

    client: httpx.AsyncClient
    ids: list[int]
    written: int = 0
    slowest: float = 0.0
    errors: list[str] = field(default_factory=list)

    async def run(self) -> None:
        for number in range(10**9):
            record_id = self.ids[number % len(self.ids)]
            began = time.perf_counter()
            version = (await self.client.get(f"/people/{record_id}")).headers["etag"]
            answer = await self.client.patch(
                f"/people/{record_id}", json={"country": f"Country {number}"}, headers={"If-Match": version}
            )
            self.slowest = max(self.slowest, time.perf_counter() - began)
            self.written += 1
            if answer.status_code != 200:
                self.errors.append(answer.text)


async def live(client: httpx.AsyncClient, person: int, name: str, kind: str) -> dict[str, float]:
    """Add the field; seconds from the asking to each door."""
    seen: asyncio.Queue[float] = asyncio.Queue()
    listening = asyncio.create_task(_listen(client, seen))
    await seen.get()
    began = time.perf_counter()
    body = {"name": name, "label": _LABEL, **FIELDS[kind]}
    (await client.post("/catalogue/objects/person/fields", json=body)).raise_for_status()
    found = {"answer": time.perf_counter() - began}
    objects = (await client.get("/catalogue")).json()["objects"]
    assert any(f["name"] == name for o in objects if o["name"] == "person" for f in o["fields"])
    found["catalogue"] = time.perf_counter() - began
    await _listed(client, name)
    found["list"] = time.perf_counter() - began
    if kind in _VALUES:
        await _write(client, person, name, _VALUES[kind])
    found["write"] = time.perf_counter() - began
    found["stream"] = await seen.get() - began
    listening.cancel()
    return found


async def _listed(client: httpx.AsyncClient, name: str) -> None:
    asked = f'{{"field":"{name}","op":"empty"}}'
    page = await client.get("/people", params={"filter": asked, "columns": name, "limit": 5})
    assert len(page.raise_for_status().json()["data"]) == 5


async def _write(client: httpx.AsyncClient, person: int, name: str, value: Any) -> None:
    """Somebody else may write the same person meanwhile: the version is read just before."""
    version = (await client.get(f"/people/{person}")).headers["etag"]
    answer = await client.patch(f"/people/{person}", json={name: value}, headers={"If-Match": version})
    assert answer.raise_for_status().json()[name] == value


async def _listen(client: httpx.AsyncClient, seen: asyncio.Queue[float]) -> None:
    """First a sign that the stream is open, then the moment of the new catalogue."""
    async with client.stream("GET", "/events", timeout=None) as stream:
        await seen.put(0.0)
        async for line in stream.aiter_lines():
            if line == "event: catalogue":
                await seen.put(time.perf_counter())


def run() -> list[dict[str, Any]]:
    """The slowest door of each field, and the longest that a write took meanwhile."""
    with server() as (dsn, folder):
        return asyncio.run(_measured(dsn, folder))


async def _measured(dsn: str, folder: Path) -> list[dict[str, Any]]:
    async with open_workspace(dsn, folder / "data", "bench") as workspace, workspace.context() as ctx:
        await crowd.fill(ctx, PEOPLE)
        await ctx.tx.execute("""update "user" set role = 'owner' where name = 'Colleague 0'""")
        await ctx.tx.execute("analyze")
        user = await ctx.tx.value("""select id from "user" where name = 'Colleague 0'""")
        token = await create_token(ctx, user, "bench")
        ids = [row["id"] for row in await ctx.tx.rows("select id from person order by id limit 2000")]
    async with _served(dsn, folder, token) as client:
        return await _compared(client, ids)


async def _compared(client: httpx.AsyncClient, ids: list[int]) -> list[dict[str, Any]]:
    writer = Writer(client, ids[1:])
    writing = asyncio.create_task(writer.run())
    lines = []
    for kind in FIELDS:
        await asyncio.sleep(1)
        doors = await live(client, ids[0], f"live_{kind}", kind)
        lines.append(_line(f"field_live_{kind}", max(doors.values())))
        print(kind, {door: round(seconds, 3) for door, seconds in doors.items()}, file=sys.stderr)
    await asyncio.sleep(5)
    writing.cancel()
    print(f"{writer.written} writes, the slowest {writer.slowest:.3f} s, errors {writer.errors[:3]}", file=sys.stderr)
    if writer.errors:
        raise RuntimeError(f"{len(writer.errors)} of {writer.written} writes failed: {writer.errors[0]}")
    return [*lines, _line("field_live_slowest_write", writer.slowest)]


def _line(name: str, seconds: float) -> dict[str, Any]:
    both = {"ours": round(seconds, 3), "reference": LIMIT_S, "ratio": round(LIMIT_S / seconds, 3)}
    return {"name": name, **both, "unit": "s", "rows": PEOPLE}


@asynccontextmanager
async def _served(dsn: str, folder: Path, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """The server and its worker in a process of their own."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    command = [sys.executable, "-m", "bench.field_live", dsn, str(folder), str(port)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:  # noqa: ASYNC220  (nothing runs beside it yet)
        try:
            bearer = {"Authorization": f"Bearer {token}"}
            base = f"http://127.0.0.1:{port}/api/v1"
            async with httpx.AsyncClient(base_url=base, headers=bearer, timeout=60) as client:
                await _ready(client)
                yield client
        finally:
            process.terminate()


async def _ready(client: httpx.AsyncClient) -> None:
    for _ in range(300):
        try:
            await client.get("/me")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


async def _serve(dsn: str, folder: str, port: str) -> None:
    from visavis.web.server import serve
    from visavis.worker.runner import run_worker

    async with open_workspace(dsn, Path(folder) / "data", "bench") as workspace:
        working = asyncio.create_task(run_worker(workspace, stop=asyncio.Event()))
        await serve(workspace, port=int(port))
        working.cancel()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        uvloop.run(_serve(*sys.argv[1:4]))
    else:
        for line in run():
            print(line)
