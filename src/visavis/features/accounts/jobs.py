"""What is swept away once an hour."""

from __future__ import annotations

from typing import Any

from visavis.features.accounts.logic import SQL


async def sweep(run: Any) -> None:
    """Ended sessions, used links, old attempts and old idempotency keys."""
    async with run.workspace.db.transaction() as tx:
        await tx.execute(SQL.sweep)
