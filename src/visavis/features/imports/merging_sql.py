"""The SQL of merging: what each row will do, and doing it, set-based, one target at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from visavis.features.imports import linking_sql
from visavis.features.imports.linking_sql import HIDDEN, MERGE
from visavis.features.imports.shape import Filled, Layout, Linked, Shape
from visavis.fields import columns_of, type_of
from visavis.store.db import quoted
from visavis.store.schema import record_columns

_JUDGED = ("_row", "_key", "_old", "_version", "_may", "_changed", "_speaks")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a record in a merge, and what it will hold."""

    name: str
    final: str


Rules = Sequence[tuple[str, str]]


def classify(
    layout: Layout,
    shape: Shape,
    may_update: str,
    may_read: str,
    *,
    number: bool,
    again: bool = False,
    rules: Rules = (),
) -> str:
    """The rows of a range (``$1``, ``$2``] as they will be: a temporary table for one transaction.

    ``_old`` the record that is there, ``_id`` its id or a new one, ``_problem`` [code, field, value] if it cannot be,
    ``_loose`` the links that stay empty. The records of the rows were looked up for the whole file
    (``linking_sql.known_rows``); ``again``: others may have made some since. ``rules`` are fields with the condition
    under which they are missing, over ``t`` and the columns of ``ruled``.
    """
    columns = list(merged_columns(layout, shape))
    unmet = "".join(f", {sql} as _unmet_{place}" for place, (_, sql) in enumerate(rules))
    finals = "".join(f", {c.final} as {quoted(c.name)}" for c in columns)
    changed = " or ".join(f"({c.final}) is distinct from t.{quoted(c.name)}" for c in columns) or "false"
    speaks = "coalesce(t._speaks, true)"
    evidence = "".join(f", {proof}" for proof in _evidence(shape))
    kept = ", ".join(f"r.{quoted(n)}" for n in (*_JUDGED, *(c.name for c in columns)))
    cells = "".join(f", r._cell_{shape.links.index(k)} as {quoted(k.staged)}" for k in shape.self_links)
    fresh = "nextval('record_id')" if number else "0::bigint"
    return f"""
        create temporary table {MERGE} on commit drop as
        select {kept}{cells}, p.problem as _problem, p.loose as _loose,
            case when p.problem is null then coalesce(r._old, {fresh}) end as _id
        from (
            select s._row, s._key, t.id as _old, t.version as _version, t.deleted_at as _deleted,
                coalesce({may_update}, false) as _may, {speaks} as _speaks,
                t.id is null or coalesce({may_read}, false) as _seen,
                (t.id is not null and {speaks} and ({changed})) as _changed{finals}{evidence}{unmet}
            from {quoted(shape.stage)} s {" ".join(_joins(layout, shape, again=again))}
            where s._row > $1 and s._row <= $2
            offset 0
        ) r cross join lateral (select {_problem(shape, rules)} as problem, {_loose(shape)} as loose) p"""


def ends(shape: Shape) -> str:
    """The last row of each so many (``$2``) behind the row ``$1``, from end to end through the index."""
    stage = quoted(shape.stage)
    return f"""
        with recursive reached (last) as (
            select $1::bigint
            union all
            select coalesce(
                (select _row from {stage} where _row > r.last order by _row offset $2::bigint - 1 limit 1),
                (select max(_row) from {stage} where _row > r.last))
            from reached r where r.last is not null
        )
        select last from reached where last > $1 order by last"""


def ruled(layout: Layout, shape: Shape, *, dry: bool) -> tuple[dict[str, str], frozenset[str]]:
    """The columns as they will be, for rules, and the fields that are not known yet: links still to be made."""
    columns = {column.name: f"({column.final})" for column in merged_columns(layout, shape)}
    open_links = shape.links if dry else shape.self_links
    return columns, frozenset(link.field.name for link in open_links)


def merged_columns(layout: Layout, shape: Shape) -> Iterator[Column]:
    """Every column that the plan writes. An empty cell leaves a record as it is."""
    if shape.target.key.adopt:
        yield Column("external_id", "coalesce(t.external_id, s._key)")
    for filled in shape.filled:
        yield from _filled_columns(filled)
    for place, link in enumerate(shape.links):
        yield _column(link.field.name, f"l{place}.id", keep=link.rule.keep)


def _filled_columns(filled: Filled) -> Iterator[Column]:
    first, *rest = (name for name, _ in columns_of(filled.field))
    said = f"s.{quoted(first)}"
    if filled.rule.sum_of:
        said = f"a_{filled.field.name}.amount"
        yield Column(first, f"case when t.id is null then {said} else t.{quoted(first)} end")
    else:
        yield _column(first, said, keep=filled.rule.keep)
    for currency in rest:
        meant = f"s.{quoted(currency)}" if filled.rule.currency_column else f"'{filled.currency}'::char(3)"
        stays = f"t.{quoted(first)} is not null" if filled.rule.keep or filled.rule.sum_of else f"{said} is null"
        there = f"t.{quoted(currency)}"
        yield Column(currency, f"case when {stays} then {there} when {said} is not null then {meant} end")


def _column(name: str, said: str, *, keep: bool) -> Column:
    there = f"t.{quoted(name)}"
    return Column(name, f"coalesce({there}, {said})" if keep else f"coalesce({said}, {there})")


def _evidence(shape: Shape) -> Iterator[str]:
    """What the verdict on a row is drawn from."""
    if shape.target.key.is_looked_up:
        yield "coalesce(t._many, false) as _many"
    for place, link in enumerate(shape.links):
        cell, found = f"s.{quoted(link.staged)}", f"l{place}"
        yield f"{cell} as _cell_{place}"
        yield f"({found}.found > 1 and {found}.id is not null) as _many_{place}"
        yield f"coalesce({found}.found = {HIDDEN}, false) as _hidden_{place}"
        yield f"({cell} is not null and {found}.id is null and not {found}.pending) as _none_{place}"
    for place, filled in enumerate(_unique(shape)):
        column = quoted(filled.field.name)
        yield f"""(s.{column} is not null and (u{place}.first < s._row or exists (
            select 1 from {quoted(shape.object.name)} o where o.{column} = s.{column} and o.deleted_at is null
                and o.id is distinct from t.id))) as _taken_{place}"""


def _joins(layout: Layout, shape: Shape, *, again: bool) -> Iterator[str]:
    yield f"left join ({_known(shape, again=again)}) t on t._known = s._row and ({linking_sql.still_meant(shape)})"
    for place, link in enumerate(shape.links):
        yield f"left join {quoted(link.table)} l{place} on l{place}.value = s.{quoted(link.staged)}"
    for place, filled in enumerate(_unique(shape)):
        column = quoted(filled.field.name)
        yield f"""left join (
            select {column} as value, min(_row) as first from {quoted(shape.stage)}
            where {column} is not null group by 1
        ) u{place} on u{place}.value = s.{column}"""
    for filled in shape.filled:
        if filled.rule.sum_of:
            yield _summed(layout, shape, filled)


def _known(shape: Shape, *, again: bool) -> str:
    """The records of the range, each looked up by its id; ``again``: and before that by its key.

    ``offset 0`` keeps PostgreSQL from reading for each range the whole table instead, which grows with each range.
    """
    listed = ", ".join(f"r.{quoted(name)}" for name in record_columns(shape.object))
    records, rows = quoted(shape.object.name), quoted(shape.rows)
    source, found = f"{rows} k", "k.id"
    if again and not shape.target.key.is_looked_up:
        source = f"""{quoted(shape.stage)} x left join {rows} k on k._row = x._row
            left join lateral (select e.id from {records} e where e.external_id = x._key offset 0) e on true"""
        found = "case when k.sure then k.id else coalesce(e.id, k.id) end"
    row = source.split()[1]
    return f"""
        select {row}._row as _known, coalesce(k.sure, false) as _sure, coalesce(k.speaks, true) as _speaks,
            coalesce(k.many, false) as _many, {listed}
        from {source}
        cross join lateral (select {listed} from {records} r where r.id = {found} offset 0) r
        where {row}._row > $1 and {row}._row <= $2"""


def _loose(shape: Shape) -> str:
    """The cells of links that name nothing, of rows that go in without them."""
    pairs = [
        f"'{k.field.name}', case when r._none_{place} then r._cell_{place} end"
        for place, k in enumerate(shape.links)
        if _may_stay_empty(k)
    ]
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join(pairs)}))" if pairs else "null::jsonb"


def _may_stay_empty(link: Linked) -> bool:
    return link.rule.missing == "empty" and not link.field.required


def _child(layout: Layout, shape: Shape, filled: Filled) -> tuple[Shape, str, Linked]:
    """The target whose records are added up, the field, and the link by which they hang on this one."""
    alias, _, field = str(filled.rule.sum_of).partition(".")
    child = layout.shape(alias)
    return child, field, next(link for link in child.links if link.rule.target == shape.alias)


def _summed(layout: Layout, shape: Shape, filled: Filled) -> str:
    child, field, link = _child(layout, shape, filled)
    name = f"a_{filled.field.name}"
    return f"""left join (
        select {quoted(link.staged)} as key, sum({quoted(field)}) as amount from {quoted(child.stage)} group by 1
    ) {name} on {name}.key = s._key"""


def _unique(shape: Shape) -> list[Filled]:
    return [f for f in shape.filled if f.field.unique and f.staged]


def _problem(shape: Shape, rules: Rules) -> str:
    """An unseen record comes first: what else is said of a row would tell what stands in the record."""
    cases = ["when not r._seen then array['forbidden', '', r._key]"]
    cases.append("when r._deleted is not null then array['trashed', '', r._key]")
    if not shape.target.create:
        cases.append("when r._old is null then array['absent', '', r._key]")
    if shape.target.key.field:
        cases.append(f"when r._many then array['ambiguous', '{shape.target.key.field}', r._key]")
    for place, link in enumerate(shape.links):
        cases.append(f"when r._many_{place} then array['ambiguous', '{link.field.name}', r._cell_{place}]")
        cases.append(f"when r._hidden_{place} then array['hidden', '{link.field.name}', r._cell_{place}]")
        if not _may_stay_empty(link):
            cases.append(f"when r._none_{place} then array['unknown', '{link.field.name}', r._cell_{place}]")
    for place, filled in enumerate(_unique(shape)):
        name = filled.field.name
        cases.append(f"when r._taken_{place} then array['not-unique', '{name}', r.{quoted(name)}::text]")
    cases += _required(shape)
    for place, (name, _) in enumerate(rules):
        cases.append(f"when (r._old is null or r._changed) and r._unmet_{place} then array['required', '{name}', '']")
    cases.append("when r._changed and not r._may then array['forbidden', '', r._key]")
    return f"case {' '.join(cases)} end"


def _required(shape: Shape) -> Iterator[str]:
    merged = {f.field.name for f in shape.filled}
    links = {link.field.name: place for place, link in enumerate(shape.links)}
    for field in shape.object.entered:
        if field.required:
            empty = f" and r.{quoted(field.name)} is null" if field.name in merged else ""
            if field.name in links:
                empty = f" and r._cell_{links[field.name]} is null"
            yield f"when r._old is null{empty} then array['required', '{field.name}', '']"


def insert_new(shape: Shape, columns: Sequence[Column], defaults: dict[str, int]) -> str:
    """The new records of the range, without their place in a hierarchy. ``$1`` is the moment, ``$2`` the actor;
    ``defaults`` give an owner and a team.
    """
    later = {link.field.name for link in shape.trees}
    values = {c.name: quoted(c.name) for c in columns if c.name != "external_id" and c.name not in later}
    for name, default in defaults.items():
        values[name] = f"coalesce({values[name]}, {default})" if name in values else str(default)
    external = "null" if shape.target.key.field else "_key"
    return f"""
        insert into {quoted(shape.object.name)} (id, external_id, created_at, updated_at, created_by, updated_by
            {"".join(f", {quoted(name)}" for name in values)})
        select _id, {external}, $1::timestamptz, $1, $2::bigint, $2{"".join(f", {v}" for v in values.values())}
        from {MERGE} where _old is null and _problem is null"""


def changes_of(shape: Shape, columns: Sequence[Column], condition: str) -> str:
    """(record_id, changes) of the records that will change, before they do."""
    written = {c.name for c in columns}
    parts = [_change(shape, f.name) for f in shape.object.entered if columns_of(f)[0][0] in written] or ["'{}'::jsonb"]
    return f"""
        select m._id, {" || ".join(parts)} from {MERGE} m
        join {quoted(shape.object.name)} t on t.id = m._id where {condition}"""


def _change(shape: Shape, name: str) -> str:
    places = [quoted(column) for column, _ in columns_of(shape.object.field(name))]
    differ = " or ".join(f"t.{place} is distinct from m.{place}" for place in places)
    pair = f"jsonb_build_array({_image(shape, name, 't')}, {_image(shape, name, 'm')})"
    return f"case when {differ} then jsonb_build_object('{name}', {pair}) else '{{}}'::jsonb end"


def _image(shape: Shape, name: str, alias: str) -> str:
    """A field as the event log keeps it."""
    field = shape.object.field(name)
    place = f"{alias}.{quoted(name)}"
    wire = type_of(field).wire
    if wire == "money":
        currency = f"{alias}.{quoted(columns_of(field)[1][0])}"
        whole = f"jsonb_build_object('amount', {place}::text, 'currency', {currency})"
        return f"case when {place} is null then null else {whole} end"
    return f"{place}::text" if wire == "text" else place


def update_changed(shape: Shape, columns: Sequence[Column], condition: str) -> str:
    """Write the changed records that nobody else changed meanwhile. ``$1`` is the moment, ``$2`` the actor."""
    sets = "".join(f"{quoted(c.name)} = m.{quoted(c.name)}, " for c in columns)
    return f"""
        update {quoted(shape.object.name)} t
        set {sets}version = t.version + 1, updated_at = $1::timestamptz, updated_by = $2::bigint
        from {MERGE} m where t.id = m._id and t.version = m._version and {condition}"""


def settle_sums(layout: Layout, shape: Shape, filled: Filled, may_update: str) -> str:
    """Records whose sum differs from that of the records that now hang on them, as a merge of its own."""
    child, field, link = _child(layout, shape, filled)
    names = [quoted(name) for name, _ in columns_of(filled.field)]
    sources = [f"c.{quoted(name)}" for name, _ in columns_of(child.object.field(field))]
    picked = [
        f"sum({sources[0]}) as {names[0]}",
        *(f"min({s}) as {n}" for s, n in zip(sources[1:], names[1:], strict=True)),
    ]
    single = f" having count(distinct {sources[1]}) = 1" if len(sources) > 1 else ""
    parent = f"c.{quoted(link.field.name)}"
    return f"""
        create temporary table {MERGE} on commit drop as
        select t.id as _id, t.version as _version, {", ".join(f"x.{name}" for name in names)}
        from {quoted(shape.object.name)} t join (
            select {parent} as id, {", ".join(picked)} from {quoted(child.object.name)} c
            where c.deleted_at is null and {parent} in (select id from {quoted(link.table)} where id is not null)
            group by 1{single}
        ) x on x.id = t.id
        where t.deleted_at is null and {may_update}
            and ({" or ".join(f"x.{name} is distinct from t.{name}" for name in names)})"""


def note_loose() -> str:
    """Keep the links that stay empty. ``$1`` is the import, ``$2`` the alias."""
    return f"""
        insert into import_problem
            (import_id, phase, row_no, target, column_name, value, code, message, remedy, note)
        select $1, 'records', m._row, $2, l.key, left(l.value, 200), 'unlinked',
            'The link is left empty: no such record.', 'Import that record, then this file again.', true
        from {MERGE} m cross join lateral jsonb_each_text(m._loose) l
        where m._problem is null and m._loose is not null"""


def edges(shape: Shape, link: Linked, *, dry: bool) -> str:
    """(row, id, above) of what the range writes into a hierarchy; a record still to be made by its row, negative."""
    node, name = "coalesce(m._old, -m._row)" if dry else "m._id", quoted(link.field.name)
    written = "m._problem is null and (m._old is null or m._changed)"
    if not dry or link not in shape.self_links:
        return f"select m._row, {node}, m.{name} from {MERGE} m where {written} and m.{name} is not null"
    free = f" and m.{name} is null" if link.rule.keep else ""
    called = " || ' ' || ".join(f"p.{quoted(part)}" for part in shape.object.title) if _names_itself(shape) else "null"
    rows = f"(select p._key, coalesce(p._old, -p._row) as id, lower({called}) as title from {MERGE} p"
    rows += " where p._problem is null)"
    return f"""
        select m._row, {node}, coalesce(l.id, k.id, n.id)
        from {MERGE} m join {quoted(link.table)} l on l.value = m.{quoted(link.staged)}
        left join {rows} k on l.id is null and k._key = l.value
        left join (select title, min(id) as id from {rows} named group by 1) n
            on l.id is null and n.title = lower(l.value)
        where m._problem is null and (m._old is null or (m._may and m._speaks)){free}"""


def _names_itself(shape: Shape) -> bool:
    return set(shape.object.title) <= {f.field.name for f in shape.filled if f.staged}


def unhang(shape: Shape, link: Linked, columns: Sequence[Column]) -> tuple[str, str]:
    """The rows ``$1`` of the range keep the place that their records have in the hierarchy."""
    name, table = quoted(link.field.name), quoted(shape.object.name)
    differs = " or ".join(f"m.{quoted(c.name)} is distinct from t.{quoted(c.name)}" for c in columns)
    cell = f", {quoted(link.staged)} = null" if link in shape.self_links else ""
    here = "m._row = any($1::bigint[])"
    return (
        f"update {MERGE} m set {name} = (select t.{name} from {table} t where t.id = m._old){cell} where {here}",
        f"update {MERGE} m set _changed = {differs} from {table} t where t.id = m._old and {here}",
    )


def note_circles(shape: Shape, link: Linked) -> str:
    """Keep which links would close a circle. ``$1`` is the import, ``$2`` the alias, ``$3`` the rows."""
    return f"""
        insert into import_problem
            (import_id, phase, row_no, target, column_name, value, code, message, remedy, note)
        select $1, 'records', s._row, $2, '{link.field.name}', left(s.{quoted(link.staged)}, 200), 'circle',
            'The link is left as it was: it would put the record below itself.',
            'Choose one that does not stand below it.', true
        from {quoted(shape.stage)} s where s._row = any($3::bigint[])"""


def verdict() -> str:
    """How many records of the range have which outcome, and how many of the good ones have a link that stays empty."""
    return f"""
        select count(*) filter (where _problem is null and _old is null) as created,
            count(*) filter (where _problem is null and _changed) as updated,
            count(*) filter (where _problem is null and _old is not null and not _changed) as unchanged,
            count(*) filter (where _problem is not null) as invalid,
            count(*) filter (where _problem is null and _loose <> '{{}}') as loose
        from {MERGE}"""


def report(layout: Layout) -> str:
    """Keep the problems of the range. ``$1`` is the import, ``$2`` the alias."""
    ordinal = layout.ordinal
    key = "null" if ordinal is None else "o._key"
    join = "" if ordinal is None else f"left join {quoted(ordinal.stage)} o on o._row = m._row"
    return f"""
        insert into import_problem (import_id, phase, row_no, target, column_name, value, code, message, remedy, key)
        select $1, 'records', m._row, $2, m._problem[2], left(coalesce(m._problem[3], ''), 200), m._problem[1],
            w.message, w.remedy, {key}
        from {MERGE} m
        join (values
            ('trashed', 'This record is in the trash.', 'Restore it first.'),
            ('ambiguous', 'More than one record has this name.', 'Use an id that only one of them has.'),
            ('unknown', 'No such record is there.', 'Correct the name, or import that record first.'),
            ('absent', 'The record that the row belongs to is not there.', 'Import that record first.'),
            ('not-unique', 'Another record has this value.', 'Use another value.'),
            ('hidden', 'This record is in the trash or not to be seen by you.', 'Ask a manager or leave it out.'),
            ('required', 'This cannot be left empty.', 'Fill it in.'),
            ('forbidden', 'This record lies outside of what you may change.', 'Ask its owner or a manager.')
        ) w (code, message, remedy) on w.code = m._problem[1]
        {join}
        where m._problem is not null"""
