"""From the header to plans: fields known by name, label in any language or alias, shapes of files by their columns."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pyarrow as pa

from visavis import access
from visavis.access import Actor
from visavis.catalogue import Field, Object
from visavis.features.imports import customers, own, panels
from visavis.features.imports.header import (
    GRANTING,
    OWN_COLUMNS,
    Header,
    Proposal,
    finder,
    id_names,
    is_link,
    matches,
    rule_of,
)
from visavis.features.imports.plan import FieldRule, Key, LinkRule, Plan, Rule, Target
from visavis.features.imports.sources.recognising import plan_of, recognised
from visavis.features.imports.squash import squash
from visavis.features.imports.vocabulary import IDS
from visavis.fields.address import PARTS

_MOST = 5
_POOR, _FAIR = 0.4, 0.6

__all__ = ["OWN_COLUMNS", "Header", "Proposal", "fingerprint", "propose", "sees_all"]


def fingerprint(columns: Sequence[str]) -> str:
    """The same for files with the same columns, in whatever order."""
    known = sorted(squash(c) for c in columns if c not in OWN_COLUMNS)
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:32]


def propose(header: Header) -> list[Proposal]:
    """The plans that fit, best first."""
    if again := _export(header):
        return [again]
    found = [p for make in (_known, _sales_lines, _contacts) for p in make(header)]
    single = sorted(_singles(header), key=lambda p: -p.confidence)
    surest = max((p.confidence for p in single), default=0.0)
    if not found:
        found = [p for p in customers.over_time(header) if p.confidence > surest]
    if not found and (surest < _POOR or _is_of_customers(header, single[0])):
        found = list(customers.table(header))
        single = [p for p in single if p.plan.targets[0].object not in {f.plan.targets[0].object for f in found}]
    return [_with_whole(header, p) for p in (*found, *single)][:_MOST]


def _is_of_customers(header: Header, best: Proposal) -> bool:
    """Whether the file has numbers of customers, though few of its columns have fields."""
    about = best.plan.targets[0].object in ("company", "person")
    return about and best.confidence < _FAIR and customers.key_of(header) is not None


def sees_all(actor: Actor) -> bool:
    """Plans show values that their authors typed: a member is offered his own, a manager all."""
    return actor.role in ("owner", "manager") and access.sees_everything(actor)


def _with_whole(header: Header, proposal: Proposal) -> Proposal:
    """Ids that some program wrote as numbers, 1.0 for 1, are read as what they are."""
    plan = proposal.plan
    named = {c for t in plan.targets if not t.key.ordinal for c in t.key.columns}
    named |= {link.column for t in plan.targets for link in t.links.values() if link.column}
    whole = [c for c in header.columns if c in named and panels.is_whole(pa.array(header.samples[c], pa.string()))]
    return replace(proposal, plan=msgspec.structs.replace(plan, whole=whole)) if whole else proposal


def _known(header: Header) -> Iterator[Proposal]:
    """The export of a system that is known by its header."""
    known = recognised(header.columns)
    plan = plan_of(known, header.columns, header.catalogue, header.actor) if known else None
    if known and plan:
        yield Proposal(known.label, 0.99, plan)


# --- A file that this product has exported itself ---------------------------------------------------------------------


def _export(header: Header) -> Proposal | None:
    """Every column to the field that it came from, every record to itself. What is worked out is left out."""
    obj = own.object_of(header.columns, header.catalogue)
    if obj is None or not (access.can(header.actor, obj, "create") and access.can(header.actor, obj, "update")):
        return None
    there = set(header.columns)
    writable = [f for f in access.writable(header.actor, obj) if obj.name != "user" or f.name not in GRANTING]
    fields = {f.name: rule for f in writable if not is_link(f) and (rule := _exported(f, there))}
    links = {
        f.name: LinkRule(column=f.name + ".key", match="key", create_missing=False, missing="empty")
        for f in writable
        if is_link(f) and f.name + ".key" in there
    }
    key = Key(columns=[obj.name + own.KEY], own=True)
    target = Target(alias=obj.name, object=obj.name, key=key, fields=fields, links=links)
    return Proposal("Vis-à-vis export", 1.0, Plan(targets=[target]))


def _exported(field: Field, there: set[str]) -> FieldRule | None:
    parts = {part: f"{field.name}.{part}" for part in PARTS if f"{field.name}.{part}" in there}
    if field.type == "address" and parts:
        return FieldRule(parts=parts)
    if field.name not in there:
        return None
    return FieldRule(column=field.name, currency_column=f"{field.name}.currency" if field.type == "money" else None)


# --- One record type for each row -------------------------------------------------------------------------------------


def _singles(header: Header) -> Iterator[Proposal]:
    for obj in header.catalogue.by_name.values():
        if not (access.can(header.actor, obj, "create") and access.can(header.actor, obj, "update")):
            continue
        matched = matches(header, obj)
        if _worth(obj, matched):
            target = _target(header, obj, matched)
            bonus = 0.15 if _named(header.filename, obj) else 0.0
            share = len(set(matched.values())) / max(1, len(header.columns))
            yield Proposal(obj.label_plural["en"], min(1.0, share * 0.85 + bonus), Plan(targets=[target]))


def _worth(obj: Object, matched: Mapping[str, str]) -> bool:
    """Whether the columns make such a record: all that is required, and more than a mere link to something else."""
    required = {f.name for f in obj.entered if f.required}
    return required <= set(matched) and any(n in required or not is_link(obj.field(n)) for n in matched)


def _named(filename: str, obj: Object) -> bool:
    """Whether the file is called after the record type."""
    words = [squash(w) for w in re.split(r"[\W_]+", Path(filename).stem) if w]
    names = {squash(n) for n in (obj.name, obj.plural, *obj.aliases, *obj.label.values(), *obj.label_plural.values())}
    whole = "".join(words)
    return any(w in names or w.removesuffix("s") in names for w in (*words, whole))


def _target(header: Header, obj: Object, matched: Mapping[str, str]) -> Target:
    fields = {n: rule_of(header, obj.field(n), c) for n, c in matched.items() if not is_link(obj.field(n))}
    links = {n: _link(header, obj.field(n), c) for n, c in matched.items() if is_link(obj.field(n))}
    return Target(alias=obj.name, object=obj.name, key=_key(header, obj, matched), fields=fields, links=links)


def _link(header: Header, field: Field, column: str) -> LinkRule:
    """Names that are not there yet are made, where the actor may and a title is all it takes."""
    other = header.catalogue.object(str(field.target))
    if squash(column).endswith("id") and squash(column) in id_names(header.catalogue, field):
        return LinkRule(column=column, match="external_id", create_missing=False)
    bare = all(f.name in other.title for f in other.entered if f.required)
    return LinkRule(column=column, create_missing=bare and access.can(header.actor, other, "create"))


def _key(header: Header, obj: Object, matched: Mapping[str, str]) -> Key:
    """An id column; else a unique field, an e-mail or the title where its cells differ; else all cells, numbered."""
    owners = {squash(n) for n in (obj.name, *obj.aliases)}
    ids = IDS | {o + "id" for o in owners} | {o + "number" for o in owners} | {o + "no" for o in owners}
    for column in header.columns:
        if squash(column) in ids and header.is_distinct(column):
            return Key(columns=[column])
    for name in (*(f.name for f in obj.entered if f.unique), "code", "number", "email"):
        if name in matched and header.is_distinct(matched[name]):
            by_field = name == "email"
            return Key(columns=[matched[name]], field=name if by_field else None)
    titles = [matched[n] for n in obj.title if n in matched]
    if len(titles) == 1 and header.is_distinct(titles[0]):
        return Key(columns=titles)
    return Key(columns=titles or list(dict.fromkeys(matched.values())), ordinal=True)


# --- One file of sales lines: products, customers, invoices and lines -------------------------------------------------


def _sales_lines(header: Header) -> Iterator[Proposal]:
    line = header.catalogue.by_name.get("invoice_line")
    if line is None or not access.can(header.actor, line, "create") or not access.can(header.actor, line, "update"):
        return
    of = finder(header)
    number = of(
        "invoiceno", "invoice", "invoicenumber", "invoiceid", "billno", "송장번호", "发票号", "numarfactura", "חשבונית",
        "orderid", "orderno", "ordernumber", "transactionid", "transactionno", "receiptid", "receiptno", "주문번호",
        "订单号",
    )  # fmt: skip
    quantity, price = (
        of("quantity", "qty", "units", "수량", "数量", "cantitate", "כמות"),
        of("unitprice", "price", "단가", "单价", "pret", "מחיר"),
    )
    amount = of("amount", "linetotal", "total", "금액", "金额", "suma", "סכום")
    if not number or not (amount or (quantity and price)):
        return
    columns = _SalesColumns(
        number, quantity, price, amount,
        of("stockcode", "sku", "productcode", "itemcode", "productid", "product"),
        of("description", "productname", "itemname", "item"),
        of("customerid", "customercode", "customer", "accountid", "clientid", "client"),
        of("invoicedate", "date", "issuedat", "invoicetime"), of("country", "customercountry"),
    )  # fmt: skip
    targets = [t for t in (_product(columns), _customer(columns), _invoice(columns), _line(columns)) if t]
    used = len(Plan(targets=targets).columns())
    yield Proposal("Invoices with their lines", used / len(header.columns), Plan(targets=targets))


@dataclass(frozen=True, slots=True)
class _SalesColumns:
    number: str
    quantity: str | None
    price: str | None
    amount: str | None
    code: str | None
    description: str | None
    customer: str | None
    date: str | None
    country: str | None


def _product(c: _SalesColumns) -> Target | None:
    key = c.code or c.description
    if key is None:
        return None
    name = FieldRule(column=c.description or key, or_=key if c.description else None, keep=True)
    fields = {"name": name} | ({"code": FieldRule(column=c.code, keep=True)} if c.code else {})
    return Target(alias="product", object="product", key=Key(columns=[key]), fields=fields, optional=True)


def _customer(c: _SalesColumns) -> Target | None:
    if c.customer is None:
        return None
    fields = {"name": FieldRule(column=c.customer, keep=True)}
    if c.country:
        fields["country"] = FieldRule(column=c.country, keep=True)
    return Target(alias="company", object="company", key=Key(columns=[c.customer]), fields=fields, optional=True)


def _invoice(c: _SalesColumns) -> Target:
    fields = {
        "number": FieldRule(column=c.number),
        "kind": FieldRule(column=c.number, rules=[Rule(value="credit_note", starts_with="C")], else_="invoice"),
        "status": FieldRule(value="paid"),
        "total": FieldRule(sum_of="line.amount"),
    }
    fields |= {n: FieldRule(column=column) for n, column in (("issued_at", c.date), ("country", c.country)) if column}
    links = {"company": LinkRule(target="company")} if c.customer else {}
    return Target(alias="invoice", object="invoice", key=Key(columns=[c.number]), fields=fields, links=links)


def _line(c: _SalesColumns) -> Target:
    pairs = (("description", c.description), ("quantity", c.quantity), ("unit_price", c.price))
    fields = {n: FieldRule(column=column) for n, column in pairs if column}
    both = [column for column in (c.quantity, c.price) if column]
    fields["amount"] = FieldRule(column=c.amount) if c.amount else FieldRule(product_of=both)
    links = {"invoice": LinkRule(target="invoice")} | (
        {"product": LinkRule(target="product")} if c.code or c.description else {}
    )
    return Target(
        alias="line", object="invoice_line", key=Key(columns=[c.number], ordinal=True), fields=fields, links=links
    )


# --- Customers with a contact: companies, people and who works where --------------------------------------------------


def _contacts(header: Header) -> Iterator[Proposal]:
    kinds = [header.catalogue.by_name.get(n) for n in ("company", "person", "employment")]
    if any(k is None or not access.can(header.actor, k, "create") for k in kinds):
        return
    company, person = (header.catalogue.object(n) for n in ("company", "person"))
    of = finder(header)
    name = of("company", "companyname", "organization", "organisation", "account", "accountname", "associatedcompany",
              "회사", "公司", "companie", "חברה")  # fmt: skip
    contact = {n: c for n, c in matches(header, person).items() if not is_link(person.field(n)) and c != name}
    if not name or not {"last_name"} <= set(contact):
        return
    company_key = of("customerid", "companyid", "accountid", "organizationid") or name
    person_key = of("contactid", "personid") or contact.get("email") or company_key
    employer = {"name": FieldRule(column=name)}
    rest = {n: c for n, c in matches(header, company).items() if n != "name" and c not in contact.values()}
    employer |= {n: FieldRule(column=c) for n, c in rest.items() if not is_link(company.field(n)) and c != name}
    if "country" in contact:
        employer["country"] = FieldRule(column=contact["country"])
    role = of("jobtitle", "role", "position", "title")
    targets = [
        Target(alias="company", object="company", key=Key(columns=[company_key]), fields=employer, optional=True),
        Target(alias="person", object="person", key=Key(columns=[person_key]),
               fields={n: FieldRule(column=c) for n, c in contact.items()}),
        Target(alias="employment", object="employment", key=Key(columns=list(dict.fromkeys((person_key, company_key)))),
               fields={"role": FieldRule(column=role)} if role else {}, optional=True,
               links={"person": LinkRule(target="person"), "company": LinkRule(target="company")}),
    ]  # fmt: skip
    plan = Plan(targets=targets)
    yield Proposal("Companies with their contacts", len(plan.columns()) / len(header.columns), plan)
