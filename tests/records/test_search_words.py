"""Search against its meaning said once more in Python: what is found, by whom, in which order, and what follows."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import names
from tests.records.things import people
from visavis.access import SYSTEM, Actor, overlaid
from visavis.features.matching.jobs import fill
from visavis.features.runtime import Workspace
from visavis.records import Query, create, finding, list_page, search, trash, update
from visavis.records.nearby import variants
from visavis.records.searching import FILL_JOB, index, later, prepare

SOME = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
PEOPLE = 160
MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe"})
WORDS = sorted(
    {w for language in names.LANGUAGES for w in (*names.first_names(language), *names.family_names(language))}
)
SCRIPTS = "aZşșŞȘţțăâîéüßłøœæ김민ㄱ王𠮷דָּוִדכ 09.@-'_%\\!"


def spelled(text: str) -> str:
    """Lower case, no marks, one blank between what is neither letter nor digit."""
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(LETTERS).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


@given(text=st.text(alphabet=SCRIPTS, max_size=20))
@SOME
async def test_words_are_compared_without_case_marks_and_points(world: World, text: str) -> None:
    assert await world.workspace.db.value("select spelled($1)", text) == spelled(text)


@dataclass(frozen=True)
class World:
    """People of several owners, what each is found by, and who may see them."""

    workspace: Workspace
    actors: list[Actor] = field(repr=False)
    rows: dict[int, str] = field(repr=False)
    owners: dict[int, int | None] = field(repr=False)

    def sees(self, actor: Actor, record_id: int) -> bool:
        teams = {a.user_id: a.team_id for a in self.actors}
        owner = self.owners[record_id]
        return (
            actor.role == "owner"
            or owner == actor.user_id
            or (actor.team_id is not None and teams.get(owner) == actor.team_id)
        )

    def holding(self, actor: Actor, words: list[str]) -> set[int]:
        seen = {i: text for i, text in self.rows.items() if self.sees(actor, i)}
        return {i for i, text in seen.items() if all(_holds(text, spelled(word)) for word in words)}


def _holds(text: str, word: str) -> bool:
    """One or two letters are looked for where words begin, but in scripts whose words are short, whole and anywhere."""
    composed = unicodedata.normalize("NFC", word)
    if not word.isascii() and len(composed) < 3:
        return composed in unicodedata.normalize("NFC", text)
    return bool(word) and (word if len(word) > 2 or not word.isascii() else f" {word}") in text


@pytest.fixture
async def world(workspace: Workspace) -> World:
    actors = await people(workspace)
    rows: dict[int, str] = {}
    owners: dict[int, int | None] = {}
    async with workspace.context(SYSTEM) as ctx:
        for number in range(PEOPLE):
            first, last = WORDS[number * 37 % len(WORDS)], WORDS[number * 101 % len(WORDS)]
            owner = [*(a.user_id for a in actors), None][number % (len(actors) + 1)]
            body = {"first_name": first, "last_name": last, "email": _email(number), "phone": f"+{_digits(number)}"}
            made = await ctx.tx.row(
                "insert into person (first_name, last_name, email, phone, owner)"
                " values ($1, $2, $3, $4, $5) returning id",
                *body.values(),
                owner,
            )
            assert made is not None
            rows[made["id"]] = (
                f" {spelled(_title(first, last))} {spelled(f'{first} {last}')} {spelled(_email(number) or '')}"
                f" {_digits(number)}"
            )
            owners[made["id"]] = owner
        await index(ctx.tx, ctx.catalogue.object("person"), "true")
    return World(workspace, actors, rows, owners)


def _email(number: int) -> str | None:
    first = spelled(WORDS[number * 37 % len(WORDS)]).replace(" ", "")[:20] or "x"
    return f"{first}.{number}@mail{number % 3}.example.com" if first.isascii() else None


def _digits(number: int) -> str:
    return f"4021{1_234_567 + number * 7_919:07d}"


def _title(first: str, last: str) -> str:
    return f"{last}{first}" if re.match("[가-힣一-鿿]", last) else f"{first} {last}"


@st.composite
def asked(draw: st.DrawFn) -> list[str]:
    """Pieces of names, Latin ones of three letters and more, others whole; or one of an address or a number."""
    whole = draw(st.sampled_from([None, *filter(None, map(_email, range(PEOPLE))), *map(_digits, range(PEOPLE))]))
    if whole and draw(st.booleans()):
        piece = whole[draw(st.integers(0, 4)) :][: draw(st.integers(6, 20))]
        return [piece.lstrip("0")]
    found = []
    for word in draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)):
        low = draw(st.integers(0, max(0, len(word) - 3)))
        found.append(word[low:] if word.isascii() else word)
    return found


@given(who=st.integers(0, 4), words=asked(), data=st.data())
@SOME
async def test_search_and_list_find_all_that_the_actor_may_see(
    world: World, who: int, words: list[str], data: st.DataObject
) -> None:
    actor = data.draw(st.sampled_from([world.actors[who], replace(world.actors[who], role="owner")]))
    text, expected = " ".join(words), world.holding(actor, words)
    async with world.workspace.context(actor) as ctx:
        hits = [hit["id"] for hit in await search(ctx, text, 50, "person")]
        listed = json.loads(await list_page(ctx, "person", Query(text=text, limit=500)))["data"]
    assert {record["id"] for record in listed} == expected
    assert expected <= set(hits)
    assert set(hits[: len(expected)]) == expected, "what is one letter off comes last"
    assert all(world.sees(actor, record_id) for record_id in hits)
    assert len(set(hits)) == len(hits)


@given(who=st.integers(0, 4), words=asked(), data=st.data())
@settings(SOME, max_examples=40)
async def test_the_index_alone_gives_the_same(world: World, who: int, words: list[str], data: st.DataObject) -> None:
    actor = data.draw(st.sampled_from([world.actors[who], replace(world.actors[who], role="owner")]))
    text = " ".join(words)
    async with world.workspace.context(actor) as ctx:
        expected = await search(ctx, text, 50)
        with _bounds(_NEWEST=1, _NEWEST_OF_FEW=1):
            assert await search(ctx, text, 50) == expected
        with _bounds(_NEWEST=1, _NEWEST_OF_FEW=1, _ALONG_TITLES=1):
            assert {hit["id"] for hit in await search(ctx, text, 50)} == {hit["id"] for hit in expected}


@contextmanager
def _bounds(**rows: int) -> Iterator[None]:
    """Fewer rows are looked at than there are, as in a large table."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in rows.items():
            patch.setattr(finding, name, value)
        yield


LATIN = sorted(w for w in WORDS if w.isascii() and len(w) > 5)


@given(word=st.sampled_from(LATIN), data=st.data())
@SOME
async def test_one_wrong_letter_is_forgiven(world: World, word: str, data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from(sorted(variants(word.lower()))))
    expected = world.holding(replace(world.actors[0], role="owner"), [f"{word}"])
    async with world.workspace.context(SYSTEM) as ctx:
        found = {hit["id"] for hit in await search(ctx, wrong, 50)}
    begins = {i for i in expected if f" {word.lower()}" in world.rows[i]}
    assert begins <= found


async def test_the_closest_kind_of_match_comes_first(workspace: Workspace) -> None:
    wanted = ["Kim", "Kimberly", "Ana Kim", "Hakim", "Kin"]
    async with workspace.context() as ctx:
        for last in reversed(wanted):
            await create(ctx, "company", {"name": last})
        await create(ctx, "company", {"name": "Zed", "email": "kim@example.com"})
        await create(ctx, "activity", {"kind": "call", "subject": "Kim called"})
        titles = [hit["title"] for hit in await search(ctx, "kim")]
    assert titles == ["Kim", "Kimberly", "Kim called", "Ana Kim", "Zed", "Hakim"]


async def test_many_of_one_type_do_not_hide_the_other(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        for number in range(30):
            await create(ctx, "company", {"name": f"Bennett {number}"})
        await create(ctx, "person", {"first_name": "Ada", "last_name": "Bennett"})
        hits = await search(ctx, "bennett", 12)
    assert [hit["object"] for hit in hits] == ["company"] * 11 + ["person"]


async def test_of_very_many_that_hold_a_word_those_that_begin_with_it_come_first(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        await ctx.tx.execute(
            "insert into company (name, email) select case when n % 50 = 0 then 'Beta ' else 'Alphabeta ' end || n,"
            " case when n = 7 then 'beta@example.com' end from generate_series(1, 250) n"
        )
        await index(ctx.tx, ctx.catalogue.object("company"), "true")
        with _bounds(_NEWEST=1):
            titles = [hit["title"] for hit in await search(ctx, "beta", 8)]
    assert titles[:6] == ["Beta 50", "Beta 100", "Beta 150", "Beta 200", "Beta 250", "Alphabeta 7"]
    assert len(titles) == 8


@pytest.mark.parametrize(
    "text",
    ["+40 (21) 123-45", "004021 12345", "021 123 4567", "+40212345", "1234567", "21-1234567", "40 (0)21 123 4567"],
)
async def test_telephone_numbers_are_found_however_written(workspace: Workspace, text: str) -> None:
    number = "+40212345678" if text == "+40212345" else "+40211234567"
    async with workspace.context() as ctx:
        made = await create(ctx, "person", {"last_name": "X", "phone": number})
        await create(ctx, "person", {"last_name": "Y", "phone": "+442079460018"})
        assert [hit["id"] for hit in await search(ctx, text)] == [made.id]


async def test_a_record_that_changes_hands_is_found_by_the_new_team_only(workspace: Workspace) -> None:
    actors = await people(workspace)
    mine, theirs = actors[0], actors[2]
    async with workspace.context() as ctx:
        made = await create(ctx, "person", {"last_name": "Wanderer", "owner": mine.user_id})
        await ctx.tx.execute("update person set owner = $2 where id = $1", made.id, theirs.user_id)
    for actor, expected in ((mine, []), (theirs, [made.id])):
        async with workspace.context(actor) as ctx:
            assert [hit["id"] for hit in await search(ctx, "wander")] == expected
    async with workspace.context() as ctx:
        await ctx.tx.execute("delete from person where id = $1", made.id)
        assert await ctx.tx.value("select count(*) from search where record_id = $1", made.id) == 0


async def test_many_that_change_hands_follow_by_the_job(workspace: Workspace) -> None:
    actors = await people(workspace)
    async with workspace.context() as ctx:
        await ctx.tx.execute("insert into person (last_name) select 'Nomad ' || n from generate_series(1, 150) n")
        await index(ctx.tx, ctx.catalogue.object("person"), "true")
        await ctx.tx.execute("update person set owner = $1", actors[0].user_id)
        assert await ctx.tx.value("select count(*) from search_todo") == 150
        assert await ctx.tx.value("select count(*) from job where kind = $1 and state = 'queued'", FILL_JOB) == 1
    await fill(Run(workspace))
    for actor, expected in ((actors[0], 50), (actors[2], 0)):
        async with workspace.context(actor) as ctx:
            assert len(await search(ctx, "nomad", 50)) == expected


async def test_a_hidden_field_is_not_searched(workspace: Workspace) -> None:
    actor = Actor(1, "reader", None, policy=overlaid({"reader": {"person": {"read": "all", "hidden": ["email"]}}}))
    async with workspace.context() as ctx:
        await create(ctx, "person", {"last_name": "Open", "email": "secret@example.com"})
    async with workspace.context(actor) as ctx:
        for text in ("secret", "open", "secret@example.com", "secrte"):
            assert await search(ctx, text) == []


async def test_the_trash_is_not_searched_and_titles_follow(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        made = await create(ctx, "company", {"name": "Alphaville"})
        await update(ctx, "company", made.id, {"name": "Betaville"}, 1)
        assert await search(ctx, "alphavil") == []
        assert [hit["id"] for hit in await search(ctx, "betavil")] == [made.id]
        await trash(ctx, "company", made.id)
        assert await search(ctx, "betavil") == []


class Run:
    """What the job is given by a worker."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.told: list[Any] = []

    async def checkpoint(self) -> None:
        pass

    async def progress(self, *report: Any) -> None:
        self.told.append(report)


async def test_what_is_left_for_later_and_an_upgrade_are_brought_in_by_a_job(workspace: Workspace) -> None:
    async with workspace.context() as ctx:
        await ctx.tx.execute("insert into company (name) select 'Later ' || n from generate_series(1, 30) n")
        assert await later(ctx.tx, ctx.catalogue.object("company"), "true") == 30
        assert await search(ctx, "later") == []
    assert await fill(Run(workspace)) == {"records": 30}
    async with workspace.context() as ctx:
        assert len(await search(ctx, "later", 50)) == 30
        await ctx.tx.execute("delete from search")
        await ctx.tx.execute("delete from setting where key = 'search.layout'")
        await prepare(ctx.tx, ctx.catalogue)
        assert await ctx.tx.value("select count(*) from job where kind = $1 and state = 'queued'", FILL_JOB) == 1
    await fill(Run(workspace))
    async with workspace.context() as ctx:
        assert len(await search(ctx, "later", 50)) == 30
