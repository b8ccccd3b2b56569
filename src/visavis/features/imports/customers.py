"""Files about customers: one row for each of them, or one for each of them and period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from visavis import access
from visavis.catalogue import Object
from visavis.features.imports import panels, periods
from visavis.features.imports.header import Header, Proposal, is_link, matches, rule_of
from visavis.features.imports.ledger import SQL
from visavis.features.imports.panels import Panel
from visavis.features.imports.plan import FieldRule, Key, LinkRule, Period, Plan, Rule, Target, Where
from visavis.features.imports.squash import squash
from visavis.features.imports.suggesting import label_for
from visavis.features.imports.vocabulary import CUSTOMER_IDS, is_customer
from visavis.store import Tx

OVER_TIME = "Customers over time"
MOST_IDS = 200
_OF_PEOPLE = ("gender", "sex", "age", "maritalstatus", "birthdate", "dateofbirth", "yearbirth", "birthyear")
_AS_NUMBER = re.compile(r"^([0-9]+)\.0+$")


def numbers(header: Header) -> list[str]:
    """Some of the customers' numbers in the file, to see whether they are there already."""
    column = header.panel.customer if header.panel else key_of(header)
    seen = dict.fromkeys(header.samples[column]) if column else {}
    return [_AS_NUMBER.sub(r"\1", cell) for cell in list(seen)[:MOST_IDS]]


async def home(tx: Tx, header: Header) -> str | None:
    """The record type that has most of these customers by their numbers; None where none has any."""
    known = numbers(header)
    row = await tx.row(SQL.homes, known) if known else None
    found = dict(row) if row else {}
    best = max(found, key=lambda name: int(found[name]), default=None)
    return best if best and found[best] else None


def key_of(header: Header) -> str | None:
    """The column that numbers the customers, one row for each."""
    named = [column for column in header.columns if is_customer(column)]
    named.sort(key=lambda column: squash(column) not in CUSTOMER_IDS)
    return next((column for column in named if header.is_distinct(column)), None)


def _customer(header: Header) -> Object | None:
    """Whose records the customers are: where they are already, else people if the header speaks of sex or age."""
    people = any(squash(column) in _OF_PEOPLE for column in header.columns)
    obj = header.catalogue.by_name.get(header.home or ("person" if people else "company"))
    return obj if obj is not None and _writable(header, obj) else None


def _writable(header: Header, obj: Object) -> bool:
    return access.can(header.actor, obj, "create") and access.can(header.actor, obj, "update")


def _name(obj: Object) -> str:
    return next(f.name for f in obj.entered if f.required)


# --- One row for each customer ----------------------------------------------------------------------------------------


def table(header: Header) -> Iterator[Proposal]:
    """Named by a column of names, else by the number of the customer, else by the number of the row."""
    obj = _customer(header)
    if obj is None or len(header.columns) < 2:
        return
    named = [column for column in header.columns if is_customer(column)]
    key = key_of(header)
    if named and key is None:
        return
    matched = {n: c for n, c in matches(header, obj).items() if c not in named and not is_link(obj.field(n))}
    required = _name(obj)
    plain = FieldRule(column=key, keep=True) if key else FieldRule(numbered=_numbered(obj))
    name = {} if required in matched else {required: plain}
    fields = name | {n: rule_of(header, obj.field(n), c) for n, c in matched.items()}
    whole = Key(columns=[key]) if key else Key(columns=header.columns, ordinal=True)
    target = Target(alias=obj.name, object=obj.name, key=whole, fields=fields)
    left = panels.squares_of({c: list(header.samples[c]) for c in header.columns if c not in matched.values()})
    share = len({*([key] if key else []), *matched.values(), *(e.column for e in left)}) / len(header.columns)
    yield Proposal(obj.label_plural["en"], share, Plan(targets=[target], left=left), sure=key is not None)


def _numbered(obj: Object) -> str:
    return "Customer" if obj.name == "company" else obj.label["en"]


# --- One row for each customer and period -----------------------------------------------------------------------------


def over_time(header: Header) -> Iterator[Proposal]:
    """Rows are sales of their customer in a period, and what was spent on him in it."""
    panel, obj = header.panel, _customer(header)
    needed = [header.catalogue.by_name.get(name) for name in ("invoice", "invoice_line", "cost")]
    if panel is None or obj is None or any(each is None or not _writable(header, each) for each in needed):
        return
    sales = [_invoice(panel, obj), _line(panel)] if panel.sells else []
    spent = [_cost(panel, obj, place, *each) for place, each in enumerate(panel.costs, 1)]
    who, others = _filled(header, _who(panel, obj), panel.constant)
    first, rest = _filled(header, (sales or spent)[0], panel.varying)
    targets = [who, first, *(sales or spent)[1:], *(spent if sales else [])]
    about = dict.fromkeys(others, who.alias) | dict.fromkeys(rest, first.alias)
    main = ["line" if sales else first.alias]
    plan = Plan(targets=targets, main=main, left=list(panel.left), belongs=about)
    known = {*plan.columns(), *(each.column for each in panel.left)}
    yield Proposal(OVER_TIME, len(known) / len(header.columns), plan, sure=True)


def _who(panel: Panel, obj: Object) -> Target:
    name = {_name(obj): FieldRule(column=panel.customer, keep=True)}
    return Target(alias=obj.name, object=obj.name, key=Key(columns=[panel.customer]), fields=name)


def _filled(header: Header, target: Target, columns: tuple[str, ...]) -> tuple[Target, list[str]]:
    """The target with the fields that these columns name, and the columns that name none."""
    obj = header.catalogue.object(target.object)
    taken = {name for name, rule in target.fields.items() if not rule.keep}
    found = {
        name: column
        for name, column in matches(header, obj).items()
        if column in columns and name not in taken and not is_link(obj.field(name))
    }
    fields = {**target.fields, **{n: rule_of(header, obj.field(n), c) for n, c in found.items()}}
    return msgspec.structs.replace(target, fields=fields), [c for c in columns if c not in found.values()]


def _day(panel: Panel) -> FieldRule:
    when = panel.when
    if when.kind == "date":
        return FieldRule(column=when.column)
    if when.kind == "named" or when.year:
        return FieldRule(column=when.column, period=Period(unit=when.unit, year=when.year))
    start = periods.start_before(datetime.now(UTC).date(), when.last - when.first + 1, when.unit)
    return FieldRule(column=when.column, period=Period(unit=when.unit, start=start.isoformat(), first=when.first))


def _both(panel: Panel) -> list[str]:
    return [c for c in (panel.customer, panel.when.year, panel.when.column) if c]


def _sold(panel: Panel) -> str:
    return panel.amount or str(panel.price)


def _invoice(panel: Panel, obj: Object) -> Target:
    sold = _sold(panel)
    fields = {
        "number": FieldRule(joined=_both(panel), between="/"),
        "kind": FieldRule(column=sold, rules=[Rule(value="credit_note", starts_with="-")], else_="invoice"),
        "status": FieldRule(value="paid"),
        "issued_at": _day(panel),
        "total": FieldRule(sum_of="line.amount"),
    }
    key = Key(columns=_both(panel), prefix=f"{sold}:")
    return Target(
        alias="invoice", object="invoice", key=key, fields=fields, links={obj.name: LinkRule(target=obj.name)},
        optional=True, where=Where(column=sold, nonzero=True),
    )  # fmt: skip


def _line(panel: Panel) -> Target:
    pairs = (("quantity", panel.quantity), ("unit_price", panel.price), ("amount", panel.amount), ("cost", panel.goods))
    fields = {"description": FieldRule(value=label_for(_sold(panel)))}
    fields |= {name: FieldRule(column=column) for name, column in pairs if column}
    if panel.amount is None:
        fields["amount"] = FieldRule(product_of=[c for c in (panel.quantity, panel.price) if c])
    key = Key(columns=_both(panel), prefix=f"{_sold(panel)}:", ordinal=True)
    return Target(
        alias="line", object="invoice_line", key=key, fields=fields, links={"invoice": LinkRule(target="invoice")},
        optional=True, where=Where(column=_sold(panel), nonzero=True),
    )  # fmt: skip


def _cost(panel: Panel, obj: Object, place: int, column: str, kind: str) -> Target:
    fields = {
        "reference": FieldRule(value=label_for(column)),
        "kind": FieldRule(value=kind),
        "amount": FieldRule(column=column),
        "occurred_on": _day(panel),
    }
    return Target(
        alias=f"cost_{place}", object="cost", fields=fields, optional=True,
        key=Key(columns=_both(panel), prefix=f"{column}:"), links={obj.name: LinkRule(target=obj.name)},
        where=Where(column=column, nonzero=True),
    )  # fmt: skip
