"""The plan that brings tables into line with the catalogue, worked out without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from visavis.catalogue import Catalogue, Field, Object, Scope
from visavis.fields import TYPES
from visavis.objects import BUILT_IN
from visavis.store.schema import Plan, Table, plan

LABEL = {"en": "x"}
NAME = Field("boat.name", "name", "text", LABEL, required=True)
BOAT = Object(
    "boat",
    "boats",
    LABEL,
    LABEL,
    (
        NAME,
        Field("boat.code", "code", "text", LABEL, unique=True),
        Field("boat.price", "price", "money", LABEL),
        Field("boat.owner", "owner", "user", LABEL, target="user"),
        Field("boat.worth", "worth", "money", LABEL, derived=True, method="value"),
        Field("boat.old", "old", "date", LABEL, hidden=True),
    ),
    ("name",),
    ("name",),
    sort="name",
    scope=Scope("open"),
)
SYSTEM = {
    "id": "bigint",
    "version": "integer",
    "external_id": "text",
    "created_at": "timestamp with time zone",
    "updated_at": "timestamp with time zone",
    "created_by": "bigint",
    "updated_by": "bigint",
    "deleted_at": "timestamp with time zone",
}
COLUMNS = SYSTEM | {
    "name": "text",
    "code": "text",
    "price": "numeric(19,4)",
    "price_currency": "character(3)",
    "owner": "bigint",
    "old": "date",
}
DERIVED = {
    "id": "bigint",
    "as_of": "timestamp with time zone",
    "worth": "numeric(19,4)",
    "worth_currency": "character(3)",
}
INDEXED = frozenset({"id", "deleted_at", "external_id", "lower(name)", "code", "owner"})
THERE = {"boat": Table(COLUMNS, INDEXED), "derived_boat": Table(DERIVED, frozenset({"id", "worth"}))}


def planned(obj: Object, actual: dict[str, Table]) -> Plan:
    return plan(Catalogue((obj,)), actual)


def test_a_fresh_workspace_gets_tables_and_indexes() -> None:
    assert planned(BOAT, {}) == Plan(
        apply=(
            (
                'create table "boat" ("id" bigint primary key default nextval(\'record_id\'),'
                ' "version" integer not null default 1, "external_id" text,'
                ' "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(),'
                ' "created_by" bigint, "updated_by" bigint, "deleted_at" timestamptz,'
                ' "name" text, "code" text, "price" numeric(19,4), "price_currency" char(3),'
                ' "owner" bigint, "old" date)'
            ),
            'create index if not exists "boat.deleted_at" on "boat" (deleted_at) where deleted_at is not null',
            (
                'create unique index if not exists "boat.external_id" on "boat" (external_id)'
                " where external_id is not null"
            ),
            'create index if not exists "boat.name.caseless" on "boat" (lower("name"), id)',
            'create unique index if not exists "boat.code" on "boat" ("code") where deleted_at is null',
            'create index if not exists "boat.owner" on "boat" ("owner") where "owner" is not null',
            (
                'create table "derived_boat" ("id" bigint primary key, "as_of" timestamptz,'
                ' "worth" numeric(19,4), "worth_currency" char(3))'
            ),
            'create index if not exists "derived_boat.worth" on "derived_boat" ("worth", id) where "worth" is not null',
        )
    )


def test_where_all_is_there_nothing_is_to_be_done() -> None:
    found = planned(BOAT, THERE)
    assert found == Plan()
    assert found.empty


def test_a_new_field_is_a_column_now_and_an_index_later() -> None:
    more = (
        Field("f_1", "home", "relation", LABEL, target="boat"),
        Field("f_2", "fee", "money", LABEL),
        Field("f_3", "fit", "money", LABEL, derived=True, method="x"),
    )
    found = planned(replace(BOAT, fields=BOAT.fields + more), THERE)
    assert found.apply == (
        'alter table "boat" add column "home" bigint',
        'alter table "boat" add column "fee" numeric(19,4)',
        'alter table "boat" add column "fee_currency" char(3)',
        'alter table "derived_boat" add column "fit" numeric(19,4)',
        'alter table "derived_boat" add column "fit_currency" char(3)',
    )
    assert found.later == (
        'create index if not exists "boat.home" on "boat" ("home") where "home" is not null',
        'create index if not exists "derived_boat.fit" on "derived_boat" ("fit", id) where "fit" is not null',
    )


def test_an_index_that_went_missing_is_built_again() -> None:
    bare = THERE | {"boat": Table(COLUMNS, INDEXED - {"owner"})}
    assert planned(BOAT, bare).later == (
        'create index if not exists "boat.owner" on "boat" ("owner") where "owner" is not null',
    )


def test_hiding_a_field_or_a_type_changes_no_table() -> None:
    fields = tuple(replace(f, hidden=True) for f in BOAT.fields)
    assert planned(replace(BOAT, fields=fields, hidden=True), THERE) == Plan()


def test_a_column_that_no_field_claims_is_kept_and_named() -> None:
    found = planned(BOAT, THERE | {"boat": Table(COLUMNS | {"crew": "text"}, INDEXED)})
    assert (found.orphans, found.empty) == (("boat.crew",), True)


def test_what_adding_cannot_mend_is_unexplained() -> None:
    other: dict[str, Any] = {**COLUMNS, "name": "integer"}
    del other["version"]
    found = planned(BOAT, THERE | {"boat": Table(other, INDEXED)})
    assert found.unexplained == (
        "boat.version is missing",
        "boat.name is integer, but the catalogue says text",
    )
    assert not found.empty


def test_long_names_get_indexes_of_their_own() -> None:
    links = tuple(Field(f"f_{n}", "x" * 40 + str(n), "relation", LABEL, target="boat") for n in range(3))
    found = planned(replace(BOAT, name="b" * 40, fields=(NAME, *links)), {})
    names = [sql.split('"')[1] for sql in found.apply if " index " in sql]
    assert len(set(names)) == len(names)
    assert all(len(name.encode()) <= 63 for name in names)


def test_every_field_type_and_every_built_in_type_has_a_plan() -> None:
    everything = tuple(Field(f"x.{k}", f"a_{k}", k, LABEL, target="boat") for k in TYPES)
    assert planned(replace(BOAT, fields=(NAME, *everything)), {}).apply
    assert not plan(Catalogue(BUILT_IN), {}).unexplained
