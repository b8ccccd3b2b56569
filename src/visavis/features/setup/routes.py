"""Reading and changing the facts of the workspace."""

from __future__ import annotations

from visavis.features.app import Answer, Request, Route
from visavis.features.setup.api import WorkspaceFacts, set_workspace_facts, workspace_facts
from visavis.fields.money import currencies
from visavis.kernel.errors import Conflict
from visavis.records.context import Context


async def read(ctx: Context, request: Request) -> Answer:
    return Answer(await workspace_facts(ctx))


async def write(ctx: Context, request: Request) -> Answer:
    facts: WorkspaceFacts = request.body
    if facts.currency not in currencies():
        raise Conflict(f"{facts.currency} is no ISO 4217 currency.")
    await set_workspace_facts(ctx, facts)
    return Answer(facts)


ROUTES = (
    Route("GET", "/workspace", read, "Name, currency and language of the workspace", answer=WorkspaceFacts),
    Route("PUT", "/workspace", write, "Change them", WorkspaceFacts, WorkspaceFacts, access="owners", problems=(409,)),
)
