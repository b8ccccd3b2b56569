"""A small workspace with invoices and deals, written as the engine writes: rows with their events."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from visavis.access import SYSTEM, Actor
from visavis.catalogue import Catalogue
from visavis.insight.api import ensure_tables
from visavis.objects import BUILT_IN
from visavis.records import Context
from visavis.store import Database, ensure_extensions, quoted
from visavis.store.live import synchronise
from visavis.store.schema import ensure_system


@dataclass
class Shop:
    db: Database
    catalogue: Catalogue

    @asynccontextmanager
    async def context(self, actor: Actor = SYSTEM) -> AsyncIterator[Context]:
        async with self.db.transaction() as tx:
            yield Context(tx, actor, self.catalogue)

    async def add(self, table: str, **values: Any) -> int:
        """Insert one record with its event; its id."""
        async with self.db.transaction() as tx:
            names = ", ".join(quoted(name) for name in values)
            places = ", ".join(f"${i}" for i in range(1, len(values) + 1))
            into = f"({names}) values ({places})" if values else "default values"
            found: int = await tx.value(f"insert into {quoted(table)} {into} returning id", *values.values())
            await self._event(tx, table, found, "created")
            return found

    async def change(self, table: str, record: int, **values: Any) -> None:
        async with self.db.transaction() as tx:
            parts = ", ".join(f"{quoted(name)} = ${i}" for i, name in enumerate(values, start=2))
            await tx.execute(f"update {quoted(table)} set {parts} where id = $1", record, *values.values())
            await self._event(tx, table, record, "deleted" if "deleted_at" in values else "updated")

    async def _event(self, tx: Any, table: str, record: int, kind: str) -> None:
        await tx.execute(
            "insert into event (door, object, record_id, kind) values ('test', $1, $2, $3)", table, record, kind
        )

    async def sell(
        self, day: dt.date, *amounts: float, company: int | None = None, person: int | None = None, **more: Any
    ) -> int:
        """One invoice with a line for each amount."""
        moment = dt.datetime.combine(day, dt.time(12), dt.UTC)
        facts = {"number": "1", "kind": "invoice", "status": "paid"} | more
        invoice = await self.add("invoice", issued_at=moment, company=company, person=person, **facts)
        for amount in amounts:
            money = {
                "amount": amount,
                "amount_currency": "EUR",
                "unit_price": abs(amount),
                "unit_price_currency": "EUR",
            }
            await self.add("invoice_line", invoice=invoice, quantity=1 if amount > 0 else -1, **money)
        return invoice


async def open_shop(database: Database) -> Shop:
    await ensure_extensions(database.dsn)
    await ensure_system(database, ())
    shop = Shop(database, await synchronise(database, BUILT_IN))
    async with database.transaction() as tx:
        await ensure_tables(tx)
    return shop
