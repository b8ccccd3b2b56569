"""Formula fields: PostgreSQL and Python agree on them, they work wherever fields do, and they tell no secrets."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.formula_oracle import evaluate, typed
from tests.records.things import everything, people, values
from visavis.access import SYSTEM, Actor, overlaid
from visavis.catalogue import Field
from visavis.catalogue.formulas import RESULTS, check
from visavis.features.runtime import Workspace
from visavis.kernel.errors import BadRequest, Invalid
from visavis.objects import BUILT_IN
from visavis.records import Query, count, create, list_page, read, summary, update
from visavis.records.query import build
from visavis.store.build import wire
from visavis.store.live import Change, change_catalogue

LEAVES = {
    "number": [
        "number",
        "size",
        "share",
        "parent.number",
        "parent.share",
        "0",
        "1",
        "2.5",
        "100",
        "0.000001",
        "123456789012345",
    ],
    "money": ["worth", "parent.worth", 'money(10, "EUR")', 'money(0.5, "KRW")'],
    "text": ["label", "name", "stage", "parent.label", "parent.mail", '"x"', '"Ana"', '" é "', '"it\'s"'],
    "boolean": ["good", "parent.good", "true", "false", "empty(parent)", 'has(tags, "a")'],
    "date": ["day", "parent.day", 'date("2026-01-31")', 'date("9999-12-31")'],
    "datetime": ["moment", "parent.moment"],
}
DEEPER: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "number": [
        *[(form, ("number", "number")) for form in
          ("({} + {})", "({} - {})", "({} * {})", "({} / {})", "min({}, {})", "max({}, {})")],
        *[(form, ("number",)) for form in ("-({})", "abs({})", "round({}, 2)", "floor({})", "ceil({})")],
        ("({} / {})", ("money", "money")),
        ("amount({})", ("money",)),
        ("length({})", ("text",)),
        ("days_between({}, {})", ("date", "datetime")),
        *[(f"{part}({{}})", ("date",)) for part in ("year", "month", "day")],
    ],
    "money": [
        *[(form, ("money", "money")) for form in ("({} + {})", "({} - {})")],
        *[(form, ("money", "number")) for form in ("({} * {})", "({} / {})")],
        *[(form, ("money",)) for form in ("-({})", "abs({})", "round({}, 1)")],
        ('money({}, "USD")', ("number",)),
    ],
    "text": [
        ("({} & {})", ("text", "number")),
        ("concat({}, {}, {})", ("text", "date", "text")),
        ("trim({})", ("text",)),
        ("left({}, {})", ("text", "number")),
        ("currency({})", ("money",)),
    ],
    "boolean": [
        *[(f"({{}} {op} {{}})", (k, k)) for k in LEAVES for op in ("=", "!=")],
        *[(f"({{}} {op} {{}})", (k, k)) for k in ("number", "money", "date", "datetime") for op in ("<", ">=", ">")],
        *[(f"({{}} {op} {{}})", ("boolean", "boolean")) for op in ("and", "or")],
        *[(f"{name}({{}}, {{}})", ("text", "text")) for name in ("contains", "starts_with")],
        ("(not {})", ("boolean",)),
        *[("empty({})", (k,)) for k in LEAVES],
    ],
    "date": [
        *[(f'date_add({{}}, {{}}, "{unit}")', ("date", "number")) for unit in ("days", "weeks", "months", "years")],
        ("date({})", ("datetime",)),
        ("max({}, {})", ("date", "date")),
    ],
    "datetime": [("min({}, {})", ("datetime", "datetime"))],
}  # fmt: skip


def formula(rnd: random.Random, kind: str, level: int) -> str:
    """A formula of that kind, as text."""
    if level == 0 or rnd.random() < 0.15:
        return rnd.choice(LEAVES[kind])
    same = [("if({}, {}, {})", ("boolean", kind, kind)), ("if({}, {}, null)", ("boolean", kind)),
            ("coalesce({}, {})", (kind, kind))]  # fmt: skip
    form, kinds = rnd.choice(DEEPER[kind] + same)
    return form.format(*(formula(rnd, k, level - 1) for k in kinds))


@pytest.fixture
async def filled(things: Workspace) -> Workspace:
    rnd = random.Random(5)
    ids: list[int] = []
    async with things.context() as ctx:
        for _ in range(40):
            body = values(rnd, ids, [])
            ids.append((await create(ctx, "thing", body)).id)
    things.records = await everything(things, "thing")  # type: ignore[attr-defined]
    return things


@given(seed=st.integers(0, 2**32))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
async def test_postgresql_and_python_agree(filled: Workspace, seed: int) -> None:
    rnd = random.Random(seed)
    kind = rnd.choice(sorted(LEAVES))
    text = formula(rnd, kind, rnd.randint(1, 4))
    thing = filled.catalogue.object("thing")
    type_name = rnd.choice(RESULTS[kind])  # type: ignore[index]
    found = check(text, thing, filled.catalogue.by_name, "mine", type_name, strict=False)
    field = Field("f", "mine", type_name, {}, derived=True, formula=text, node=found.node, reads=found.reads)
    records = filled.records  # type: ignore[attr-defined]
    async with filled.context() as ctx:
        statement = build(ctx)
        shown = wire(statement, field, "t")
        sql = f"select t.id, to_json({shown})::text as value from {statement.rows(thing, 't')}"
        rows = await ctx.tx.rows(sql, *statement.params)
    for row in rows:
        wanted = evaluate(found.node, records[row["id"]], records, type_name)
        assert _plain(json.loads(row["value"] or "null"), type_name) == wanted, (text, records[row["id"]])


def _plain(value: Any, type_name: str) -> Any:
    kind = next(k for k, names in RESULTS.items() if type_name in names)
    return None if value is None else typed(kind, value)


async def add(workspace: Workspace, object_name: str, **formulas: tuple[str, str]) -> None:
    changes = [
        Change(f"f_{name}", "field", object_name, {"name": name, "type": kind, "label": {"en": name}, "formula": text})
        for name, (kind, text) in formulas.items()
    ]
    workspace.catalogue, _ = await change_catalogue(workspace.db, BUILT_IN, changes, None)


async def test_a_formula_is_a_field_like_any_other(workspace: Workspace) -> None:
    await add(
        workspace,
        "deal",
        weighted=("money", "amount * probability / 100"),
        where=("text", 'upper(company.country) & " / " & lower(name)'),
        half=("decimal", "amount(weighted) / 2"),
    )
    async with workspace.context() as ctx:
        acme = (await create(ctx, "company", {"name": "Acme", "country": "fr"})).id
        money = {"amount": "1000", "currency": "EUR"}
        big = await create(
            ctx, "deal", {"name": "Big", "company": acme, "amount": money, "probability": "25", "stage": "won"}
        )
        await create(ctx, "deal", {"name": "Odd", "amount": {"amount": "7", "currency": "KRW"}, "probability": "100"})
        await create(ctx, "deal", {"name": "None"})
        shown = json.loads(big.body)
        assert (shown["weighted"], shown["where"], shown["half"]) == (
            {"amount": "250.00", "currency": "EUR"}, "FR / big", "125",
        )  # fmt: skip
        page = json.loads(await list_page(ctx, "deal", Query(sort=("-weighted",), columns=("name", "weighted"))))
        assert [r["name"] for r in page["data"]] == ["Big", "Odd", "None"]
        first = json.loads(await list_page(ctx, "deal", Query(sort=("where",), limit=1)))
        rest = json.loads(await list_page(ctx, "deal", Query(sort=("where",), limit=5, cursor=first["next"])))
        assert [r["name"] for r in first["data"] + rest["data"]] == ["None", "Odd", "Big"]
        assert (await count(ctx, "deal", Query(filter={"field": "weighted", "op": "gt", "value": "100"})))["value"] == 1
        assert (await count(ctx, "deal", Query(filter={"field": "half", "op": "empty"})))["value"] == 1
        related = {"related": "deal.company", "filter": {"field": "half", "op": "eq", "value": "125"}}
        assert (await count(ctx, "company", Query(filter=related)))["value"] == 1
        found = await summary(ctx, "deal", Query(), "stage", ("weighted",))
        assert found["total"]["sum"]["weighted"] == [
            {"amount": "250.00", "currency": "EUR"}, {"amount": "7.00", "currency": "KRW"},
        ]  # fmt: skip
        with pytest.raises(Invalid):
            await update(ctx, "deal", big.id, {"weighted": money}, None)


async def test_a_formula_follows_what_it_reads(workspace: Workspace) -> None:
    await add(workspace, "deal", country=("text", "company.country"))
    async with workspace.context() as ctx:
        acme = (await create(ctx, "company", {"name": "Acme", "country": "FR"})).id
        deal = (await create(ctx, "deal", {"name": "d", "company": acme})).id
        await update(ctx, "company", acme, {"country": "KR"}, None)
        assert json.loads((await read(ctx, "deal", deal)).body)["country"] == "KR"


async def test_what_is_hidden_is_not_told_by_a_formula(workspace: Workspace) -> None:
    await add(
        workspace,
        "deal",
        country=("text", "company.country"),
        weighted=("money", "amount * 2"),
        more=("boolean", "empty(weighted)"),
    )
    rules = {"deal": {"hidden": ["amount"]}, "company": {"hidden": ["country"]}}
    actor = Actor(None, "manager", policy=overlaid({"manager": rules}))
    async with workspace.context(actor) as ctx:
        for name in ("country", "weighted", "more"):
            for query in (
                Query(columns=(name,)), Query(sort=(name,)), Query(filter={"field": name, "op": "empty"}),
            ):  # fmt: skip
                with pytest.raises(BadRequest):
                    await list_page(ctx, "deal", query)
    nobody = Actor(None, "manager", policy=overlaid({"manager": {"company": {"read": "none"}}}))
    async with workspace.context(nobody) as ctx:
        with pytest.raises(BadRequest):
            await list_page(ctx, "deal", Query(columns=("country",)))
        await list_page(ctx, "deal", Query(columns=("weighted",)))


async def test_a_record_out_of_sight_reads_as_empty(workspace: Workspace) -> None:
    await add(workspace, "deal", country=("text", "company.country"))
    member, other, *_ = await people(workspace, teams=2, each=1)
    async with workspace.context(SYSTEM) as ctx:
        acme = (await create(ctx, "company", {"name": "Acme", "country": "FR", "owner": other.user_id})).id
        await create(ctx, "deal", {"name": "d", "company": acme, "owner": member.user_id})
    seen = {}
    for actor in (SYSTEM, replace(member, role="member")):
        async with workspace.context(actor) as ctx:
            page = json.loads(await list_page(ctx, "deal", Query(columns=("country",))))
            seen[actor.role] = [r["country"] for r in page["data"]]
            found = await count(ctx, "deal", Query(filter={"field": "country", "op": "eq", "value": "FR"}))
            assert found["value"] == (actor is SYSTEM)
    assert seen == {"owner": ["FR"], "member": [None]}
