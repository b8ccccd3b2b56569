"""Create, update, trash and restore, with their events."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from tests.records.things import POOLS, people
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Conflict, Forbidden, Invalid, NotFound, VersionMismatch
from visavis.records import Query, Read, create, history, list_page, read, restore, trash, update


def body(read_: Read) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_.body)
    return found


async def events(workspace: Workspace, record_id: int) -> list[tuple[str, Any]]:
    rows = await workspace.db.rows("select kind, changes from event where record_id = $1 order by seq", record_id)
    return [(row["kind"], row["changes"]) for row in rows]


async def test_every_value_of_every_type_comes_back_as_it_was_sent(things: Workspace) -> None:
    async with things.context() as ctx:
        for name, pool in POOLS.items():
            for value in pool:
                made = body(await create(ctx, "thing", {"name": "x", name: value}))
                assert _same(made[name], value), (name, value, made[name])


def _same(shown: Any, sent: Any) -> bool:
    if isinstance(sent, dict) and "amount" in sent:
        return float(shown["amount"]) == float(sent["amount"]) and shown["currency"] == sent["currency"]
    if isinstance(sent, str) and sent[:4].isdigit() and "T" in sent:
        from tests.records.things import moment

        return moment(shown) == moment(sent)
    return bool(shown == (sent or None) if sent == "" else shown == sent)


async def test_a_change_counts_up_and_leaves_one_event_with_old_and_new(things: Workspace) -> None:
    async with things.context() as ctx:
        made = await create(ctx, "thing", {"name": "A", "worth": {"amount": "1", "currency": "EUR"}, "number": 3})
        changed = await update(ctx, "thing", made.id, {"worth": {"amount": "2.5", "currency": "USD"}, "number": 3}, 1)
        assert (changed.version, body(changed)["worth"]) == (2, {"amount": "2.50", "currency": "USD"})
        told = await history(ctx, "thing", made.id)
    kinds = await events(things, made.id)
    assert [kind for kind, _ in kinds] == ["created", "updated"]
    assert set(kinds[1][1]) == {"worth"}
    pair = [{"amount": "1.00", "currency": "EUR"}, {"amount": "2.50", "currency": "USD"}]
    assert told["data"][0]["changes"] == {"worth": pair}


async def test_the_same_values_change_nothing(things: Workspace) -> None:
    sent = {"name": "A", "size": "2.50", "tags": ["a", "b"], "place": {"city": "Cluj", "country": "RO"}}
    async with things.context() as ctx:
        made = await create(ctx, "thing", sent)
        again = await update(ctx, "thing", made.id, {**sent, "size": 2.5}, 1)
        assert again.version == 1
    assert await events(things, made.id) == [("created", None)]


async def test_a_change_of_an_older_version_shows_what_is_there_now(things: Workspace) -> None:
    async with things.context() as ctx:
        made = await create(ctx, "thing", {"name": "A"})
        await update(ctx, "thing", made.id, {"name": "B"}, 1)
        with pytest.raises(VersionMismatch) as caught:
            await update(ctx, "thing", made.id, {"name": "C"}, 1)
    assert caught.value.extra["current"]["name"] == "B"


async def test_of_two_changes_at_once_exactly_one_wins(things: Workspace) -> None:
    async with things.context() as ctx:
        made = await create(ctx, "thing", {"name": "A", "number": 0})

    async def change(number: int) -> bool:
        try:
            async with things.context() as ctx:
                await update(ctx, "thing", made.id, {"number": number}, 1)
        except VersionMismatch:
            return False
        return True

    won = await asyncio.gather(*(change(number) for number in range(1, 5)))
    assert sum(won) == 1
    assert [kind for kind, _ in await events(things, made.id)] == ["created", "updated"]


async def test_the_trash_keeps_a_record_as_it_was(things: Workspace) -> None:
    async with things.context() as ctx:
        made = await create(ctx, "thing", {"name": "A", "tags": ["x"]})
        await trash(ctx, "thing", made.id, 1)
        await trash(ctx, "thing", made.id)
        assert json.loads(await list_page(ctx, "thing", Query()))["data"] == []
        in_trash = json.loads(await list_page(ctx, "thing", Query(trash=True)))["data"]
        assert [r["id"] for r in in_trash] == [made.id]
        with pytest.raises(Conflict):
            await update(ctx, "thing", made.id, {"name": "B"}, 2)
        back = await restore(ctx, "thing", made.id)
        assert body(back)["tags"] == ["x"]
        assert body(back)["deleted_at"] is None
    assert [kind for kind, _ in await events(things, made.id)] == ["created", "deleted", "restored"]


async def test_all_that_is_wrong_is_said_at_once(things: Workspace) -> None:
    sent = {"number": "x", "stage": "moon", "revenue": 1, "version": 3, "worth": "12"}
    async with things.context() as ctx:
        with pytest.raises(Invalid) as caught:
            await create(ctx, "thing", sent)
    assert {(e.field, e.code) for e in caught.value.errors} == {
        ("number", "integer"),
        ("stage", "choice"),
        ("revenue", "unknown"),
        ("version", "readonly"),
        ("worth", "money"),
        ("name", "required"),
    }


async def test_a_derived_field_takes_no_value(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        with pytest.raises(Invalid) as caught:
            await create(ctx, "company", {"name": "A", "abc_class": "A"})
    assert [e.code for e in caught.value.errors] == ["derived"]


async def test_links_that_lead_nowhere_are_named(things: Workspace) -> None:
    async with things.context() as ctx:
        gone = await create(ctx, "thing", {"name": "gone"})
        await trash(ctx, "thing", gone.id)
        with pytest.raises(Conflict) as caught:
            await create(ctx, "thing", {"name": "A", "parent": gone.id, "helper": 2**53 - 1})
    assert [e.field for e in caught.value.errors] == ["parent", "helper"]


async def test_what_has_to_be_unique_names_its_field_and_undoes_nothing_else(things: Workspace) -> None:
    async with things.context() as ctx:
        await create(ctx, "user", {"name": "A", "email": "a@x.com"})
        await create(ctx, "thing", {"name": "A", "external_id": "7"})
    for name, sent, field in (
        ("user", {"name": "B", "email": "a@X.com"}, "email"),
        ("thing", {"name": "B", "external_id": "7"}, "external_id"),
    ):
        with pytest.raises(Conflict) as caught:
            async with things.context() as ctx:
                await create(ctx, name, sent)
        assert [(e.field, e.code) for e in caught.value.errors] == [(field, "not-unique")]


@pytest.mark.parametrize("value", ["", "x" * 301, 7, "a\x00b", "\udc00"])
async def test_an_external_id_is_a_short_text(things: Workspace, value: Any) -> None:
    async with things.context() as ctx:
        with pytest.raises(Invalid) as caught:
            await create(ctx, "thing", {"name": "A", "external_id": value})
    assert [e.field for e in caught.value.errors] == ["external_id"]


async def test_a_member_owns_what_they_create_and_may_hand_it_over(things: Workspace) -> None:
    ana, _, other, *_ = await people(things)
    async with things.context(ana) as ctx:
        made = body(await create(ctx, "thing", {"name": "A"}))
        assert (made["owner"]["id"], made["team"]["id"]) == (ana.user_id, ana.team_id)
        given = await update(ctx, "thing", made["id"], {"owner": other.user_id, "team": other.team_id}, 1)
        assert body(given)["owner"]["id"] == other.user_id
        with pytest.raises(NotFound):
            await read(ctx, "thing", made["id"])


@pytest.mark.parametrize(
    "rules", [{"thing": {"readonly": ["owner", "team"]}}, {"thing": {"hidden": ["owner", "team"]}},
              {"user": {"read": "none"}, "team": {"read": "none"}}]
)  # fmt: skip
async def test_who_may_not_choose_the_owner_finds_again_what_they_create(things: Workspace, rules: Any) -> None:
    ana, colleague, *_ = await people(things)
    narrow = replace(ana, policy=overlaid({"member": rules}))
    async with things.context(narrow) as ctx:
        made = await create(ctx, "thing", {"name": "A"})
        assert body(await update(ctx, "thing", made.id, {"name": "B"}, 1))["name"] == "B"
        if "thing" in rules:
            with pytest.raises(Invalid):
                await create(ctx, "thing", {"name": "A", "owner": colleague.user_id})
    async with things.context() as ctx:
        found = body(await read(ctx, "thing", made.id))
        assert (found["owner"]["id"], found["team"]["id"]) == (ana.user_id, ana.team_id)


async def test_who_is_of_a_team_that_is_gone_creates_all_the_same(things: Workspace) -> None:
    ana, *_ = await people(things)
    assert ana.team_id
    async with things.context() as ctx:
        await trash(ctx, "team", ana.team_id)
    async with things.context(ana) as ctx:
        made = body(await create(ctx, "thing", {"name": "A"}))
    assert (made["owner"]["id"], made["team"]) == (ana.user_id, None)


async def test_a_reader_and_a_stranger_write_nothing(things: Workspace) -> None:
    ana, colleague, other, *_ = await people(things)
    async with things.context(ana) as ctx:
        made = await create(ctx, "thing", {"name": "A"})
    reader = Actor(ana.user_id, "reader", ana.team_id)
    for actor, problem in ((reader, Forbidden), (colleague, Forbidden), (other, NotFound)):
        async with things.context(actor) as ctx:
            with pytest.raises(problem):
                await update(ctx, "thing", made.id, {"name": "B"}, 1)
            with pytest.raises(problem):
                await trash(ctx, "thing", made.id)
    async with things.context(reader) as ctx:
        with pytest.raises(Forbidden):
            await create(ctx, "thing", {"name": "B"})


async def test_a_role_that_creates_its_own_only_creates_nobody_elses(things: Workspace) -> None:
    ana, _, other, *_ = await people(things)
    narrow = Actor(ana.user_id, "member", ana.team_id, policy=overlaid({"member": {"thing": {"create": "own"}}}))
    async with things.context(narrow) as ctx:
        assert await create(ctx, "thing", {"name": "A"})
        with pytest.raises(Forbidden):
            await create(ctx, "thing", {"name": "B", "owner": other.user_id})


async def test_a_record_of_another_type_is_not_there(things: Workspace) -> None:
    async with things.context(SYSTEM) as ctx:
        made = await create(ctx, "thing", {"name": "A"})
        with pytest.raises(NotFound):
            await read(ctx, "company", made.id)
        with pytest.raises(NotFound):
            await update(ctx, "company", made.id, {"name": "B"}, 1)
