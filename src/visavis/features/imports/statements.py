"""The SQL of staging and merging, as text: set-based, one target at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from visavis.features.imports.shape import Filled, Layout, Linked, Shape
from visavis.fields import columns_of, type_of
from visavis.store.build import title
from visavis.store.db import quoted

MERGE = "import_merge"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a record in a merge: what the file says, and what the record will hold."""

    name: str
    said: str
    final: str


def create_stage(shape: Shape) -> list[str]:
    """Fresh, empty staging tables. Unlogged: after a crash of the server they are filled again."""
    columns = ", ".join(
        f"{quoted(name)} {kind}" for name, kind in (("_row", "bigint"), ("_key", "text"), *shape.staged)
    )
    tables = dict.fromkeys((shape.raw, shape.stage))
    return [f"drop table if exists {quoted(t)}" for t in tables] + [
        f"create unlogged table {quoted(t)} ({columns})" for t in tables
    ]


def consolidate(shape: Shape) -> str:
    """Rows of one key made one: the first filled cell of each column, in the order of the file."""
    firsts = (
        f"(array_agg({quoted(name)} order by _row) filter (where {quoted(name)} is not null))[1]"
        if kind != "text[]"
        else f"max({quoted(name)})"
        for name, kind in shape.staged
    )
    picked = ", ".join(("min(_row)", "_key", *firsts))
    names = ", ".join(("_row", "_key", *(quoted(name) for name, _ in shape.staged)))
    return (
        f"insert into {quoted(shape.stage)} ({names}) select {picked} from {quoted(shape.raw)}"
        f" group by _key order by min(_row)"
    )


def remove_doubles(shape: Shape) -> str:
    """Take out the later rows of a key that stands more than once; their numbers, keys and the row of the first."""
    stage = quoted(shape.stage)
    return (
        f"with doubled as (select _key, min(_row) as first from {stage} group by _key having count(*) > 1),"
        f" gone as (delete from {stage} s using doubled d where s._key = d._key and s._row > d.first"
        f" returning s._row, s._key, d.first)"
        f" insert into import_problem (import_id, phase, row_no, target, column_name, value, code, message, remedy)"
        f" select $1, 'cells', _row, $2, $3, left(_key, 200), 'double',"
        f" 'Row ' || first || ' has the same key.', 'Keep one of them.' from gone"
    )


def resolve(link: Linked, source: str, column: str, allowed: str, pending: str) -> list[str]:
    """A table of the distinct cells of a link: the record that each means, how many fit, and whether it is to come."""
    obj = quoted(link.object.name)
    return [
        f"drop table if exists {quoted(link.table)}",
        f"create unlogged table {quoted(link.table)} as {_resolved(link, obj, source, column, allowed, pending)}",
        f"analyze {quoted(link.table)}",
    ]


def _resolved(link: Linked, obj: str, source: str, column: str, allowed: str, pending: str) -> str:
    live = f"o.deleted_at is null and {allowed}"
    values = f"(select distinct {quoted(column)} as value from {quoted(source)} where {quoted(column)} is not null)"
    by_id = f"left join (select o.id, o.external_id as key from {obj} o where {live}) e on e.key = v.value"
    if link.rule.target or link.rule.match == "external_id":
        return f"select v.value, e.id, case when e.id is null then 0 else 1 end as found, {pending} as pending from {values} v {by_id}"
    names = (
        f"left join (select lower({_matched(link)}) as key, min(o.id) as id, count(*)::int as found from {obj} o"
        f" where {live} group by 1) n on n.key = lower(v.value)"
    )
    if link.rule.match != "auto":
        return f"select v.value, n.id, coalesce(n.found, 0) as found, {pending} as pending from {values} v {names}"
    return (
        f"select v.value, coalesce(e.id, n.id) as id, case when e.id is null then coalesce(n.found, 0) else 1 end as found,"
        f" {pending} as pending from {values} v {by_id} {names}"
    )


def _matched(link: Linked) -> str:
    match = link.rule.match
    if match == "id":
        return "o.id::text"
    return f"o.{quoted(match)}::text" if match not in ("auto", "title") else title(link.object, "o")


def pending_in(parent: Shape, import_id: int, by_title: bool) -> str:
    """Whether a cell names a record that this import is about to write."""
    fits = "p._key = v.value"
    names = [n for n in parent.object.title if any(n == f.field.name and f.staged for f in parent.filled)]
    if by_title and len(names) == len(parent.object.title):
        whole = " || ' ' || ".join(f"p.{quoted(n)}" for n in names)
        fits = f"({fits} or lower({whole}) = lower(v.value))"
    return (
        f"exists (select 1 from {quoted(parent.stage)} p where {fits} and not exists (select 1 from import_problem b"
        f" where b.import_id = {import_id} and b.target = '{parent.alias}' and b.row_no = p._row))"
    )


def create_missing(link: Linked, defaults: dict[str, int]) -> str:
    """Records for the cells that mean none, with title and matched field from the cell; gives their ids.

    ``$1`` is the moment, ``$2`` the actor.
    """
    obj = link.object
    names = list(obj.title)
    match = link.rule.match
    extra = (
        [match] if match in obj.by_name and match not in names and columns_of(obj.field(match))[0][1] == "text" else []
    )
    picked = [_title_part(place, len(names)) for place in range(len(names))] + ["m.value"] * len(extra)
    picked += [str(value) for value in defaults.values()]
    listed = ", ".join(quoted(n) for n in (*names, *extra, *defaults))
    return (
        f"with missing as (select min(value) as value from {quoted(link.table)} where id is null and not pending"
        f" and found = 0 group by lower(value)),"
        f" made as (insert into {quoted(obj.name)} (id, external_id, created_at, updated_at, created_by, updated_by, {listed})"
        f" select nextval('record_id'), case when not exists (select 1 from {quoted(obj.name)} x where x.external_id = m.value)"
        f" then left(m.value, 300) end, $1::timestamptz, $1, $2::bigint, $2, {', '.join(picked)} from missing m order by m.value"
        f" returning id, {_made_title(obj.title)} as title)"
        f" update {quoted(link.table)} l set id = made.id, found = 1 from made where lower(l.value) = lower(made.title)"
        f" and l.id is null returning made.id"
    )


def _title_part(place: int, parts: int) -> str:
    if parts == 1:
        return "m.value"
    return (
        r"regexp_replace(m.value, '^.*\s', '')"
        if place == parts - 1
        else r"nullif(substring(m.value from '^(.*)\s'), '')"
    )


def _made_title(names: tuple[str, ...]) -> str:
    return quoted(names[0]) if len(names) == 1 else f"concat_ws(' ', {', '.join(quoted(n) for n in names)})"


def classify(layout: Layout, shape: Shape, may_update: str, *, number: bool) -> str:
    """The rows of a range (``$1``, ``$2``] as they will be: a temporary table for one transaction.

    ``_old`` the record that is there, ``_id`` its id or a new one, ``_problem`` [code, field, value] where it cannot be.
    """
    columns = list(merged_columns(layout, shape))
    selected = [f"{c.final} as {quoted(c.name)}" for c in columns]
    selected += [f"s.{quoted(link.staged)}" for link in shape.self_links]
    changed = " or ".join(f"({c.final}) is distinct from t.{quoted(c.name)}" for c in columns) or "false"
    fresh = "nextval('record_id')" if number else "0::bigint"
    return (
        f"create temporary table {MERGE} on commit drop as select q.*,"
        f" case when q._problem is null then coalesce(q._old, {fresh}) end as _id from ("
        f"select r.*, {_problem(shape)} as _problem from ("
        f"select s._row, s._key, t.id as _old, t.version as _version, t.deleted_at as _deleted,"
        f" coalesce({may_update}, false) as _may, (t.id is not null and ({changed})) as _changed,"
        f" {', '.join((*selected, *_evidence(shape)))} from {quoted(shape.stage)} s {' '.join(_joins(layout, shape))}"
        f" where s._row > $1 and s._row <= $2) r) q"
    )


def merged_columns(layout: Layout, shape: Shape) -> Iterator[Column]:
    """Every column that the plan writes. An empty cell leaves a record as it is."""
    for filled in shape.filled:
        yield from _filled_columns(filled)
    for link in shape.links:
        yield _column(link.field.name, f"l{shape.links.index(link)}.id", keep=link.rule.keep)


def _filled_columns(filled: Filled) -> Iterator[Column]:
    first, *rest = (name for name, _ in columns_of(filled.field))
    said = f"s.{quoted(first)}"
    if filled.rule.sum_of:
        said = f"a_{filled.field.name}.amount"
        yield Column(first, said, f"case when t.id is null then {said} else t.{quoted(first)} end")
    else:
        yield _column(first, said, keep=filled.rule.keep)
    for currency in rest:
        meant = f"s.{quoted(currency)}" if filled.rule.currency_column else f"'{filled.currency}'::char(3)"
        kept = f"t.{quoted(first)} is not null" if filled.rule.keep or filled.rule.sum_of else f"{said} is null"
        yield Column(
            currency, meant, f"case when {kept} then t.{quoted(currency)} when {said} is not null then {meant} end"
        )


def _column(name: str, said: str, *, keep: bool) -> Column:
    there = f"t.{quoted(name)}"
    return Column(name, said, f"coalesce({there}, {said})" if keep else f"coalesce({said}, {there})")


def _evidence(shape: Shape) -> Iterator[str]:
    """What the verdict on a row is drawn from."""
    if shape.target.key.field:
        yield "coalesce(k.found, 0) > 1 as _many"
    for place, link in enumerate(shape.links):
        cell = f"s.{quoted(link.staged)}"
        yield f"{cell} as _cell_{place}"
        yield f"case when l{place}.found > 1 and l{place}.id is not null then {cell} end as _many_{place}"
        yield f"case when {cell} is not null and l{place}.id is null and not l{place}.pending then {cell} end as _none_{place}"
    for place, filled in enumerate(_unique(shape)):
        column = quoted(filled.field.name)
        yield (
            f"(s.{column} is not null and (u{place}.first < s._row or exists (select 1 from {quoted(shape.object.name)} o"
            f" where o.{column} = s.{column} and o.deleted_at is null and o.id is distinct from t.id))) as _taken_{place}"
        )


def _joins(layout: Layout, shape: Shape) -> Iterator[str]:
    table = quoted(shape.object.name)
    if shape.target.key.field:
        yield f"left join {quoted(shape.keys)} k on k.value = s._key left join {table} t on t.id = k.id"
    else:
        yield f"left join {table} t on t.external_id = s._key"
    for place, link in enumerate(shape.links):
        yield f"left join {quoted(link.table)} l{place} on l{place}.value = s.{quoted(link.staged)}"
    for place, filled in enumerate(_unique(shape)):
        column = quoted(filled.field.name)
        yield (
            f"left join (select {column} as value, min(_row) as first from {quoted(shape.stage)} where {column} is not null"
            f" group by 1) u{place} on u{place}.value = s.{column}"
        )
    for filled in shape.filled:
        if filled.rule.sum_of:
            yield _summed(layout, shape, filled)


def _summed(layout: Layout, shape: Shape, filled: Filled) -> str:
    alias, _, field = str(filled.rule.sum_of).partition(".")
    child = layout.shape(alias)
    link = next(link for link in child.links if link.rule.target == shape.alias)
    name = f"a_{filled.field.name}"
    return (
        f"left join (select {quoted(link.staged)} as key, sum({quoted(field)}) as amount from {quoted(child.stage)}"
        f" group by 1) {name} on {name}.key = s._key"
    )


def _unique(shape: Shape) -> list[Filled]:
    return [f for f in shape.filled if f.field.unique and f.staged]


def _problem(shape: Shape) -> str:
    cases = ["when r._deleted is not null then array['trashed', '', r._key]"]
    if shape.target.key.field:
        cases.append(f"when r._many then array['ambiguous', '{shape.target.key.field}', r._key]")
    for place, link in enumerate(shape.links):
        cases.append(f"when r._many_{place} is not null then array['ambiguous', '{link.field.name}', r._many_{place}]")
        cases.append(f"when r._none_{place} is not null then array['unknown', '{link.field.name}', r._none_{place}]")
    for place, filled in enumerate(_unique(shape)):
        name = filled.field.name
        cases.append(f"when r._taken_{place} then array['not-unique', '{name}', r.{quoted(name)}::text]")
    cases += _required(shape)
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


def insert_new(shape: Shape, columns: list[Column], defaults: dict[str, int]) -> str:
    """The new records of the range. ``$1`` is the moment, ``$2`` the actor; ``defaults`` give an owner and a team."""
    external = "null" if shape.target.key.field else "_key"
    names = [c.name for c in columns]
    picked = [f"coalesce({quoted(n)}, {defaults[n]})" if n in defaults else quoted(n) for n in names]
    extra = [n for n in defaults if n not in names]
    listed = "".join(f", {quoted(n)}" for n in (*names, *extra))
    values = "".join(f", {v}" for v in (*picked, *(str(defaults[n]) for n in extra)))
    return (
        f"insert into {quoted(shape.object.name)}"
        f" (id, external_id, created_at, updated_at, created_by, updated_by{listed})"
        f" select _id, {external}, $1::timestamptz, $1::timestamptz, $2::bigint, $2::bigint{values}"
        f" from {MERGE} where _old is null and _problem is null order by _row"
    )


def changes_of(shape: Shape, columns: list[Column], condition: str, source: str = MERGE) -> str:
    """(record_id, changes) of the records that will change, before they do."""
    written = {c.name for c in columns}
    parts = []
    for field in shape.object.entered:
        places = [name for name, _ in columns_of(field)]
        if places[0] in written:
            old, new = (_image(shape, field.name, alias) for alias in ("t", "m"))
            differ = " or ".join(f"t.{quoted(p)} is distinct from m.{quoted(p)}" for p in places)
            parts.append(
                f"case when {differ} then jsonb_build_object('{field.name}', jsonb_build_array({old}, {new}))"
                f" else '{{}}'::jsonb end"
            )
    return (
        f"select m._id, {' || '.join(parts)} from {source} m"
        f" join {quoted(shape.object.name)} t on t.id = m._id where {condition}"
    )


def _image(shape: Shape, name: str, alias: str) -> str:
    """A field as the event log keeps it."""
    field = shape.object.field(name)
    place = f"{alias}.{quoted(name)}"
    wire = type_of(field).wire
    if wire == "money":
        currency = f"{alias}.{quoted(columns_of(field)[1][0])}"
        return f"case when {place} is null then null else jsonb_build_object('amount', {place}::text, 'currency', {currency}) end"
    return f"{place}::text" if wire == "text" else place


def update_changed(shape: Shape, columns: list[Column], condition: str, source: str = MERGE) -> str:
    """Write the changed records that nobody else changed meanwhile. ``$1`` is the moment, ``$2`` the actor."""
    sets = ", ".join(f"{quoted(c.name)} = m.{quoted(c.name)}" for c in columns)
    return (
        f"update {quoted(shape.object.name)} t set {sets}, version = t.version + 1, updated_at = $1::timestamptz, updated_by = $2::bigint"
        f" from {source} m where t.id = m._id and t.version = m._version and {condition}"
    )


def follow_self_links(shape: Shape, link: Linked) -> list[str]:
    """Relations to records that the same range has just made. New records take them silently, others as a change."""
    name, cell = quoted(link.field.name), quoted(link.staged)
    free = f" and m.{name} is null" if link.rule.keep else ""
    return [
        f"update {MERGE} m set {name} = l.id, _changed = _changed or m._old is not null from {quoted(link.table)} l"
        f" where l.value = m.{cell} and l.id is not null and l.id is distinct from m.{name} and m._problem is null"
        f" and (m._old is null or m._may){free}",
        f"update {quoted(shape.object.name)} t set {name} = m.{name} from {MERGE} m"
        f" where t.id = m._id and m._old is null and m.{name} is distinct from t.{name}",
    ]


def settle_sums(layout: Layout, shape: Shape, filled: Filled, may_update: str) -> str:
    """Records whose sum differs from that of the records that now hang on them, as a merge of its own."""
    alias, _, field = str(filled.rule.sum_of).partition(".")
    child = layout.shape(alias)
    link = next(link for link in child.links if link.rule.target == shape.alias)
    names = [name for name, _ in columns_of(filled.field)]
    source = [name for name, _ in columns_of(child.object.field(field))]
    picked = [f"sum(c.{quoted(source[0])}) as {quoted(names[0])}"]
    picked += [f"min(c.{quoted(s)}) as {quoted(n)}" for n, s in zip(names[1:], source[1:], strict=True)]
    single = f" having count(distinct c.{quoted(source[1])}) = 1" if len(source) > 1 else ""
    differs = " or ".join(f"x.{quoted(n)} is distinct from t.{quoted(n)}" for n in names)
    return (
        f"create temporary table {MERGE} on commit drop as select t.id as _id, t.version as _version,"
        f" {', '.join(f'x.{quoted(n)}' for n in names)} from {quoted(shape.object.name)} t join ("
        f"select c.{quoted(link.field.name)} as id, {', '.join(picked)} from {quoted(child.object.name)} c"
        f" where c.deleted_at is null and c.{quoted(link.field.name)} in"
        f" (select id from {quoted(link.table)} where id is not null) group by 1{single}) x on x.id = t.id"
        f" where t.deleted_at is null and {may_update} and ({differs})"
    )


VERDICT = f"""
select count(*) filter (where _problem is null and _old is null) as created,
    count(*) filter (where _problem is null and _changed) as updated,
    count(*) filter (where _problem is null and _old is not null and not _changed) as unchanged,
    count(*) filter (where _problem is not null) as invalid
from {MERGE}
"""

REPORT = f"""
insert into import_problem (import_id, phase, row_no, target, column_name, value, code, message, remedy, key)
select $1, 'records', m._row, $2, m._problem[2], left(coalesce(m._problem[3], ''), 200), m._problem[1], w.message,
    w.remedy, {{key}}
from {MERGE} m
join (values
    ('trashed', 'This record is in the trash.', 'Restore it first.'),
    ('ambiguous', 'More than one record has this name.', 'Use an id that only one of them has.'),
    ('unknown', 'No such record is there.', 'Correct the name, or import that record first.'),
    ('not-unique', 'Another record has this value.', 'Use another value.'),
    ('required', 'This cannot be left empty.', 'Fill it in.'),
    ('forbidden', 'This record lies outside of what you may change.', 'Ask its owner or a manager.')
) w (code, message, remedy) on w.code = m._problem[1]
{{join}}
where m._problem is not null
"""


def report(layout: Layout, shape: Shape) -> str:
    """Keep the problems of the range. ``$1`` is the import, ``$2`` the alias."""
    ordinal = layout.ordinal
    if ordinal is None:
        return REPORT.format(key="null", join="")
    return REPORT.format(key="o._key", join=f"left join {quoted(ordinal.stage)} o on o._row = m._row")
