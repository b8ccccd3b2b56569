"""What is asked of the search table: the closest kind of match first, and each kind only where those before are few.

A title that begins with the text, then words that begin with its words, then words that hold them, then words that are
one letter off. Each step reads a bounded number of rows that the actor may see, so that neither a word in a million
rows nor a narrow scope makes it slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from visavis import access
from visavis.catalogue import Object
from visavis.records import nearby, wording
from visavis.records.context import Context
from visavis.records.indexing import is_searchable, part_of, searchable
from visavis.records.query import Query, build, readable_where
from visavis.records.wording import ROW, TITLE, Term
from visavis.store import Row
from visavis.store.build import Build
from visavis.store.db import quoted

Fits = Callable[[wording.Bind, wording.Said], str]
MOST = 50
_NEWEST = 1_000
_NEWEST_OF_FEW = 5_000
_FURTHER = 4
_WEIGHED = 100
_OTHERS = 1_000
_TELL_LITTLE = 2
_ALONG_TITLES = 3_000
_LINKED = 3_000
_LAST = "\U0010ffff"
_WHOLE = "s.record_id, s.object, s.part, s.marks, s.title, s.heading, s.folded, s.grams"
_NAMES = "id, object, part, title, heading"
_SHOWN = "s.record_id as id, s.object, s.part, s.title, s.heading"
_DATED = 2
_RANKED = f"part >= {_DATED}, length(heading), heading, id desc"
# The words are not known when a statement is planned, so the way through the table is chosen here.
_ALWAYS = "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan"
_ALONG = "set local enable_indexscan = on; set local enable_bitmapscan = off"
_GATHER = "set local enable_indexscan = off; set local enable_bitmapscan = on"


def text_condition(statement: Build, obj: Object, text: str, alias: str) -> str:
    """The records whose search row holds every word of the text; none where the actor may not search the type."""
    if not _may_search(statement, obj):
        return "false"
    holds = _all(term.holds(_binder(statement)) for term in wording.terms(wording.pieces(text)))
    return (
        f"{alias}.id in (select s.record_id from search s"
        f" where s.part = {part_of(obj)} and s.object = '{obj.name}' and {holds})"
    )


def fitting(statement: Build, obj: Object, query: Query, within: str | None = None) -> str:
    """The rows (alias ``t``) that the query chooses and the actor may read; of these those ``within`` a part."""
    fits = readable_where(statement, obj, "t", query.filter, trash=query.trash, within=within)
    return f"{fits} and {text_condition(statement, obj, query.text, 't')}" if query.text.strip() else fits


async def search(ctx: Context, text: str, limit: int = 10, object_name: str | None = None) -> list[dict[str, Any]]:
    """The records that the actor may read and that hold every word, best first: ``{object, id, title, subtitle}``.

    Where they are fewer than the limit, those follow that hold words one letter off. Where they are more, a type that
    would not be there at all gets a few places at the end.
    """
    words, most = wording.pieces(text), min(limit, MOST)
    objects = _objects(ctx, object_name)
    if not words or not objects:
        return []
    finder = _Finder(ctx, objects, most)
    await ctx.tx.execute(_ALWAYS)
    await finder.titled(words)
    await finder.holding(words)
    rows = finder.rows[:most]
    if finder.full:
        rows = await _with_others(ctx, objects, words, rows)
    else:
        await finder.holding_nearly(words)
        rows = finder.rows
    return [{"object": r["object"], "id": r["id"], "title": r["title"], "subtitle": None} for r in rows]


async def _with_others(ctx: Context, objects: Sequence[Object], words: Sequence[str], rows: list[Row]) -> list[Row]:
    """Many companies that begin so would hide the one person who is called so."""
    missing = [o for o in objects if part_of(o) < _DATED and o.name not in {row["object"] for row in rows}]
    room = len(rows) // 3
    if not missing or not room:
        return rows
    others = _Finder(ctx, missing, room)
    await others.called(words)
    found = others.rows[:room]
    return [*rows[: len(rows) - len(found)], *found]


async def keyed(ctx: Context, obj: Object, keys: Sequence[str], limit: int) -> list[int]:
    """Ids of records of the type with one of the keys (``indexing.key_of``)."""
    if not keys or not _is_open(ctx, obj):
        return []
    await ctx.tx.execute(f"{_ALWAYS}; {_GATHER}")
    places = _Places(ctx, [obj])
    rows = await ctx.tx.rows(places.keyed(keys, limit), *places.statement.params)
    return [row["id"] for row in rows]


async def named(ctx: Context, obj: Object, alternatives: Sequence[Sequence[str]], limit: int) -> list[int]:
    """Ids of records of the type whose title has words that begin with one of each group of alternatives."""
    place = ROW if part_of(obj) >= _DATED else TITLE
    return await _ids(
        ctx,
        obj,
        lambda bind, said: _all(_any(Term((w,)).begins(bind, place, said) for w in g) for g in alternatives),
        limit,
    )


async def _ids(ctx: Context, obj: Object, fits: Fits, limit: int) -> list[int]:
    if not _is_open(ctx, obj):
        return []
    await ctx.tx.execute(_ALWAYS)
    finder = _Finder(ctx, [obj], limit)
    await finder.closest([fits])
    return [row["id"] for row in finder.rows]


def _is_open(ctx: Context, obj: Object) -> bool:
    return access.can(ctx.actor, obj, "read") and is_searchable(obj) and _may_search(build(ctx), obj)


def _objects(ctx: Context, name: str | None) -> list[Object]:
    statement = build(ctx)
    objects = [o for o in searchable(ctx.catalogue) if name in (None, o.name)]
    allowed = [o for o in objects if access.can(ctx.actor, o, "read") and _may_search(statement, o)]
    return sorted(allowed, key=part_of)


def _may_search(statement: Build, obj: Object) -> bool:
    """One hidden field among the searched ones and the type cannot be searched: a hit would tell its content."""
    visible = statement.visible(obj)
    searched = {f.name for f in obj.entered if f.searchable} | (set(obj.title) & obj.by_name.keys())
    return searched <= visible.keys()


@dataclass
class _Finder:
    """One search under way: the rows so far, the closest first."""

    ctx: Context
    objects: Sequence[Object]
    limit: int
    rows: list[Row] = field(default_factory=list)
    way: str = ""

    @property
    def full(self) -> bool:
        return len(self.rows) >= self.limit

    async def titled(self, words: Sequence[str]) -> None:
        """Titles that begin with the text, along their index."""
        places = _Places(self.ctx, self.objects)
        heading = f"(select spelled({_binder(places.statement)(' '.join(words))}))"
        self._add(await self._ask(_ALONG, places, places.titled(heading, self.limit)))

    async def called(self, words: Sequence[str]) -> None:
        """Titles that begin with the text or have words that do: these among so many rows of all types.

        A letter or two say too little to read an index for.
        """
        await self.titled(words)
        if any(len(word) > _TELL_LITTLE or not word.isascii() for word in words):
            await self.closest([_title_begins(wording.terms(words))], _OTHERS)

    async def holding(self, words: Sequence[str]) -> None:
        """Words of the title that begin so, then words of any field, then what holds them anywhere."""
        terms = wording.terms(words)
        await self.closest(
            [
                _title_begins(terms),
                lambda bind, said: _all(term.begins(bind, ROW, said) for term in terms),
                lambda bind, said: _all(term.holds(bind, said) for term in terms),
            ]
        )

    async def holding_nearly(self, words: Sequence[str]) -> None:
        """Words that begin with one that differs by a letter from that asked for.

        The index is asked first for what has the fewest readings, then only among these for the others.
        """
        meant = sorted(await nearby.words(self.ctx.tx, words) or [], key=len)
        if meant:
            await self.closest(
                [
                    lambda bind, said: _all(wording.begins_like(alike, bind, TITLE, said) for alike in meant),
                    lambda bind, said: _all(wording.begins_like(alike, bind, ROW, said) for alike in meant),
                ]
            )

    async def closest(self, kinds: Sequence[Fits], most_read: int | None = None) -> None:
        """Rows of these kinds, each of which includes those before it.

        A frequent word is met among the newest rows of each type; a rare one by the index of words, which is asked for
        the widest kind, since the rows that it gives tell by themselves of which kind they are. Only where these are
        more than are weighed, the closer kinds are asked for one by one. ``most_read`` bounds the rows of any type
        that the index is asked for.
        """
        if self.full:
            return
        found = await self._newest(kinds)
        are_enough = len(found) >= self.limit
        rows = [] if are_enough else await self._gathered(kinds, self.objects, most_read)
        found += rows
        closer = range(len(kinds) - 1) if are_enough or any(row["cut"] for row in rows) else ()
        for number in closer:
            if (are_enough and number) or sum(row["kind"] <= number for row in found) >= self.limit:
                break
            among = self.objects if number else [obj for obj in self.objects if part_of(obj) < _DATED]
            found += await self._gathered(kinds[: number + 1], among, most_read)
        self._add(sorted(found, key=_closeness))

    async def _newest(self, kinds: Sequence[Fits]) -> list[Row]:
        """Where the newest rows are nearly enough, some more of them are cheaper than the index."""
        places = _Places(self.ctx, self.objects)
        newest = await self._ask(_ALONG, places, places.newest(kinds, self.limit))
        if self.limit > len(newest) >= max(2, self.limit // _FURTHER):
            hit = {row["object"] for row in newest}
            places = _Places(self.ctx, [obj for obj in self.objects if obj.name in hit])
            newest = await self._ask(_ALONG, places, places.newest(kinds, self.limit, _FURTHER))
        return newest

    async def _gathered(self, kinds: Sequence[Fits], objects: Sequence[Object], most_read: int | None) -> list[Row]:
        if not objects:
            return []
        places = _Places(self.ctx, objects)
        return await self._ask(_GATHER, places, places.all(kinds, self.limit, most_read))

    async def _ask(self, way: str, places: _Places, sql: str) -> list[Row]:
        if way != self.way:
            await self.ctx.tx.execute(way)
            self.way = way
        return await self.ctx.tx.rows(sql, *places.statement.params)

    def _add(self, rows: Iterable[Row]) -> None:
        known = {row["id"] for row in self.rows}
        for row in rows:
            if row["id"] not in known and not self.full:
                known.add(row["id"])
                self.rows.append(row)


@dataclass
class _Places:
    """Where the records are that the actor may see, for one statement."""

    ctx: Context
    objects: Sequence[Object]

    @cached_property
    def statement(self) -> Build:
        return build(self.ctx)

    def titled(self, heading: str, limit: int) -> str:
        """The index knows all that decides, so the rows themselves are read for the best of them only.

        Where a row may well be another's, so many are looked at; what lies behind them is left to the index of words.
        """
        parts = []
        for obj in self.objects:
            within = (
                f"select s.record_id, s.heading, s.marks, {part_of(obj)} as part from search s"
                f" where s.object = '{obj.name}' and s.heading >= {heading} and s.heading < {heading} || '{_LAST}'"
            )
            order = "order by s.heading, s.record_id desc limit"
            some = f"({within} {order} {_ALONG_TITLES}) s where" if self._hidden(obj) else f"({within}) s where"
            seen = f"{self._marked(obj)} and {self._seen(obj)}"
            parts.append(f"(select s.record_id, s.heading, s.part from {some} {seen} {order} {limit})")
        ranked = "order by heading <> {0}, {1} limit {2}"
        best = ranked.format(heading, _RANKED.replace("id desc", "record_id desc"), limit)
        shown = f"select {_SHOWN} from (select record_id from ({' union all '.join(parts)}) h {best}) f"
        return f"{shown} join search s using (record_id) {ranked.format(heading, _RANKED, limit)}"

    def newest(self, kinds: Sequence[Fits], limit: int, times: int = 1) -> str:
        """Of each kind the limit, with its number; a row counts as the first kind that it is of.

        ``times`` as many rows are looked at.
        """
        bind = _binder(self.statement)
        widest, kind = kinds[-1](bind, wording.at_hand), self._kind(kinds, bind)
        steps = []
        for obj in self.objects:
            marked = self._marked(obj)
            most = times * (_NEWEST if marked == "true" else _NEWEST_OF_FEW)
            latest = f"search s where s.object = '{obj.name}' order by s.record_id desc limit {most}"
            near = f"select {_WHOLE}, {kind} as kind from (select {_WHOLE} from {latest}) s where {marked} and {widest}"
            nearest = f"({near} order by kind, s.record_id desc limit {_WEIGHED})"
            steps.append(f"(select {_SHOWN}, s.kind from {nearest} s where {self._seen(obj)})")
        ranked = f"select {_NAMES}, kind, row_number() over (partition by kind order by {_RANKED}) as place"
        found = f"({ranked} from ({' union all '.join(steps)}) n)"
        return f"select {_NAMES}, kind from {found} r where place <= {limit} order by place"

    def all(self, kinds: Sequence[Fits], limit: int, most_read: int | None = None) -> str:
        """By the indexes of words, for objects of one index and one reach together: of each the limit, with its kind.

        ``cut``: there may be more of them, and these are not the closest.
        """
        bind = _binder(self.statement)
        holds, kind, steps = kinds[-1](bind, wording.for_index), self._kind(kinds, bind), []
        for group in _alike(self.ctx, self.objects):
            place = f"s.part = {part_of(group[0])} and {self._marked(group[0])}"
            seen = " ".join(f"when '{obj.name}' then {self._seen(obj)}" for obj in group)
            read = f"select {_WHOLE} from search s where {place} and {holds}"
            if most := most_read or (_LINKED if any(map(self._is_asked_row_by_row, group)) else None):
                read += f" limit {most}"
            weighed = f"select {_SHOWN}, {kind} as kind from ({read}) s where case s.object {seen} end limit {_WEIGHED}"
            counted = f"select {_NAMES}, kind, count(*) over () >= {_WEIGHED} as cut from ({weighed}) w"
            steps.append(f"(select {_NAMES}, kind, cut from ({counted}) c order by kind, {_RANKED} limit {limit})")
        return " union all ".join(steps)

    def _kind(self, kinds: Sequence[Fits], bind: wording.Bind) -> str:
        """The number of the first kind that the row is of."""
        whens = " ".join(f"when {fits(bind, wording.at_hand)} then {n}" for n, fits in enumerate(kinds[:-1]))
        return f"case {whens} else {len(kinds) - 1} end" if whens else "0"

    def keyed(self, keys: Sequence[str], limit: int) -> str:
        """One of the keys; their index is enough to find the few that have it."""
        (obj,), bind = self.objects, _binder(self.statement)
        shared = f"s.keys && (select array[{', '.join(map(bind, keys))}])"
        found = f"select {_SHOWN} from search s where s.object = '{obj.name}' and {shared} and {self._seen(obj)}"
        return f"select {_NAMES} from ({found} limit {_WEIGHED}) w order by {_RANKED} limit {limit}"

    def _marked(self, obj: Object) -> str:
        """Whose the row is, for the index; the record itself has the last word in ``_seen``."""
        holders = access.holders(self.ctx.actor, obj, "read", self.statement.params)
        return f"s.marks && (select {holders})" if holders else "true"

    def _is_asked_row_by_row(self, obj: Object) -> bool:
        return self._hidden(obj) and obj.scope.kind != "own"

    def _hidden(self, obj: Object) -> bool:
        """Whether some rows of the type may be out of reach."""
        return access.reach(self.ctx.actor, obj, "read") != "all" and obj.scope.kind != "open"

    def _seen(self, obj: Object) -> str:
        """One look at the record for each row: a plain ``exists`` may be planned as a list of all records."""
        allowed = self.statement.allow(obj, "t", self.statement.params)
        return (
            f"(select true from {quoted(obj.name)} t where t.id = s.record_id and t.deleted_at is null and {allowed})"
        )


def _title_begins(terms: Sequence[Term]) -> Fits:
    return lambda bind, said: _all(term.begins(bind, TITLE, said) for term in terms)


def _closeness(row: Row) -> tuple[int, bool, int, str, int]:
    """Rows of all kinds in the order of ``_RANKED``, the closest kind first."""
    return row["kind"], row["part"] >= _DATED, len(row["heading"]), row["heading"], -row["id"]


def _alike(ctx: Context, objects: Iterable[Object]) -> Iterator[list[Object]]:
    def key(obj: Object) -> tuple[int, str]:
        return part_of(obj), access.reach(ctx.actor, obj, "read")

    for _, group in groupby(sorted(objects, key=key), key):
        yield list(group)


def _binder(statement: Build) -> wording.Bind:
    """Each value travels once."""
    known: dict[str, str] = {}

    def bind(text: str) -> str:
        if text not in known:
            known[text] = statement.bind(text, "text")
        return known[text]

    return bind


def _all(conditions: Iterable[str]) -> str:
    return " and ".join(conditions) or "false"


def _any(conditions: Iterable[str]) -> str:
    return f"({' or '.join(conditions) or 'false'})"
