import ast

import pytest

from lints import house


def rules(path: str, text: str) -> list[str]:
    return [violation.rule for violation in house.check_file(path, text)]


STORE = "src/visavis/store/a.py"
SLICE = "src/visavis/features/imports/logic.py"


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM a", "select distinct * from a", "select t.* from t", "select\n  * from a"]
)
def test_select_star_is_found(sql: str) -> None:
    assert rules(STORE, f"SQL = {sql!r}") == ["select-star"]
    assert rules("src/visavis/features/imports/sql.sql", sql) == ["select-star"]


def test_select_star_is_found_inside_a_formatted_string() -> None:
    assert rules(STORE, 'def f(t):\n    return f"select * from {t}"\n') == ["select-star"]


@pytest.mark.parametrize("sql", ["select count(*) from a", "select a * b from c", "select 2 * a"])
def test_counting_and_multiplying_are_no_select_star(sql: str) -> None:
    assert rules(STORE, f"SQL = {sql!r}") == []


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (select b from c) select *, count(*) over () from a",
        "with a as materialized (select b from c)\nselect * from a where b > 1",
        "select * from (select a, b from c) d",
        "select * from json_to_record($1) as r (a int)",
    ],
)
def test_what_the_statement_spells_out_may_be_read_whole(sql: str) -> None:
    assert rules(STORE, f"SQL = {sql!r}") == []
    assert rules(STORE, f"def f(x):\n    return f{sql + ' limit {x}'!r}\n") == []


def test_a_table_beside_a_common_table_expression_is_still_a_table() -> None:
    assert rules(STORE, "SQL = 'with a as (select b from c) select * from c'") == ["select-star"]


def test_prose_may_mention_select_star() -> None:
    assert rules(STORE, '"""Never `select * from`."""\n') == []


def test_only_the_doors_commit() -> None:
    text = "def f(tx):\n    tx.commit()\n"
    assert rules("src/visavis/records/write.py", text) == ["commit"]
    assert rules("src/visavis/web/app.py", text) == []
    assert rules("tests/records/test_write.py", text) == []


def test_the_engine_works_inside_the_transaction_it_is_given() -> None:
    text = "def f(db):\n    db.transaction()\n"
    assert rules("src/visavis/records/write.py", text) == ["commit"]
    assert rules("src/visavis/features/accounts/logic.py", text) == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "# XXX", "// XXX", "HACK"])
def test_unfinished_work_is_found(word: str) -> None:
    assert rules("docs/a.md", f"fine\n{word}: later\n") == ["unfinished"]


def test_unfinished_is_a_word_not_a_part_of_one() -> None:
    assert rules("docs/a.md", "METHODO todo hackney, the currency XXX\n") == []


@pytest.mark.parametrize("room", ["kernel", "catalogue", "objects"])
def test_pure_rooms_stand_on_the_standard_library(room: str) -> None:
    path = f"src/visavis/{room}/a.py"
    assert rules(path, "import json\nfrom visavis.kernel import ids\n") == []
    assert rules(path, "import msgspec\n") == ["pure-room"]
    assert rules(path, "from babel.numbers import format_decimal\n") == ["pure-room"]


def test_fields_may_use_two_data_libraries() -> None:
    assert rules("src/visavis/fields/phone.py", "import phonenumbers\nfrom babel import Locale\n") == []
    assert rules("src/visavis/fields/phone.py", "import numpy\n") == ["pure-room"]


def test_slices_meet_through_their_api() -> None:
    assert rules(SLICE, "from visavis.features.sales.api import win\nfrom visavis.features.sales import api\n") == []
    assert rules(SLICE, "from visavis.features.sales import logic\n") == ["slice-door"]
    assert rules(SLICE, "from visavis.features.sales.logic import win\n") == ["slice-door"]
    assert rules(SLICE, "from visavis.features.imports.logic import load\n") == []
    assert rules(SLICE, "from visavis.features.app import App\n") == []


def test_doors_enter_a_slice_through_its_api_too() -> None:
    assert rules("src/visavis/web/app.py", "from visavis.features.sales.routes import routes\n") == ["slice-door"]


def test_imports_are_absolute_dotted_names() -> None:
    tree = ast.parse("import a.b\nfrom c.d import e, f\n")
    assert list(house.imports(tree)) == [(1, "a.b"), (2, "c.d.e"), (2, "c.d.f")]


def test_locks_hold_no_address() -> None:
    pinned = "a==1.0 \\\n    --hash=sha256:00\n"
    assert rules("requirements/run.txt", pinned) == []
    assert rules("requirements/run.txt", "--extra-index-url https://index.example\n" + pinned) == ["lock-address"]
    assert rules("ui/package-lock.json", '"resolved": "https://registry.example/a.tgz",\n') == ["lock-address"]
    assert rules("ui/package-lock.json", '"url": "https://opencollective.example"\n"https://sponsors.example"\n') == []
