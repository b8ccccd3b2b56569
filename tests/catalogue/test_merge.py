"""Code and overlays make the catalogue, and nothing in an overlay can break what is built in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.catalogue import FIELD_KEYS, OBJECT_KEYS, Catalogue, merge, text_of
from visavis.kernel.errors import NotFound
from visavis.objects import BUILT_IN


def field(stable_id: str, obj: str, **body: Any) -> dict[str, Any]:
    return {"id": stable_id, "kind": "field", "object": obj, "body": body}


def record_type(stable_id: str, obj: str, **body: Any) -> dict[str, Any]:
    return {"id": stable_id, "kind": "object", "object": obj, "body": body}


def test_without_overlays_the_catalogue_is_the_code() -> None:
    found = merge(BUILT_IN, (), 7)
    bare = tuple(replace(o, fields=tuple(replace(f, rule=None) for f in o.fields)) for o in found.objects)
    assert (bare, found.version) == (BUILT_IN, 7)


def test_the_order_of_overlays_of_different_things_does_not_matter() -> None:
    overlays = [
        field("company.name", "company", label={"en": "Firm"}),
        field("f_1", "company", name="score", type="integer", label={"en": "Score"}),
        record_type("company", "company", sort="-updated_at"),
        record_type("o_1", "boat", name="boat", plural="boats", label={"en": "Boat"}, label_plural={"en": "Boats"}),
    ]
    assert merge(BUILT_IN, overlays) == merge(BUILT_IN, overlays[::-1])


def test_names_of_fields_stay_when_labels_change() -> None:
    company = merge(BUILT_IN, [field("company.name", "company", label={"en": "Firm"}, help={"en": "?"})]).object(
        "company"
    )
    assert company.field("name").label == {"en": "Firm"}
    assert company.field("name").id == "company.name"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "type", "target", "derived", "method", "origin", "searchable"]), JSON
    )
)
@settings(max_examples=100, deadline=None)
def test_what_a_built_in_field_is_made_of_cannot_be_overlaid(body: dict[str, Any]) -> None:
    """Such a body under the id of a built-in field changes nothing; it makes no new field either."""
    merged = merge(BUILT_IN, [field("company.name", "company", **body)])
    assert merged.object("company").field("name") == BUILT_IN[0].field("name")


def test_only_the_keys_for_overlays_are_taken() -> None:
    assert FIELD_KEYS.isdisjoint({"id", "name", "type", "target", "derived", "origin"})
    assert OBJECT_KEYS.isdisjoint({"name", "plural", "fields", "scope", "who_writes", "origin", "title"})
    changed = merge(BUILT_IN, [record_type("company", "company", scope="open", who_writes="owners", icon="star")])
    company = changed.object("company")
    assert (company.icon, company.scope, company.who_writes) == ("star", BUILT_IN[0].scope, BUILT_IN[0].who_writes)


def test_a_hidden_field_is_out_of_sight_and_keeps_its_place() -> None:
    company = merge(BUILT_IN, [field("company.industry", "company", hidden=True)]).object("company")
    with pytest.raises(NotFound):
        company.field("industry")
    assert "industry" in {f.name for f in company.fields}
    assert "industry" not in {f.name for f in company.entered}


def test_hiding_a_type_hides_the_links_to_it() -> None:
    found = merge(BUILT_IN, [record_type("product", "product", hidden=True)])
    with pytest.raises(NotFound):
        found.object("product")
    assert "product" not in found.object("deal").by_name
    assert all(relation.object != "product" for relation in found.relations_to("company"))


def test_options_come_whole_with_labels() -> None:
    options = [{"value": "new"}, {"value": "old", "label": {"en": "Old"}, "color": "red"}]
    stage = merge(BUILT_IN, [field("deal.stage", "deal", options=options)]).object("deal").field("stage")
    assert [(o.value, text_of(o.label), o.color) for o in stage.options] == [
        ("new", "new", "gray"),
        ("old", "Old", "red"),
    ]


def test_a_type_of_ones_own_has_a_name_an_owner_and_a_team() -> None:
    overlays = [
        record_type("o_1", "boat", name="boat", plural="boats", label={"en": "Boat"}, label_plural={"en": "Boats"}),
        field("f_1", "boat", name="port", type="relation", target="company", label={"en": "Port"}, required=True),
    ]
    found = merge(BUILT_IN, overlays)
    boat = found.object("boat")
    assert [f.name for f in boat.fields] == ["name", "owner", "team", "port"]
    assert boat.field("port").required
    assert boat.origin == boat.field("port").origin == "user"
    assert [(r.object, r.field) for r in found.relations_to("company")][-1] == ("boat", "port")
    assert found.by_plural["boats"] is boat


def test_a_catalogue_is_frozen() -> None:
    found: Any = Catalogue(BUILT_IN)
    with pytest.raises(AttributeError):
        found.version = 3
    with pytest.raises(AttributeError):
        found.objects[0].fields[0].name = "x"
