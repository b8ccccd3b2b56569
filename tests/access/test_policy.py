"""Roles, reach, masks and reasons, without a database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.access import (
    BUILT_IN,
    SYSTEM,
    Actor,
    Grant,
    Policy,
    Role,
    can,
    overlaid,
    predicate,
    reach,
    readable,
    reason,
    require,
    writable,
)
from visavis.catalogue import Catalogue, Field, Object, Scope
from visavis.kernel.errors import Forbidden
from visavis.objects import BUILT_IN as OBJECTS

CATALOGUE = Catalogue(OBJECTS)
COMPANY, PRODUCT, USER = (CATALOGUE.object(name) for name in ("company", "product", "user"))


def actor(role: Role, **rules: Any) -> Actor:
    return Actor(1, role, 2, policy=overlaid({role: rules}))


@pytest.mark.parametrize(
    ("role", "reaches"),
    [
        ("owner", ("all", "all", "all", "all")),
        ("manager", ("all", "all", "team", "team")),
        ("member", ("team", "all", "own", "own")),
        ("reader", ("team", "none", "none", "none")),
    ],
)
def test_how_far_each_role_reaches(role: Role, reaches: tuple[str, ...]) -> None:
    actions = ("read", "create", "update", "delete")
    assert tuple(reach(Actor(1, role), COMPANY, action) for action in actions) == reaches  # type: ignore[arg-type]


@pytest.mark.parametrize(("role", "products", "users"), [("owner", 1, 1), ("manager", 1, 0), ("member", 0, 0)])
def test_who_may_write_what(role: Role, products: int, users: int) -> None:
    assert can(Actor(1, role), PRODUCT, "update") == bool(products)
    assert can(Actor(1, role), USER, "create") == bool(users)
    assert bool(writable(Actor(1, role), USER)) == bool(users)


def test_a_refusal_says_why() -> None:
    with pytest.raises(Forbidden) as caught:
        require(Actor(1, "reader"), COMPANY, "update")
    assert caught.value.detail == "A reader may not update companies."
    assert reason(Actor(1, "member"), COMPANY, "read") == "A member may read the companies of their team."


def test_a_mask_hides_fields_and_makes_others_readonly() -> None:
    masked = actor("member", company={"hidden": ["email"], "readonly": ["name"]})
    assert "email" not in {f.name for f in readable(masked, COMPANY)}
    names = {f.name for f in writable(masked, COMPANY)}
    assert not names & {"email", "name", "abc_class"}
    assert "phone" in names


def test_nobody_narrows_the_owner() -> None:
    rules: dict[str, Any] = {
        "owner": {"company": {"read": "none", "hidden": ["name"]}},
        "nobody": {"company": {"read": "all"}},
    }
    assert overlaid(rules).grants == BUILT_IN.grants


@given(st.dictionaries(st.sampled_from(["read", "update", "moon"]), st.sampled_from(["none", "own", "all", "x", None])))
def test_what_a_rule_does_not_know_it_leaves_alone(parts: dict[str, Any]) -> None:
    found = overlaid({"member": {"company": parts}}).grant("member", "company")
    base = BUILT_IN.grant("member", "company")
    for action in ("read", "create", "update", "delete"):
        wanted = parts.get(action) if parts.get(action) in ("none", "own", "all") else getattr(base, action)
        assert getattr(found, action) == wanted


@pytest.mark.parametrize("obj", OBJECTS, ids=lambda obj: obj.name)
def test_without_a_rule_there_is_no_access(obj: Object) -> None:
    params: list[Any] = []
    nobody = Actor(1, "member", policy=Policy())
    assert predicate(nobody, CATALOGUE, obj, "read", "t", params) == "false"
    assert (params, readable(nobody, obj) == (), can(nobody, obj, "create")) == ([], False, False)
    assert Policy().grant("member", obj.name) == Grant()


@pytest.mark.parametrize("obj", OBJECTS, ids=lambda obj: obj.name)
def test_the_system_and_the_owner_see_everything(obj: Object) -> None:
    for someone in (SYSTEM, Actor(1, "owner")):
        assert predicate(someone, CATALOGUE, obj, "read", "t", []) == "true"


def test_values_are_bound_and_never_written_into_the_condition() -> None:
    params: list[Any] = []
    sql = predicate(Actor(987654, "member", 123456), CATALOGUE, CATALOGUE.object("payment"), "read", "t", params)
    assert "987654" not in sql and "123456" not in sql
    assert set(params) == {987654, 123456}
    assert all(f"${place}::bigint" in sql for place in range(1, len(params) + 1))


def test_nobody_in_particular_owns_nothing() -> None:
    assert predicate(Actor(None, "member", 2), CATALOGUE, COMPANY, "read", "t", []) == "false"


def test_a_record_that_hangs_on_nothing_belongs_to_nobody() -> None:
    name = Field("x.name", "name", "text", {"en": "x"})
    lost = Object("x", "xs", {}, {}, (name,), ("name",), ("name",), scope=Scope("via", ()))
    assert predicate(Actor(1, "member", 2), CATALOGUE, lost, "read", "t", []) == "false"
