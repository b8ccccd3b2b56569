"""From the header to plans: fields known by name, label in any language or alias, shapes of files by their columns."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis import access
from visavis.access import Actor
from visavis.catalogue import Catalogue, Field, Object
from visavis.features.imports import own
from visavis.features.imports.evaluating import KEY_COLUMN
from visavis.features.imports.plan import FieldRule, Key, LinkRule, Plan, Rule, Target, plan_json
from visavis.features.imports.sources.recognising import plan_of, recognised
from visavis.features.imports.squash import squash
from visavis.fields import References, type_of
from visavis.fields.address import PARTS

OWN_COLUMNS = ("import_row", KEY_COLUMN, "import_reason")
_IDS = frozenset({"id", "externalid", "recordid", "guid", "uuid", "key"})
_CURRENCIES = frozenset({"currency", "currencycode", "currencyisocode"})
_MOST = 5
_POOR = 0.4
_CUSTOMERS = ("customer", "client", "account", "subscriber", "member", "household", "buyer", "user")
_OF_PEOPLE = ("gender", "sex", "age", "maritalstatus", "birthdate", "dateofbirth", "yearbirth", "birthyear")
_GRANTING = ("role", "active", "team")

Samples = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that fits the header; ``confidence`` is the share of columns that it uses, 0 to 1."""

    name: str
    confidence: float
    plan: Plan

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "confidence": round(self.confidence, 2), "plan": plan_json(self.plan)}


@dataclass(frozen=True)
class Header:
    """The columns of a file with some of their cells."""

    filename: str
    samples: Samples
    catalogue: Catalogue
    actor: Actor

    @property
    def columns(self) -> list[str]:
        return [c for c in self.samples if c not in OWN_COLUMNS]

    def is_distinct(self, column: str) -> bool:
        cells = self.samples[column]
        return bool(cells) and len(set(cells)) == len(cells)


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
    if not found and all(p.confidence < _POOR for p in single):
        found = list(_customers(header))
        single = [p for p in single if p.plan.targets[0].object not in {f.plan.targets[0].object for f in found}]
    return [*found, *single][:_MOST]


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
    writable = [f for f in access.writable(header.actor, obj) if obj.name != "user" or f.name not in _GRANTING]
    fields = {f.name: rule for f in writable if not _is_link(f) and (rule := _exported(f, there))}
    links = {
        f.name: LinkRule(column=f.name + ".key", match="key", create_missing=False, missing="empty")
        for f in writable
        if _is_link(f) and f.name + ".key" in there
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
    return required <= set(matched) and any(n in required or not _is_link(obj.field(n)) for n in matched)


def _named(filename: str, obj: Object) -> bool:
    """Whether the file is called after the record type."""
    words = [squash(w) for w in re.split(r"[\W_]+", Path(filename).stem) if w]
    names = {squash(n) for n in (obj.name, obj.plural, *obj.aliases, *obj.label.values(), *obj.label_plural.values())}
    whole = "".join(words)
    return any(w in names or w.removesuffix("s") in names for w in (*words, whole))


def matches(header: Header, obj: Object) -> dict[str, str]:
    """Field → column, for the fields of the object that the header names and the actor may fill in."""
    writable = [f for f in access.writable(header.actor, obj) if obj.name != "user" or f.name not in _GRANTING]
    names = [_names(header.catalogue, obj, f) for f in writable]
    found: dict[str, str] = {}
    for rank in range(4):
        for field, ranked in zip(writable, names, strict=True):
            taken = set(found.values())
            column = next((c for c in header.columns if squash(c) in ranked[rank] and c not in taken), None)
            if field.name not in found and column:
                found[field.name] = column
    return found


def _names(catalogue: Catalogue, obj: Object, field: Field) -> tuple[frozenset[str], ...]:
    """What a field may be called, surest first: its name, its labels, its aliases; these with more words around."""
    own = frozenset({squash(field.name)})
    labels = frozenset(squash(label) for label in field.label.values())
    aliases = frozenset(squash(alias) for alias in field.aliases)
    owners = {squash(n) for n in (obj.name, obj.plural, *obj.aliases, *obj.label.values())}
    longer = {o + n for o in owners for n in own | labels | aliases} | {n + "name" for n in own}
    if obj.title == (field.name,) and type_of(field).wire == "plain":
        longer |= owners
    return own, labels, aliases, frozenset(longer | _id_names(catalogue, field))


def _id_names(catalogue: Catalogue, field: Field) -> set[str]:
    """What a column of a relation that holds ids may be called: ``AccountId``, ``owner_id``."""
    if not field.target:
        return set()
    other = catalogue.object(field.target)
    others = other.aliases if field.name == other.name else ()
    return {squash(name) + "id" for name in (field.name, *others)}


def _target(header: Header, obj: Object, matched: Mapping[str, str]) -> Target:
    fields = {n: _rule(header, obj.field(n), c) for n, c in matched.items() if not _is_link(obj.field(n))}
    links = {n: _link(header, obj.field(n), c) for n, c in matched.items() if _is_link(obj.field(n))}
    return Target(alias=obj.name, object=obj.name, key=_key(header, obj, matched), fields=fields, links=links)


def _is_link(field: Field) -> bool:
    return isinstance(type_of(field), References)


def _rule(header: Header, field: Field, column: str) -> FieldRule:
    """The cell; money in the currency of the column beside it, if there is one."""
    if field.type != "money":
        return FieldRule(column=column)
    beside = {squash(column) + "currency", *_CURRENCIES}
    return FieldRule(column=column, currency_column=next((c for c in header.columns if squash(c) in beside), None))


def _link(header: Header, field: Field, column: str) -> LinkRule:
    """Names that are not there yet are made, where the actor may and a title is all it takes."""
    other = header.catalogue.object(str(field.target))
    if squash(column).endswith("id") and squash(column) in _id_names(header.catalogue, field):
        return LinkRule(column=column, match="external_id", create_missing=False)
    bare = all(f.name in other.title for f in other.entered if f.required)
    return LinkRule(column=column, create_missing=bare and access.can(header.actor, other, "create"))


def _key(header: Header, obj: Object, matched: Mapping[str, str]) -> Key:
    """An id column; else a unique field, an e-mail or the title where its cells differ; else all cells, numbered."""
    owners = {squash(n) for n in (obj.name, *obj.aliases)}
    ids = _IDS | {o + "id" for o in owners} | {o + "number" for o in owners} | {o + "no" for o in owners}
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
    of = _finder(header)
    number = of(
        "invoiceno", "invoice", "invoicenumber", "invoiceid", "billno", "송장번호", "发票号", "numarfactura", "חשבונית"
    )
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


def _finder(header: Header) -> Callable[..., str | None]:
    known = {squash(c): c for c in header.columns}

    def find(*names: str) -> str | None:
        return next((known[squash(n)] for n in names if squash(n) in known), None)

    return find


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
    of = _finder(header)
    name = of("company", "companyname", "organization", "organisation", "account", "accountname", "associatedcompany",
              "회사", "公司", "companie", "חברה")  # fmt: skip
    contact = {n: c for n, c in matches(header, person).items() if not _is_link(person.field(n)) and c != name}
    if not name or not {"last_name"} <= set(contact):
        return
    company_key = of("customerid", "companyid", "accountid", "organizationid") or name
    person_key = of("contactid", "personid") or contact.get("email") or company_key
    employer = {"name": FieldRule(column=name)}
    rest = {n: c for n, c in matches(header, company).items() if n != "name" and c not in contact.values()}
    employer |= {n: FieldRule(column=c) for n, c in rest.items() if not _is_link(company.field(n)) and c != name}
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


# --- A table of customers whose columns have no fields yet ------------------------------------------------------------


def _customers(header: Header) -> Iterator[Proposal]:
    """One customer for each row: people where the header speaks of their sex or age, else companies.

    Named by a column of names, else by the id, else by the number of the row.
    """
    people = any(squash(column) in _OF_PEOPLE for column in header.columns)
    obj = header.catalogue.by_name.get("person" if people else "company")
    if obj is None or len(header.columns) < 2:
        return
    if not (access.can(header.actor, obj, "create") and access.can(header.actor, obj, "update")):
        return
    ids = {word + end for word in _CUSTOMERS for end in ("", "id", "no", "number", "code", "key")} | _IDS
    named = [column for column in header.columns if squash(column) in ids]
    key = next((column for column in named if header.is_distinct(column)), None)
    if named and key is None:
        return
    matched = {n: c for n, c in matches(header, obj).items() if c not in named and not _is_link(obj.field(n))}
    required = next(f.name for f in obj.entered if f.required)
    name = {} if required in matched else {required: FieldRule(column=key, numbered=None if key else _numbered(obj))}
    fields = name | {n: _rule(header, obj.field(n), c) for n, c in matched.items()}
    whole = Key(columns=[key]) if key else Key(columns=header.columns, ordinal=True)
    target = Target(alias=obj.name, object=obj.name, key=whole, fields=fields)
    share = len({*([key] if key else []), *matched.values()}) / len(header.columns)
    yield Proposal(obj.label_plural["en"], share, Plan(targets=[target]))


def _numbered(obj: Object) -> str:
    return "Customer" if obj.name == "company" else obj.label["en"]
