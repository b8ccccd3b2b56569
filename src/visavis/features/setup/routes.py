"""Reading and changing the facts of the workspace."""

from __future__ import annotations

from visavis.features.app import Answer, Request, Route
from visavis.features.setup.api import (
    Rules,
    WorkspaceFacts,
    access_rules,
    set_access_rules,
    set_workspace_facts,
    workspace_facts,
)
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


async def read_access(ctx: Context, request: Request) -> Answer:
    return Answer(await access_rules(ctx))


async def write_access(ctx: Context, request: Request) -> Answer:
    await set_access_rules(ctx, request.body)
    return Answer(request.body)


ROUTES = (
    Route("GET", "/access", read_access, "What was changed in the rights of the roles", answer=Rules, access="owners"),
    Route("PUT", "/access", write_access, "Change them", Rules, Rules, access="owners", problems=(409,)),
    Route("GET", "/workspace", read, "Name, currency and language of the workspace", answer=WorkspaceFacts),
    Route("PUT", "/workspace", write, "Change them", WorkspaceFacts, WorkspaceFacts, access="owners", problems=(409,)),
)
