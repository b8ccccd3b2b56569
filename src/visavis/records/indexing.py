"""The rows of the search table: what a record can be found by, kept with every write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from visavis.catalogue import Catalogue, Object
from visavis.store import Row, Tx, jobs
from visavis.store.build import title
from visavis.store.db import quoted

FILL_JOB = "search.fill"
LAYOUT = 4
FEWEST_DIGITS, TELLING_DIGITS = 7, 9
MANY = 2_000
MOST_ID = (1 << 63) - 1
COLUMNS = "record_id, object, part, marks, title, heading, folded, grams, keys"
ONE_BUILDER = "hashtextextended(current_schema() || '.search.build', 0)"
_SETTING = "search.layout"
_SPELLED = "nullif(case when {0} = n.title then s.heading else spelled({0}) end, '')"
# Hebrew and what follows it: no character before it becomes one of those that ``grams`` takes apart.
_SHORT_SCRIPTS = "[\u05d0-\U0010ffff]"


def searchable(catalogue: Catalogue) -> list[Object]:
    """The objects that have something to be found by."""
    return [o for o in catalogue.by_name.values() if is_searchable(o)]


def is_searchable(obj: Object) -> bool:
    return any(f.searchable for f in obj.entered)


def part_of(obj: Object) -> int:
    """Which of the four word indexes the object is in: names before what happens, owned ones beside the others."""
    return 2 * (obj.timeline is not None) + (obj.scope.kind != "own")


async def index(tx: Tx, obj: Object, condition: str, *args: Any) -> int:
    """Bring the search rows of the records (alias ``t``) that fit the condition up to date; how many have changed."""
    if not is_searchable(obj):
        return 0
    changed: int = await tx.value(_index_sql(obj, condition), *args)
    return changed


def _index_sql(obj: Object, condition: str) -> str:
    return f"""
        with fresh as (
            insert into search ({COLUMNS})
            {rows_sql(obj, condition)}
            on conflict (record_id) do update
            set title = excluded.title, heading = excluded.heading, folded = excluded.folded, grams = excluded.grams,
                keys = excluded.keys, marks = excluded.marks
            where (search.title, search.folded, search.marks)
                is distinct from (excluded.title, excluded.folded, excluded.marks)
            returning record_id, folded
        ), met as ({noted_words("fresh")}
        ), noted as (
            insert into search_todo (record_id, object)
            select record_id, '{obj.name}' from fresh where exists (select from search_build)
        )
        select count(*) from fresh"""


def rows_sql(obj: Object, condition: str) -> str:
    """The search rows of the records (alias ``t``) that fit the condition, as ``COLUMNS``.

    Most texts of a record are its title, whose words are known, and addresses and numbers in plain ASCII, so that each
    of the three is spelled by itself. ``offset 0`` keeps PostgreSQL from working one out at each place that uses it.
    """
    marks = "array_remove(array[t.owner, t.team], null)" if obj.scope.kind == "own" else "'{}'::bigint[]"
    phones = {f.name: f"d{n}" for n, f in enumerate(obj.entered) if f.searchable and f.type == "phone"}
    digits = ", ".join(f"{_digits(f't.{quoted(name)}')} as {place}" for name, place in phones.items())
    texts, contacts = _places(obj, phones)
    name = title(obj, "t")
    return f"""
            select t.id, '{obj.name}', {part_of(obj)}, {marks}, n.title, s.heading,
                ' ' || concat_ws(' ', {_SPELLED.format("n.name") + ", " if len(obj.title) > 1 else ""}
                    {_SPELLED.format("w.texts")}, nullif(spelled(w.contacts), '')),
                case when octet_length(w.words) > length(w.words) and w.words ~ '{_SHORT_SCRIPTS}'
                    then nullif(grams(w.words), '{{}}') end,
                nullif({_keys(obj, phones)}, '{{}}')
            from {quoted(obj.name)} t,
                lateral (select {digits or "1"} offset 0) d,
                lateral (select m.name, left(m.name, 300) as title from (select {name} as name) m offset 0) n,
                lateral (select spelled(n.title) as heading offset 0) s,
                lateral (select v.*, concat_ws(' ', nullif(n.name, v.texts), v.texts,
                        case when octet_length(v.contacts) > length(v.contacts) then v.contacts end) as words
                    from (select concat_ws(' ', {texts}) as texts, concat_ws(' ', {contacts}) as contacts offset 0) v
                    offset 0) w
            where {condition}"""


def noted_words(source: str) -> str:
    """A statement that notes the words of ``folded`` of the source that were never met. ``:`` is behind all digits."""
    return f"""
            insert into search_word
            select d.word from (
                select distinct w.word from {source}, string_to_table(folded, ' ') w (word)
                where w.word >= ':' collate "C" and length(w.word) between 4 and 30
            ) d
            where d.word !~ '[0-9]' and not exists (select from search_word k where k.word = d.word)"""


def _places(obj: Object, phones: Mapping[str, str]) -> tuple[str, str]:
    """The fields that are searched: those that may hold any letters, and addresses and numbers."""
    fields = [f for f in obj.entered if f.searchable]
    texts = [f"t.{quoted(f.name)}" for f in fields if f.type not in _KEYS]
    contacts = [phones.get(f.name, f"t.{quoted(f.name)}") for f in fields if f.type in _KEYS]
    return ", ".join(texts) or "null", ", ".join(contacts) or "null"


def _digits(place: str) -> str:
    """Telephone numbers as their digits, without the zeros that stand before a country or an area."""
    return f"ltrim(translate({place}, '+ ()-./', ''), '0')"


def _telling(digits: str) -> str:
    return f"case when length({digits}) >= {FEWEST_DIGITS} then '+' || right({digits}, {TELLING_DIGITS}) end"


def _keys(obj: Object, phones: Mapping[str, str]) -> str:
    """What two records share when they mean the same, as an array: see ``key_of``."""
    known = [f for f in obj.entered if f.searchable and f.type in _KEYS]
    keys = [_KEYS[f.type](phones.get(f.name, f"t.{quoted(f.name)}")) for f in known]
    return f"array_remove(array[{', '.join(keys)}]::text[], null)"


_KEYS: dict[str, Callable[[str], str]] = {
    "email": lambda place: f"'@' || lower({place})",
    "phone": _telling,
    "url": lambda place: f"'/' || split_part(regexp_replace(lower({place}), '^(?:[a-z]+://)?(?:www[.])?', ''), '/', 1)",
}


def key_of(kind: str, text: str) -> str | None:
    """The key of an e-mail address, a telephone number or a web address; None where it is too short to tell anything.

    The whole address, the last nine digits, the host: each behind a sign of its own.
    """
    if kind == "phone":
        digits = re.sub("[^0-9]", "", text).lstrip("0")
        return f"+{digits[-TELLING_DIGITS:]}" if len(digits) >= FEWEST_DIGITS else None
    if kind == "email":
        return f"@{text.lower()}" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else None
    host = re.sub(r"^([a-z]+://)?(www\.)?", "", text.lower()).split("/")[0]
    return f"/{host}" if kind == "url" and "." in host else None


async def later(tx: Tx, obj: Object, condition: str, *args: Any) -> int:
    """Like ``index`` for very many records: note them, and let a job bring them in; how many."""
    if not is_searchable(obj):
        return 0
    noted = await tx.execute(
        f"insert into search_todo (record_id, object) select t.id, '{obj.name}' from {quoted(obj.name)} t"
        f" where {condition}",
        *args,
    )
    if noted:
        await jobs.enqueue(tx, FILL_JOB, dedupe=FILL_JOB, lane=FILL_JOB)
    return noted


async def note(tx: Tx, obj: Object, source: str) -> None:
    """Note the ids that a query gives for a job that ``fill_soon`` asks for when all is written."""
    if is_searchable(obj):
        ids = f"select s.id, '{obj.name}' from ({source}) s (id)"
        await tx.execute(f"insert into search_todo (record_id, object) {ids}")


async def note_new(tx: Tx, obj: Object, source: str) -> None:
    """The same for records that were made just now, whose ids follow each other: the first and the last will do.

    Two who make records of a type at the same time get ids between each other's; their spans become one.
    """
    if not is_searchable(obj):
        return
    span = await tx.row(f"select min(s.id) as low, max(s.id) as high from ({source}) s (id)")
    if span is None or span["low"] is None:
        return
    wider = (
        "update search_span set low = least(low, $2), high = greatest(high, $3)"
        " where object = $1 and low <= $3 + 1 and high >= $2 - 1"
    )
    if not await tx.execute(wider, obj.name, span["low"], span["high"]):
        new = "insert into search_span (object, low, high) values ($1, $2, $3)"
        await tx.execute(new, obj.name, span["low"], span["high"])


async def fill_soon(tx: Tx) -> None:
    """Let a job bring in what was noted, if anything."""
    if await tx.value("select exists (select from search_todo) or exists (select from search_span)"):
        await jobs.enqueue(tx, FILL_JOB, dedupe=FILL_JOB, lane=FILL_JOB)


async def index_many(tx: Tx, obj: Object, count: int, condition: str, *args: Any) -> None:
    """Let ``count`` records (alias ``t``) be found: few at once, many by and by."""
    if count:
        await (later if count >= MANY else index)(tx, obj, condition, *args)


async def waiting(tx: Tx) -> int:
    """About how many records are still to be brought in."""
    noted = await tx.value(
        "select (select count(*) from search_todo) + (select coalesce(sum(high - low + 1), 0)"
        " from (table search_span union all table search_build) s)"
    )
    whole = await tx.rows("select object, upto from search_fill")
    counts = [await tx.value(f"select count(*) from {quoted(r['object'])} where id > $1", r["upto"]) for r in whole]
    return int(noted + sum(counts))


async def is_waiting(tx: Tx) -> bool:
    """Whether some records are still to be brought in, so that a search may miss them."""
    places = ("search_todo", "search_span", "search_fill", "search_build")
    return bool(await tx.value("select " + " or ".join(f"exists (select from {place})" for place in places)))


async def bring_in(tx: Tx, catalogue: Catalogue, most: int) -> int:
    """Up to ``most`` of the records that wait, of one type; how many there were.

    0 is the end, or that a build of the whole table is at it. What an interrupted one has left goes away.
    """
    if not await tx.value(f"select pg_try_advisory_xact_lock_shared({ONE_BUILDER})"):
        return 0
    if await tx.value("select exists (select from search_build)"):
        await tx.execute(
            "insert into search_span select object, low, high from search_build; delete from search_build;"
            " drop table if exists search_next"
        )
    await tx.execute("set local gin_pending_list_limit = '16MB'")
    row = await tx.row("select object, upto from search_fill order by object limit 1 for update")
    if row:
        brought = await _bring_type(tx, catalogue, row, most)
    else:
        brought = await _bring_span(tx, catalogue, most) or await _bring_noted(tx, catalogue, most)
    for index in ("search_keys", *(f"search_words_{part}" for part in range(4))):
        await tx.execute(f"select gin_clean_pending_list('{index}')")
    return brought


async def _bring_type(tx: Tx, catalogue: Catalogue, row: Row, most: int) -> int:
    obj = catalogue.by_name.get(row["object"])
    ids = await _ids(tx, obj, row["upto"], most) if obj else []
    if obj is None or not ids:
        await tx.execute("delete from search_fill where object = $1", row["object"])
        return 1
    await _index_still(tx, obj, ids)
    await tx.execute("update search_fill set upto = $2 where object = $1", obj.name, ids[-1])
    return len(ids)


async def _bring_span(tx: Tx, catalogue: Catalogue, most: int) -> int:
    span = await tx.row("select object, low, high from search_span order by object, low limit 1 for update skip locked")
    if span is None:
        return 0
    obj = catalogue.by_name.get(span["object"])
    ids = await _ids(tx, obj, span["low"] - 1, most, span["high"]) if obj else []
    if obj is not None and ids:
        await _index_still(tx, obj, ids)
    if len(ids) == most:
        change = "update search_span set low = $3 where object = $1 and low = $2"
        await tx.execute(change, span["object"], span["low"], ids[-1] + 1)
    else:
        await tx.execute("delete from search_span where object = $1 and low = $2", span["object"], span["low"])
    return max(1, len(ids))


async def _ids(tx: Tx, obj: Object, after: int, most: int, last: int = MOST_ID) -> list[int]:
    sql = f"select id from {quoted(obj.name)} where id > $1 and id <= $3 order by id limit $2"
    rows = await tx.rows(sql, after, most, last)
    return [row["id"] for row in rows]


async def _bring_noted(tx: Tx, catalogue: Catalogue, most: int) -> int:
    rows = await tx.rows(
        "delete from search_todo where ctid = any(array(select ctid from search_todo where object ="
        " (select min(object) from search_todo) order by record_id limit $1 for update)) returning object, record_id",
        most,
    )
    obj = catalogue.by_name.get(rows[0]["object"]) if rows else None
    if obj is not None:
        await _index_still(tx, obj, [row["record_id"] for row in rows])
    return len(rows)


async def _index_still(tx: Tx, obj: Object, ids: list[int]) -> None:
    """The records are held still meanwhile, so that none changes hands between the look at it and its search row."""
    held = f"select count(*) from (select from {quoted(obj.name)} where id = any($1::bigint[]) order by id for share) h"
    await tx.execute(held, ids)
    await index(tx, obj, "t.id = any($1::bigint[])", ids)


async def prepare(tx: Tx, catalogue: Catalogue) -> None:
    """After an upgrade that lays the table out anew, or a build that was interrupted, queue the job that fills it."""
    if await tx.value("select exists (select from search_build)"):
        await jobs.enqueue(tx, FILL_JOB, dedupe=FILL_JOB, lane=FILL_JOB)
    if await tx.value("select value = to_jsonb($2::int) from setting where key = $1", _SETTING, LAYOUT):
        return
    await tx.execute("select pg_advisory_xact_lock(hashtext('visavis.search'))")
    await tx.execute("delete from search_fill")
    for obj in searchable(catalogue):
        if await tx.value(f"select exists (select from {quoted(obj.name)})"):
            await tx.execute("insert into search_fill (object) values ($1)", obj.name)
    if await tx.value("select exists (select from search_fill)"):
        await jobs.enqueue(tx, FILL_JOB, dedupe=FILL_JOB, lane=FILL_JOB)
    await tx.execute(
        "insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
        _SETTING,
        LAYOUT,
    )
