"""A long upload takes its time, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import xlsxwriter

from tests.web.conftest import Client, client_of
from visavis.features.accounts import api as accounts
from visavis.features.runtime import open_workspace


async def test_uploads_on_the_way_hold_no_connection(dsn: str, schema: str, tmp_path: Path) -> None:
    async with open_workspace(dsn, tmp_path, schema, max_size=2) as workspace:
        async with workspace.context() as ctx:
            owner = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
            token = await accounts.create_token(ctx, owner, "test")
        arrived, more = asyncio.Event(), asyncio.Event()

        async def body() -> AsyncIterator[bytes]:
            yield b"Name\n"
            arrived.set()
            await more.wait()
            yield b"Acme\n"

        async with client_of(workspace, Authorization=f"Bearer {token}") as client:
            uploads = [asyncio.create_task(_upload(client, body())) for _ in range(4)]
            await arrived.wait()
            assert (await client.get("/companies")).status_code == 200
            more.set()
            assert [await upload for upload in uploads] == [201] * 4
        assert not list((tmp_path / "uploads").glob("*.part"))


async def _upload(client: Client, body: AsyncIterator[bytes]) -> int:
    return (await client.post("/imports", params={"filename": "a.csv"}, content=body)).status_code


async def test_a_workbook_is_unpacked_before_a_connection_is_asked_for(dsn: str, schema: str, tmp_path: Path) -> None:
    async with open_workspace(dsn, tmp_path, schema, max_size=1) as workspace:
        async with workspace.context() as ctx:
            owner = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
            token = await accounts.create_token(ctx, owner, "test")
        async with client_of(workspace, Authorization=f"Bearer {token}") as client:
            assert (await client.get("/companies")).status_code == 200
            async with workspace.context():
                sent = client.post("/imports", params={"filename": "a.xlsx"}, content=_workbook(tmp_path))
                upload = asyncio.create_task(sent)
                while not list((tmp_path / "uploads").glob("*.sheet.csv")):
                    assert not upload.done(), upload.result().text
                    await asyncio.sleep(0.05)
            assert (await upload).status_code == 201


async def test_a_file_that_is_not_understood_leaves_nothing(dsn: str, schema: str, tmp_path: Path) -> None:
    async with open_workspace(dsn, tmp_path, schema, max_size=1) as workspace:
        async with workspace.context() as ctx:
            owner = await accounts.ensure_owner(ctx, "Ann", "ann@example.com", "correct horse battery")
            token = await accounts.create_token(ctx, owner, "test")
        async with client_of(workspace, Authorization=f"Bearer {token}") as client:
            answer = await client.post("/imports", params={"filename": "a.xlsx"}, content=b"PK no workbook")
            assert answer.status_code == 422
        assert list((tmp_path / "uploads").iterdir()) == []


def _workbook(folder: Path) -> bytes:
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, name in enumerate(("Name", "Acme", "Bolt")):
            sheet.write(row, 0, name)
    return path.read_bytes()
