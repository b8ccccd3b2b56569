"""The ranking of a round in the background."""

from __future__ import annotations

from typing import Any

from visavis.features.keycustomers import ranking


async def rank(run: Any) -> dict[str, Any]:
    """Rank the customers of the period; once more does no harm."""
    async with run.workspace.context() as ctx:
        return {"customers": await ranking.rank(ctx, run.args["round"])}
