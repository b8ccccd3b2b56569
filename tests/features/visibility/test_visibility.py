"""Who can see a record: the answer is what the doors do, for every colleague."""

from __future__ import annotations

from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis import access, records
from visavis.access import Actor
from visavis.features.runtime import Workspace
from visavis.features.visibility import logic
from visavis.kernel.errors import Forbidden, NotFound

_REACH = st.sampled_from(["none", "own", "team", "all"])
_RULES = st.dictionaries(
    st.sampled_from(["company", "deal", "employment", "*"]),
    st.fixed_dictionaries({"read": _REACH, "update": _REACH}, optional={"hidden": st.just(["note"])}),
)


async def _user(workspace: Workspace, name: str, role: str, team: int | None) -> int:
    async with workspace.context() as ctx:
        values = {"name": name, "email": f"{name.lower()}@x.example", "role": role, "active": True, "team": team}
        return (await records.create(ctx, "user", values)).id


async def _made(workspace: Workspace, object_name: str, **values: Any) -> int:
    async with workspace.context() as ctx:
        return (await records.create(ctx, object_name, values)).id


async def _sees(workspace: Workspace, actor: Actor, object_name: str, record_id: int) -> bool:
    async with workspace.context(actor, readonly=True) as ctx:
        try:
            await records.read(ctx, object_name, record_id)
        except (NotFound, Forbidden):
            return False
    return True


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_RULES, st.integers(0, 4), st.integers(0, 2))
async def test_the_answer_is_what_the_doors_do(
    workspace: Workspace, rules: dict[str, Any], owner: int, team: int
) -> None:
    async with workspace.context() as ctx:
        await ctx.tx.execute('delete from "user"')
        await ctx.tx.execute("delete from setting where key = 'access'")
        sql = "insert into setting (key, value) values ('access', $1)"
        await ctx.tx.execute(sql, {"member": rules, "reader": rules, "manager": rules})
    teams = [None, await _made(workspace, "team", name="A"), await _made(workspace, "team", name="B")]
    who = [("Own", "owner", None), ("Man", "manager", teams[1]), ("Ann", "member", teams[1]),
           ("Bob", "member", teams[2]), ("Rea", "reader", teams[1])]  # fmt: skip
    ids = [await _user(workspace, *one) for one in who]
    company = await _made(workspace, "company", name="Acme", owner=ids[owner], team=teams[team])
    deal = await _made(workspace, "deal", name="Big", company=company, owner=ids[(owner + 1) % 5])
    person = await _made(workspace, "person", last_name="Kim", owner=ids[owner])
    job = await _made(workspace, "employment", company=company, person=person)
    policy = access.overlaid({"member": rules, "reader": rules, "manager": rules})
    for object_name, record_id in (("company", company), ("deal", deal), ("employment", job)):
        async with workspace.context(readonly=True) as ctx:
            found, others = await logic.who(ctx, object_name, record_id)
        told = {standing.user["id"]: "read" in standing.why for standing in found}
        assert others == 0
        for (name, role, of), user_id in zip(who, ids, strict=True):
            actor = Actor(user_id, role, of, policy=policy)  # type: ignore[arg-type]
            assert told[user_id] == await _sees(workspace, actor, object_name, record_id), (name, object_name)


async def test_reasons_in_the_open(ann: httpx.AsyncClient, workspace: Workspace) -> None:
    team = await _made(workspace, "team", name="A")
    bob = await _user(workspace, "Bob", "member", team)
    cem = await _user(workspace, "Cem", "member", team)
    dan = await _user(workspace, "Dan", "member", None)
    company = await _made(workspace, "company", name="Acme", owner=bob)
    answer = (await ann.get(f"/visibility?object=company&record={company}")).json()
    told = {
        s["user"]["id"]: (s["read"] and s["read"]["code"], s["update"] and s["update"]["code"]) for s in answer["data"]
    }
    assert (told[bob], told[cem], told[dan]) == (("own", "own"), ("colleague", None), (None, None))
    assert answer["data"][-1]["user"]["id"] == dan


async def test_asking_needs_sight(ann: httpx.AsyncClient, colleague: Any) -> None:
    company = (await ann.post("/companies", json={"name": "Acme"})).json()["id"]
    bob = await colleague("Bob", "member")
    assert (await bob.get(f"/visibility?object=company&record={company}")).status_code == 404
    assert (await ann.get("/visibility?object=nonsense&record=1")).status_code == 404


async def test_colleagues_out_of_sight_are_only_counted(ann: httpx.AsyncClient, colleague: Any) -> None:
    assert (await ann.put("/access", json={"member": {"user": {"read": "none"}}})).status_code == 200
    bob = await colleague("Bob", "member")
    me = (await bob.get("/me")).json()["user"]["id"]
    company = (await ann.post("/companies", json={"name": "Acme", "owner": me})).json()["id"]
    answer = (await bob.get(f"/visibility?object=company&record={company}")).json()
    assert (answer["data"], answer["others"]) == ([], 2)
