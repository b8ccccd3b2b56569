"""The SQL of links: which cell means which record, and records for cells that mean none. Pure."""

from __future__ import annotations

from visavis.features.imports import own
from visavis.features.imports.shape import Linked, Shape
from visavis.fields import columns_of
from visavis.store.build import title
from visavis.store.db import quoted

MERGE = "import_merge"
HIDDEN, MADE = -1, -2


def resolve(link: Linked, source: str, column: str, allowed: str, pending: str) -> tuple[str, str, str]:
    """A table of the distinct cells of a link: the record that each means, how many fit, and whether it is to come.

    ``found`` is ``HIDDEN`` where the id is that of a record that cannot be linked to, ``MADE`` where one was made.

    Three statements, of which the second bears the parameters of ``allowed``, a condition on ``o``.
    """
    table = quoted(link.table)
    live = f"{quoted(link.object.name)} o where o.deleted_at is null and {allowed}"
    cells = f"select distinct {quoted(column)} as value from {quoted(source)} where {quoted(column)} is not null"
    by_id = (
        f"left join (select o.id, o.external_id as key from {live} {_merged_keys(link, allowed)}) e on e.key = v.value"
    )
    by_name = f"""left join (
        select lower({_matched(link)}) as key, min(o.id) as id, count(*)::integer as found from {live} group by 1
    ) n on n.key = lower(v.value)"""
    if link.rule.match == "key":
        found, joins = (
            "coalesce(e.id, i.id) as id, num_nonnulls(coalesce(e.id, i.id)) as found",
            f"{by_id} {_by_origin(live)}",
        )
    elif link.rule.several:
        found, joins = "n.id, coalesce(n.found, 0) as found", _first_known(link, cells, live)
    elif link.rule.target or link.rule.match == "external_id":
        found, joins = f"e.id, case when e.id is null then {_hidden(link)} else 1 end as found", by_id
    elif link.rule.match == "auto":
        found = "coalesce(e.id, n.id) as id, case when e.id is null then coalesce(n.found, {}) else 1 end as found"
        found = found.format(_hidden(link))
        joins = f"{by_id} {by_name}"
    else:
        found, joins = "n.id, coalesce(n.found, 0) as found", by_name
    create = f"""
        create unlogged table {table} as
        select v.value, {found}, {pending} as pending from ({cells}) v {joins}"""
    return f"drop table if exists {table}", create, f"analyze {table}"


def _merged_keys(link: Linked, allowed: str) -> str:
    """The external ids of records that were merged into others mean these."""
    records = quoted(link.object.name)
    return f"""union all
        select o.id, r.external_id from merged_record r join {records} o on o.id = r.winner_id
        where r.object = '{link.object.name}' and r.external_id is not null and o.deleted_at is null and {allowed}
            and not exists (select 1 from {records} x where x.external_id = r.external_id and x.deleted_at is null)"""


def _hidden(link: Linked) -> str:
    """-1 where a record has the id that the actor may not link to: none is to be made beside it. Else 0."""
    if not link.creates:
        return "0"
    taken = f"select 1 from {quoted(link.object.name)} x where x.external_id = v.value"
    return f"case when exists ({taken}) then {HIDDEN} else 0 end"


def known_keys(shape: Shape, allowed: str) -> tuple[str, str, str]:
    """A table of the keys of an export and the records that they mean, in the trash too; the second has parameters."""
    table, records = quoted(shape.keys), quoted(shape.object.name)
    create = f"""
        create unlogged table {table} as
        select v.value, coalesce(e.id, o.id) as id, 1 as found
        from (select distinct _key as value from {quoted(shape.stage)} where _key is not null) v
        left join {records} e on e.external_id = v.value
        left join {records} o on o.id = {own.id_of("v.value")} and {allowed}"""
    return f"drop table if exists {table}", create, f"analyze {table}"


def known_rows(shape: Shape, *, merged: bool, free: str) -> tuple[str, ...]:
    """A table of the rows whose records are there, looked up for the whole file at once; the second has parameters.

    ``sure``: it is this record whatever its external id. ``speaks``: of all rows that mean it this one counts.
    ``many``: there are others as well. ``merged``: there are keys of records that were merged into others; these mean
    the others. ``free`` is a condition on ``o``: which records a key may adopt.
    """
    table, records, stage = quoted(shape.rows), quoted(shape.object.name), quoted(shape.stage)
    if shape.target.key.is_looked_up:
        found = f"""select s._row, k.id, true as sure, true as speaks, k.found > 1 as many
            from {stage} s join {quoted(shape.keys)} k on k.value = s._key where k.id is not null"""
    else:
        m = _merged_rows(shape) if merged else "left join (select null::bigint as id, true as speaks) m on false"
        a, adopted = _adopting(shape, free) if shape.target.key.adopt else ("", "null::bigint")
        found = f"""select s._row, coalesce(m.id, e.id, {adopted}) as id, m.id is not null as sure,
                coalesce(m.speaks, true) as speaks, false as many
            from {stage} s left join {records} e on e.external_id = s._key {m} {a}
            where coalesce(m.id, e.id, {adopted}) is not null"""
    return (
        f"drop table if exists {table}",
        f"create unlogged table {table} as {found}",
        f"create index on {table} (_row)",
        f"analyze {table}",
    )


def _merged_rows(shape: Shape) -> str:
    """Keys in the file that mean the record into which theirs was merged. Of all rows that mean one record its own
    speaks, else the first: loaded twice, the file changes nothing the second time."""
    table, stage = quoted(shape.object.name), quoted(shape.stage)
    return f"""
        left join (
            select r.external_id as key, r.winner_id as id,
                mine._row is null and row_number() over (partition by r.winner_id order by x._row) = 1 as speaks
            from merged_record r join {stage} x on x._key = r.external_id join {table} w on w.id = r.winner_id
            left join {stage} mine on mine._key = w.external_id
            where r.object = '{shape.object.name}'
        ) m on m.key = s._key"""


def _adopting(shape: Shape, free: str) -> tuple[str, str]:
    """Joins, and the id: the only record with the same value and no key, for the first row that has it."""
    field = shape.object.field(str(shape.target.key.adopt))
    table, stage, column = quoted(shape.object.name), quoted(shape.stage), quoted(field.name)
    joins = f"""
        left join (
            select lower(o.{column}) as value, min(o.id) as id from {table} o
            where o.deleted_at is null and o.{column} is not null and {_keyless(shape, "o")} and {free} and not exists (
                select 1 from {stage} x where x._key = o.external_id)
            group by 1 having count(*) = 1
        ) a on e.id is null and a.value = lower(s.{column})
        left join (
            select lower({column}) as value, min(_row) as first from {stage} where {column} is not null group by 1
        ) f on f.value = lower(s.{column})"""
    return joins, "case when f.first = s._row then a.id end"


def still_meant(shape: Shape) -> str:
    """Whether the record ``t``, found for the whole file, is still what the row ``s`` means."""
    means = "t._sure or t.external_id = s._key"
    if adopt := shape.target.key.adopt:
        same = f"lower(t.{quoted(adopt)}) = lower(s.{quoted(adopt)})"
        means += f" or (t.deleted_at is null and {_keyless(shape, 't')} and {same})"
    return means


def _keyless(shape: Shape, alias: str) -> str:
    """Whether a record can be given a key; one with a unique value may have another's."""
    return "true" if shape.object.field(str(shape.target.key.adopt)).unique else f"{alias}.external_id is null"


def _by_origin(live: str) -> str:
    return f"left join (select o.id from {live}) i on i.id = {own.id_of('v.value')}"


def _first_known(link: Linked, cells: str, live: str) -> str:
    """Of several names in a cell the first that a record has."""
    return rf"""left join (
        select distinct on (c.value) c.value as key, w.id, 1 as found
        from ({cells}) c cross join lateral regexp_split_to_table(c.value, '\s*[;,]\s*') with ordinality p(word, place)
        join (select lower({_matched(link)}) as key, min(o.id) as id from {live} group by 1) w on w.key = lower(p.word)
        order by c.value, p.place
    ) n on n.key = v.value"""


def _matched(link: Linked) -> str:
    match = link.rule.match
    if match == "id":
        return "o.id::text"
    return title(link.object, "o") if match in ("auto", "title") else f"o.{quoted(match)}::text"


def pending_in(parent: Shape, import_id: int, *, by_title: bool) -> str:
    """Whether the cell ``v.value`` names a record that this import is about to write."""
    fits = "p._key = v.value"
    staged = {f.field.name for f in parent.filled if f.staged}
    if by_title and set(parent.object.title) <= staged:
        whole = " || ' ' || ".join(f"p.{quoted(name)}" for name in parent.object.title)
        fits = f"({fits} or lower({whole}) = lower(v.value))"
    return f"""exists (
        select 1 from {quoted(parent.stage)} p where {fits} and not exists (
            select 1 from import_problem b
            where b.import_id = {import_id} and b.target = '{parent.alias}' and b.row_no = p._row))"""


def create_missing(link: Linked, defaults: dict[str, int]) -> str:
    """Records for the cells that mean none, with title and matched field from the cell; ``found`` becomes ``MADE``.

    ``$1`` is the moment, ``$2`` the actor.
    """
    obj, table = quoted(link.object.name), quoted(link.table)
    titles = link.object.title
    values = {name: _title_part(place, len(titles)) for place, name in enumerate(titles)}
    values |= _matched_value(link) | {name: str(value) for name, value in defaults.items()}
    made_title = quoted(titles[0]) if len(titles) == 1 else f"concat_ws(' ', {', '.join(quoted(n) for n in titles)})"
    return f"""
        with missing as (
            select min(value) as value from {table} where id is null and not pending and found = 0 group by lower(value)
        ), made as (
            insert into {obj} (id, external_id, created_at, updated_at, created_by, updated_by,
                {", ".join(quoted(name) for name in values)})
            select nextval('record_id'),
                case when not exists (select 1 from {obj} x where x.external_id = m.value) then left(m.value, 300) end,
                $1::timestamptz, $1, $2::bigint, $2, {", ".join(values.values())}
            from missing m order by m.value
            returning id, {made_title} as title
        )
        update {table} l set id = made.id, found = {MADE} from made
        where lower(l.value) = lower(made.title) and l.id is null"""


def _title_part(place: int, parts: int) -> str:
    """A cell as title; of a person's name the last word is the last name."""
    if parts == 1:
        return "m.value"
    last = place == parts - 1
    return r"regexp_replace(m.value, '^.*\s', '')" if last else r"nullif(substring(m.value from '^(.*)\s'), '')"


def _matched_value(link: Linked) -> dict[str, str]:
    match = link.rule.match
    field = link.object.by_name.get(match)
    if field is None or match in link.object.title or columns_of(field)[0][1] != "text":
        return {}
    return {match: "m.value"}


def follow_self_links(shape: Shape, link: Linked) -> str:
    """Relations to records that the same range has just made."""
    name, cell = quoted(link.field.name), quoted(link.staged)
    free = f" and m.{name} is null" if link.rule.keep else ""
    other = "" if link.field.hierarchy else " and l.id is distinct from m._id"
    return f"""
        update {MERGE} m set {name} = l.id, _changed = m._changed or m._old is not null
        from {quoted(link.table)} l
        where l.value = m.{cell} and l.id is not null and l.id is distinct from m.{name} and m._problem is null
            and (m._old is null or m._may) and m._speaks{other}{free}"""


def take_self_links(shape: Shape, link: Linked) -> str:
    """New records take relations to their like silently, when it is sure what these lead to."""
    name = quoted(link.field.name)
    return f"""
        update {quoted(shape.object.name)} t set {name} = m.{name} from {MERGE} m
        where t.id = m._id and m._old is null and m.{name} is distinct from t.{name}"""
