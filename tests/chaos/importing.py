"""An import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from tests.chaos.harness import Operation
from visavis.access import SYSTEM
from visavis.features.imports import service
from visavis.features.imports.api import import_file
from visavis.features.runtime import Workspace
from visavis.features.uploads import uploaded
from visavis.store import jobs

LINES = 6000


def _sales(first: int, last: int, price: str) -> str:
    """Invoices of three lines, some bad, with products, customers and credit notes."""
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    return head + "".join(
        f"{'C' if n % 21 == 0 else ''}{n // 3},P{n % 97},Thing {n % 97},{'bad' if n % 500 == 499 else n % 9 + 1},"
        f"2026-01-{n % 28 + 1:02} 10:00,{price},{n % 311 or ''},France\n"
        for n in range(first, last)
    )


class Sales(Operation):
    """The import of a file of which a half is there already, with other prices; and its rollback."""

    _import_id = 0

    async def prepare(self, workspace: Workspace) -> None:
        path = workspace.data_dir.parent / "sales.csv"
        path.write_text(_sales(0, LINES * 3 // 4, "2.50"))
        await import_file(workspace, path, actor=SYSTEM, options={"currency": "GBP"})

    async def make(self, workspace: Workspace) -> int:
        body = _body(_sales(LINES // 2, LINES, "3.75"))
        async with (
            uploaded(workspace.data_dir, body) as upload,
            service.looked("sales.csv", upload) as look,
            workspace.context(SYSTEM, "import") as ctx,
        ):
            row = await service.take_in(ctx, look)
            self._import_id = row["id"]
            return await self._enqueue(ctx, "imports.run")

    async def back(self, workspace: Workspace) -> int:
        async with workspace.context(SYSTEM, "import") as ctx:
            return await self._enqueue(ctx, "imports.rollback")

    async def _enqueue(self, ctx: Any, kind: str) -> int:
        return await jobs.enqueue(ctx.tx, kind, {"import": self._import_id, "role": "owner"})

    async def told(self, workspace: Workspace) -> dict[str, Any]:
        row = await workspace.db.row("select counts, undone from import_run where id = $1", self._import_id)
        assert row is not None
        return dict(row)


async def _body(text: str) -> AsyncIterator[bytes]:
    yield text.encode()
