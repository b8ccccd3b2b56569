"""The built-in record types hold together."""

from __future__ import annotations

import pytest

from visavis.catalogue import LANGUAGES, MAX_FIELDS, SYSTEM_FIELDS, Catalogue, Object, merge
from visavis.fields import TYPES, type_of
from visavis.kernel.ids import is_name
from visavis.objects import BUILT_IN
from visavis.store.order import is_sortable

CATALOGUE = Catalogue(BUILT_IN)
EACH = pytest.mark.parametrize("obj", BUILT_IN, ids=lambda obj: obj.name)


@EACH
def test_names_are_distinct_and_can_be_columns(obj: Object) -> None:
    names = [f.name for f in obj.fields]
    columns = names + [f"{f.name}_currency" for f in obj.fields if f.type == "money"]
    assert len(set(columns)) == len(columns) <= MAX_FIELDS
    assert all(is_name(name) for name in [obj.name, *names])
    assert not set(names) & set(SYSTEM_FIELDS)
    assert [f.id for f in obj.fields] == [f"{obj.name}.{name}" for name in names]


@EACH
def test_all_that_is_named_is_there(obj: Object) -> None:
    assert {*obj.title, *obj.list} <= set(obj.by_name) | {"updated_at", "created_at"}
    assert is_sortable(obj, obj.sort.lstrip("-"))
    assert obj.timeline is None or obj.field(obj.timeline).type in ("date", "datetime")
    for field in obj.fields:
        assert field.type in TYPES
        assert (field.target in CATALOGUE.by_name) == (field.type in ("relation", "user"))
        assert bool(field.options) == (field.type == "choice")
        assert field.derived == (field.method is not None)


@EACH
def test_whose_a_record_is_can_be_found_out(obj: Object) -> None:
    if obj.scope.kind == "own":
        assert (obj.field("owner").target, obj.field("team").target) == ("user", "team")
    assert (obj.scope.kind == "via") == bool(obj.scope.via)
    for name in obj.scope.via:
        assert CATALOGUE.object(str(obj.field(name).target)).scope.kind in ("own", "via")


@EACH
def test_every_label_is_there_in_every_language(obj: Object) -> None:
    labels = [obj.label, obj.label_plural, *(f.label for f in obj.fields)]
    labels += [option.label for f in obj.fields for option in f.options]
    for label in labels:
        assert set(label) == set(LANGUAGES)
        assert all(label.values())


def test_every_rule_holds_together() -> None:
    for obj in merge(BUILT_IN, ()).objects:
        for field in obj.fields:
            assert (field.rule is None) == (field.required_if is None)
            assert not field.required_if or set(field.required_message) == set(LANGUAGES)


def test_money_and_numbers_can_be_summed() -> None:
    summed = {f.type for obj in BUILT_IN for f in obj.fields if hasattr(type_of(f), "unit")}
    assert summed == {"money", "integer", "decimal", "percent"}
