"""Formulas as text: what they may say, and how they are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.catalogue import Catalogue, Field
from visavis.catalogue.formulas import FormulaError, check, parse
from visavis.catalogue.linking import worked_out
from visavis.objects import BUILT_IN

OBJECTS = Catalogue(BUILT_IN).by_name
DEAL = OBJECTS["deal"]


def kind(text: str, type_name: str = "") -> str:
    return check(text, DEAL, OBJECTS, "mine", type_name).node.kind


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("amount * probability / 100", "money"),
        ("amount / amount", "number"),
        ("1 + 2 * 3", "number"),
        ('if(stage = "won", amount, null)', "money"),
        ('company.country & "/" & name', "text"),
        ("days_between(opened_on, coalesce(closed_on, today()))", "number"),
        ('date_add(opened_on, 3, "months")', "date"),
        ("not empty(lost_reason) and closed_on > opened_on", "boolean"),
        ('has(company.tags, "vip") or empty(company)', "boolean"),
        ("round(amount(amount), 2)", "number"),
        ("company.revenue_net", "money"),
        ('-probability >= -50 and name != "x"', "boolean"),
        ('amount > money(100, "EUR")', "boolean"),
    ],
)
def test_what_formulas_give(text: str, wanted: str) -> None:
    assert kind(text) == wanted


@pytest.mark.parametrize(
    ("text", "at", "message", "remedy"),
    [
        ("", 0, "empty", "amount"),
        ("amout + 1", 0, "no field 'amout'", "amount"),
        ("company.contry", 0, "no field 'contry'", "country"),
        ("company.parent.name", 0, "cannot be followed", "one step"),
        ("amount + 1", 7, "does not take", "money(100"),
        ("probability + name", 12, "does not take", "a + b"),
        ('stage = "lots"', 8, "not an option", "lost"),
        ("roud(probability)", 0, "no function 'roud'", "round"),
        ("round(probability, 9)", 19, "decimals", ""),
        ("(probability", 12, "not closed", ")"),
        ("probability probability", 12, "too much", "operator"),
        ("probability +", 13, "missing", "field"),
        ("name = 'x'", 7, "no meaning", "double quotes"),
        ("1 < probability < 3", 16, "in a row", "and"),
        ("lost_reason = null", 12, "no value", "empty(field)"),
        ('date("2026-02-30")', 5, "no date", "2026-01-31"),
        ('date_add(opened_on, 1, "moons")', 23, "span", "months"),
        ("if(probability, 1, 2)", 0, "does not take", "condition"),
        ("null", 0, "never", ""),
        ("mine", 0, "no field", ""),
        ("(" * 60 + "1", 40, "levels", ""),
        ("1" * 3_000, 2_000, "characters", ""),
        ("1" + "+1" * 900, 0, "steps in a row", ""),
        ("__import__(name)", 0, "no function", "if"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, at: int, message: str, remedy: str) -> None:
    with pytest.raises(FormulaError) as caught:
        check(text, DEAL, OBJECTS, "mine")
    assert caught.value.at == at
    assert message in caught.value.message
    assert remedy in caught.value.remedy


def test_the_result_has_to_fit_the_type() -> None:
    assert kind("probability * 2", "integer") == "number"
    with pytest.raises(FormulaError, match="gives a number, the field is of the type text"):
        kind("probability * 2", "text")


def test_what_a_formula_reads() -> None:
    found = check("if(company.country = name, probability, 0)", DEAL, OBJECTS)
    assert set(found.reads) == {("deal", "company"), ("company", "country"), ("deal", "name"), ("deal", "probability")}
    assert not found.steady
    assert check("probability * 2", DEAL, OBJECTS).steady
    assert not check("today()", DEAL, OBJECTS).steady


def formula(name: str, text: str, type_name: str = "decimal") -> Field:
    return Field(f"f_{name}", name, type_name, {"en": name}, derived=True, formula=text, origin="user")


def resolved(*fields: Field) -> dict[str, Field]:
    others = [o for o in BUILT_IN if o.name != "deal"]
    deal = next(o for o in worked_out([*others, replace(DEAL, fields=DEAL.fields + fields)]) if o.name == "deal")
    return {f.name: f for f in deal.fields}


def test_formulas_on_formulas_in_any_order() -> None:
    found = resolved(formula("c", "b + 1"), formula("b", "a + 1"), formula("a", "probability"))
    assert not any(found[n].hidden for n in "abc")
    assert set(found["c"].reads) == {("deal", "b"), ("deal", "a"), ("deal", "probability")}


def test_formulas_on_formulas_are_together_as_deep_as_one_may_be() -> None:
    deep = "abs(" * 38 + "{}" + ")" * 38
    chain = [formula(name, deep.format(read)) for read, name in zip(("probability", *"abc"), "abcd", strict=True)]
    found = resolved(*chain)
    assert [found[n].hidden for n in "abcd"] == [False, False, False, True]


def test_a_circle_has_no_value_for_anyone() -> None:
    found = resolved(formula("a", "b + 1"), formula("b", "a + 1"), formula("fine", "probability"))
    assert (found["a"].hidden, found["b"].hidden, found["fine"].hidden) == (True, True, False)
    fields = resolved(formula("a", "probability"), formula("b", "a + 1"))
    deal = replace(DEAL, fields=tuple(fields.values()))
    with pytest.raises(FormulaError, match="stands on"):
        check("b * 2", deal, {**OBJECTS, "deal": deal}, "a")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    at = 0
    try:
        parse(text)
    except FormulaError as error:
        at = error.at
    assert 0 <= at <= len(text)


@pytest.mark.parametrize("nested", ["if({} = amount, amount, amount)", "coalesce({} / amount * amount, amount)"])
def test_amounts_within_amounts_stay_within_bounds(nested: str) -> None:
    text = "amount"
    for _ in range(5):
        text = nested.format(text)
    assert kind(text) == "money"
    for _ in range(20):
        text = nested.format(text)
    with pytest.raises(FormulaError, match="currencies"):
        kind(text)
    assert kind(" + ".join(["amount"] * 100)) == "money"
