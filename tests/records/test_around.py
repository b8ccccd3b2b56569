"""History, timeline, summary and search."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.records.things import people
from visavis.access import Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Conflict
from visavis.records import (
    Context,
    Query,
    create,
    history,
    list_page,
    search,
    summary,
    timeline,
    trash,
    update,
)
from visavis.records import events as event_log


def euros(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


async def test_history_hides_fields_and_names_links_as_far_as_the_actor_may_see(workspace: Workspace) -> None:
    ana, _, other, *_ = await people(workspace)
    async with workspace.context() as ctx:
        mine = await create(ctx, "company", {"name": "Mine", "owner": ana.user_id})
        theirs = await create(ctx, "company", {"name": "Theirs", "owner": other.user_id})
        deal = await create(ctx, "deal", {"name": "Deal", "owner": ana.user_id, "company": theirs.id})
        await update(ctx, "deal", deal.id, {"company": mine.id, "amount": euros("5"), "probability": "12.5"}, 1)
    hiding = Actor(ana.user_id, "member", ana.team_id, policy=overlaid({"member": {"deal": {"hidden": ["amount"]}}}))
    async with workspace.context(hiding) as ctx:
        last = (await history(ctx, "deal", deal.id))["data"][0]
    shown = {"company": [None, {"id": mine.id, "title": "Mine"}], "probability": [None, "12.5"]}
    assert last["changes"] == shown
    assert (last["kind"], last["actor"], last["door"]) == ("updated", None, "system")


async def test_history_and_timeline_come_in_pages_without_gaps(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        company = await create(ctx, "company", {"name": "Acme"})
        for number in range(70):
            await event_log.append(ctx, "company", company.id, "updated", {"employees": [number, number + 1]})
            at = f"2026-01-{number % 28 + 1:02d}T00:00:00Z"
            await create(ctx, "activity", {"kind": "note", "subject": str(number), "at": at, "company": company.id})
            await create(ctx, "deal", {"name": str(number), "opened_on": "2025-05-05", "company": company.id})
        told = await _all_pages(history, ctx, company.id)
        around = await _all_pages(timeline, ctx, company.id)
    assert len(told) == 71
    assert [e["seq"] for e in told] == sorted({e["seq"] for e in told}, reverse=True)
    assert len(around) == 71 + 70 + 70
    assert [e["at"] for e in around] == sorted((e["at"] for e in around), reverse=True)
    assert len({(e["object"], e["id"], json.dumps(e["changes"])) for e in around}) == 71 + 70 + 70


async def _all_pages(ask: Any, ctx: Context, record_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await ask(ctx, "company", record_id, cursor)
        found += page["data"]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("cursor", ["bm8", "WyJ4Il0", "W251bGwsbnVsbF0", "WyJ4IiwieSJd"])
async def test_a_cursor_of_another_list_is_a_conflict(workspace: Workspace, cursor: str) -> None:
    async with workspace.context() as ctx:
        company = await create(ctx, "company", {"name": "Acme"})
    for ask in (history, timeline):
        with pytest.raises(Conflict):
            async with workspace.context() as ctx:
                await ask(ctx, "company", company.id, cursor)


async def test_the_timeline_shows_what_was_done_and_what_it_was_worth(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        company = await create(ctx, "company", {"name": "Acme"})
        link = {"company": company.id}
        call = {"kind": "call", "subject": "Ring", "at": "2026-01-03T10:00:00Z"}
        await create(ctx, "activity", {**call, **link})
        await create(ctx, "invoice", {"number": "R1", "issued_at": "2026-01-02T00:00:00Z", "total": euros("9"), **link})
        await create(ctx, "payment", {"reference": "P1", "paid_on": "2026-01-04", "amount": euros("9"), **link})
        gone = await create(ctx, "deal", {"name": "Gone", "opened_on": "2026-01-05", **link})
        await trash(ctx, "deal", gone.id)
        around = (await timeline(ctx, "company", company.id))["data"]
    assert [(e["object"], e["kind"], e["title"], e["amount"] and e["amount"]["amount"]) for e in around] == [
        ("company", "created", "", None),
        ("payment", None, "P1", "9.00"),
        ("activity", "call", "Ring", None),
        ("invoice", None, "R1", "9.00"),
    ]


async def test_sums_keep_currencies_apart(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        for amount, currency, stage, chance in (
            ("1.10", "EUR", "won", "10"),
            ("2.20", "EUR", "won", None),
            ("5", "USD", "won", "2.5"),
            ("7", "USD", "lost", None),
        ):
            body = {"name": "x", "amount": euros(amount, currency), "stage": stage, "probability": chance}
            await create(ctx, "deal", body)
        await create(ctx, "deal", {"name": "x", "stage": "lost"})
        await create(ctx, "deal", {"name": "x"})
        found = await summary(ctx, "deal", Query(), "stage", ("amount", "probability"))
    assert found["total"] == {
        "count": 6,
        "sum": {"amount": [euros("3.30"), euros("12.00", "USD")], "probability": "12.5"},
    }
    assert [(g["key"], g["label"], g["count"], g["sum"]) for g in found["groups"]] == [
        ("won", "won", 3, {"amount": [euros("3.30"), euros("5.00", "USD")], "probability": "12.5"}),
        ("lost", "lost", 2, {"amount": [euros("7.00", "USD")], "probability": None}),
        (None, None, 1, {"amount": [], "probability": None}),
    ]


async def test_a_sum_of_nothing_is_nothing(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        found = await summary(ctx, "deal", Query(), "stage", ("amount", "probability"))
    assert found == {"total": {"count": 0, "sum": {"amount": [], "probability": None}}, "groups": []}


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        ("number", [(3, "3", 2), (None, None, 1)]),
        ("size", [("1.5", "1.5", 2), (None, None, 1)]),
        ("good", [(True, "true", 2), (None, None, 1)]),
        ("day", [("2026-01-01", "2026-01-01", 2), (None, None, 1)]),
        ("worth", [({"amount": "1.00", "currency": "EUR"}, "1.00 EUR", 2), (None, None, 1)]),
        ("label", [("Ana", "Ana", 2), (None, None, 1)]),
    ],
)
async def test_groups_of_every_kind(things: Workspace, group: str, wanted: list[Any]) -> None:
    body = {
        "number": 3,
        "size": "1.50",
        "good": True,
        "day": "2026-01-01",
        "worth": euros("1"),
        "label": "Ana",
    }
    async with things.context() as ctx:
        for more in (body, body, {}):
            await create(ctx, "thing", {"name": "x", **more})
        found = await summary(ctx, "thing", Query(), group, ())
    assert [(g["key"], g["label"], g["count"]) for g in found["groups"]] == wanted


@pytest.mark.parametrize(("group", "sums"), [("tags", ()), ("moon", ()), (None, ("name",)), (None, ("moon",))])
async def test_a_summary_that_makes_no_sense_is_refused(things: Workspace, group: str, sums: tuple[str, ...]) -> None:
    async with things.context() as ctx:
        with pytest.raises(BadRequest):
            await summary(ctx, "thing", Query(), group, sums)


PEOPLE = (
    {"first_name": "민준", "last_name": "김", "email": "minjun@x.com"},
    {"first_name": "伟", "last_name": "王"},
    {"first_name": "דָּוִד", "last_name": "כהן"},
    {"first_name": "Ioana", "last_name": "Şerbănescu", "phone": "+40 21 234 5678"},
    {"first_name": "Zoë", "last_name": "O'Neil 100%_a\\b"},
    {"first_name": "𠮷", "last_name": "野"},
)


FOUND: tuple[tuple[str, int | None], ...] = (
    *((text, 0) for text in ("김", "김민", "민준", "김민준", "준", "minjun", "MINJUN@X.COM", "jun@x.co")),
    *((text, 1) for text in ("王", "王伟", "伟")),
    *((text, 2) for text in ("דוד", "דָּוִד", "כה", "כהן", "דוד כהן")),
    *(
        (text, 3)
        for text in ("serbanescu", "Șerbănescu", "şerbă", "io", "ioana serb", "234 5678", "21-234-5678", "0212345678")
    ),
    *((text, 4) for text in ("zoe", "ZOË", "o'neil", "100%_", "a\\b", "ｚｏｅ")),
    *((text, 5) for text in ("𠮷", "野𠮷")),
    *((text, None) for text in ("%%%", "___", "\\\\", "xyz", "", "   ", "\x00", "\ud800")),
)


async def test_people_are_found_in_every_script(named: tuple[Workspace, list[int]]) -> None:
    workspace, ids = named
    wanted = [(text, [ids[place]] if place is not None else []) for text, place in FOUND]
    async with workspace.context() as ctx:
        assert [(text, [hit["id"] for hit in await search(ctx, text)]) for text, _ in wanted] == wanted
        worded = [(text, found) for text, found in wanted if text.strip()]
        assert [(text, await listed(ctx, text)) for text, _ in worded] == worded


async def listed(ctx: Context, text: str) -> list[int]:
    return [record["id"] for record in json.loads(await list_page(ctx, "person", Query(text=text)))["data"]]


@pytest.fixture
async def named(workspace: Workspace) -> tuple[Workspace, list[int]]:
    async with workspace.context() as ctx:
        return workspace, [(await create(ctx, "person", body)).id for body in PEOPLE]


async def test_search_follows_changes_and_forgets_the_trash(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        company = await create(ctx, "company", {"name": "Alpha"})
        await update(ctx, "company", company.id, {"name": "Beta"}, 1)
        assert await search(ctx, "alpha") == []
        assert await search(ctx, "beta") == [{"object": "company", "id": company.id, "title": "Beta", "subtitle": None}]
        assert await search(ctx, "beta", object_name="person") == []
        await trash(ctx, "company", company.id)
        assert await search(ctx, "beta") == []
