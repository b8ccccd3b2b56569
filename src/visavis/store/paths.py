"""Paths: the records of a type in their order, by a value that lies two relations away, kept fresh by the database.

People by the country of their employer: each employment that is alive stands in a table with the country, with what
the person is sorted by and with who owns the two ends. So a page of such a list is one stretch of an index for each
owner, whatever the table holds. What has gone from an end is empty there. Of long values the table has the beginning:
who reads it asks the records again.

Whoever writes a relation holds the records at both ends still, as they are worked out in a statement of its own: it
sees what others committed meanwhile, and others who change an end find the relation. Each end writes its own columns
only. The table and what keeps it go when the catalogue no longer has one of the fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from visavis.catalogue import Catalogue, Field, Object
from visavis.fields import columns_of
from visavis.store.building import build_index
from visavis.store.db import Database, Tx, quoted
from visavis.store.order import is_sortable
from visavis.store.rollups import EVENTS
from visavis.store.schema import CASELESS, LOCK

BEGINNING = 100
"""So many letters of a text are kept."""
_PREFIX = "path."
_LONGEST = 44
_AT_ONCE = 2_000
_WAIT = "2500ms"
_MOST_NAMES = 64
_NAMES: dict[tuple[int, Path], tuple[Catalogue, str | None]] = {}
"""What `table_of` has found out; a tenth of the time of a list otherwise."""


@dataclass(frozen=True, slots=True)
class Path:
    """Records that the ``link`` of a ``related`` type leads to, in the order of ``sort``, by the value that ``field``
    has where the ``hop`` of the related record leads.
    """

    related: str
    link: str
    hop: str
    field: str
    sort: str


@dataclass(frozen=True, slots=True)
class Ends:
    """The types along a path: the records that are listed, the related ones, those that have the value."""

    base: Object
    related: Object
    far: Object


def ends(catalogue: Catalogue, path: Path) -> Ends | None:
    """The types of a path; None where it leads along anything but columns, or where no one owns what it leads to."""
    related = catalogue.by_name.get(path.related)
    found = [_target(catalogue, related, name) for name in (path.link, path.hop)]
    base, far = found
    if related is None or base is None or far is None or path.link == path.hop or not is_owned(base):
        return None
    if not (_stands(base, path.sort) and _stands(far, path.field)):
        return None
    return Ends(base, related, far)


def _target(catalogue: Catalogue, obj: Object | None, link: str) -> Object | None:
    field = obj.by_name.get(link) if obj else None
    return catalogue.by_name.get(field.target) if field and field.target and field.kind == "entered" else None


def is_owned(obj: Object) -> bool:
    """Whether the owner of a record says who may see it."""
    return obj.scope.kind == "own" and {"owner", "team"} <= {f.name for f in obj.fields}


def is_cut(field: Field) -> bool:
    """Whether of the values of a field the beginning is kept."""
    return _first(field)[1] == "text"


def _stands(obj: Object, name: str) -> bool:
    field = obj.by_name.get(name)
    return field is not None and field.kind == "entered" and is_sortable(obj, name)


def table_of(catalogue: Catalogue, path: Path) -> str | None:
    """The name of its table, which says what the table is made of."""
    known = _NAMES.get((id(catalogue), path))
    if known is None or known[0] is not catalogue:
        if len(_NAMES) >= _MOST_NAMES:
            _NAMES.clear()
        maker = _maker(catalogue, path)
        known = _NAMES[id(catalogue), path] = (catalogue, maker.name if maker else None)
    return known[1]


def view_of(name: str) -> str:
    """Under what name a table is read: only one that has all that it is to have."""
    return f"{name}.ready"


def _maker(catalogue: Catalogue, path: Path) -> _Maker | None:
    found = ends(catalogue, path)
    return _Maker(path, found) if found else None


class _Maker:
    """The statements that make one path."""

    def __init__(self, path: Path, found: Ends) -> None:
        self._path, self._ends = path, found
        self._related, self._base, self._far = (quoted(o.name) for o in (found.related, found.base, found.far))
        self._link, self._hop = (f"t.{quoted(name)}" for name in (path.link, path.hop))
        self._key = _first(found.base.field(path.sort))
        self._value = _first(found.far.field(path.field))
        self._kept = (*self._of_base("b"), *self._of_far("f"))
        digest = hashlib.sha256("".join((*self._parts("path"), *self.indexes("path"))).encode()).hexdigest()[:10]
        words = f"{_PREFIX}{path.related}.{path.hop}.{path.field}.{path.sort}"
        self.name = f"{words[:_LONGEST]}.{digest}"

    def statements(self) -> Iterator[str]:
        """Table, functions and triggers."""
        yield from self._parts(self.name)

    def _parts(self, name: str) -> Iterator[str]:
        yield self._table(name)
        yield _function(name, "(ids bigint[]) returns void", self._taking(quoted(name)))
        for role, table, body in (
            ("link", self._related, self._linking(name)),
            ("base", self._base, self._following(name, self._ends.base, self._link, self._of_base("b"))),
            ("far", self._far, self._following(name, self._ends.far, self._hop, self._of_far("b"))),
        ):
            yield _function(f"{name}.{role}", "() returns trigger", body)
            for event, when in EVENTS.items():
                yield (
                    f"create trigger {quoted(f'{name}.{role}.{event}')} {when.format(table=table)}"
                    f" for each statement execute function {quoted(f'{name}.{role}')}()"
                )

    def _table(self, name: str) -> str:
        kinds = {"value": self._value[1], "key": self._key[1]}
        columns = ", ".join(f"{column} {kinds.get(column, 'bigint')}" for column in self._kept)
        return f"create table {quoted(name)} (link bigint primary key, id bigint not null, {columns})"

    def indexes(self, name: str) -> Iterator[str]:
        """Of each value the rows of one team or owner, in order, with all that is asked of them."""
        for whose in ("team", "owner"):
            beside = [column for column in self._kept if column not in ("value", "key", whose)]
            yield (
                f"create index if not exists {quoted(f'{name}.{whose}')} on {quoted(name)}"
                f" (value, {whose}, key, id) include (link, {', '.join(beside)})"
                f" where value is not null and {whose} is not null"
            )

    def _of_base(self, alias: str) -> dict[str, str]:
        """What the table says of the record that is listed."""
        place = f"{alias}.{quoted(self._key[0])}"
        caseless = self._ends.base.field(self._path.sort).type in CASELESS
        return {
            "key": f"lower({place})" if caseless else place,
            "owner": f"{alias}.owner",
            "team": f"{alias}.team",
        }

    def _of_far(self, alias: str) -> dict[str, str]:
        """What the table says of the record that has the value."""
        place = f"{alias}.{quoted(self._value[0])}"
        found = {"value": f"left({place}, {BEGINNING})" if is_cut(self._ends.far.field(self._path.field)) else place}
        if is_owned(self._ends.far):
            found |= {"far_owner": f"{alias}.owner", "far_team": f"{alias}.team"}
        return found

    def _taking(self, table: str) -> str:
        """Related records are worked out anew, their ends held still."""
        among = f"from {self._related} t where t.id = any(ids)"
        kept = self._of_base("b") | self._of_far("f")
        return (
            f"begin\n  delete from {table} where link = any(ids);\n"
            f"  perform 1 from {self._base} b where b.id in (select {self._link} {among}) order by b.id for share;\n"
            f"  perform 1 from {self._far} f where f.id in (select {self._hop} {among}) order by f.id for share;\n"
            f"  insert into {table} (link, id, {', '.join(kept)})"
            f" select t.id, {self._link}, {', '.join(kept.values())} from {self._related} t"
            f" left join {self._base} b on b.id = {self._link} and b.deleted_at is null"
            f" left join {self._far} f on f.id = {self._hop} and f.deleted_at is null"
            f" where t.id = any(ids) and t.deleted_at is null and {self._link} is not null and {self._hop} is not null"
            " order by t.id;\nend\n"
        )

    def _linking(self, name: str) -> str:
        watched = (quoted(self._path.link), quoted(self._path.hop), "deleted_at")
        return (
            "declare ids bigint[];\nbegin\n  if tg_op = 'DELETE' then\n"
            f"    delete from {quoted(name)} where link in (select id from old_rows);\n    return null;\n"
            "  elsif tg_op = 'INSERT' then\n    select array_agg(id) into ids from new_rows;\n"
            f"  else\n    {_changed(watched)};\n  end if;\n"
            f"  if ids is not null then\n    perform {quoted(name)}(ids);\n  end if;\n  return null;\nend\n"
        )

    def _following(self, name: str, obj: Object, link: str, kept: Mapping[str, str]) -> str:
        """One end has changed, came or went: its columns are written again, the rows locked in their order before."""
        column = self._key[0] if "key" in kept else self._value[0]
        watched = (quoted(column), *(("owner", "team") if is_owned(obj) else ()), "deleted_at")
        rows = f"select t.id from {self._related} t where {link} = any(ids)"
        table = quoted(name)
        return (
            "declare ids bigint[];\nbegin\n  if tg_op = 'DELETE' then\n"
            "    select array_agg(id) into ids from old_rows;\n"
            "  elsif tg_op = 'INSERT' then\n    select array_agg(n.id) into ids from new_rows n"
            f" where exists (select 1 from {self._related} t where {link} = n.id);\n"
            f"  else\n    {_changed(watched)};\n  end if;\n  if ids is null then\n    return null;\n  end if;\n"
            f"  perform 1 from {table} p where p.link in ({rows}) order by p.link for update;\n"
            f"  update {table} p set {', '.join(f'{column} = {place}' for column, place in kept.items())}"
            f" from {self._related} t left join {quoted(obj.name)} b on b.id = {link} and b.deleted_at is null"
            f" where {link} = any(ids) and p.link = t.id;\n  return null;\nend\n"
        )


def _first(field: Field) -> tuple[str, str]:
    return columns_of(field)[0]


def _changed(watched: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{alias}.{name}" for name in watched) for alias in ("o", "n"))
    return (
        "select array_agg(n.id) into ids from old_rows o join new_rows n on n.id = o.id"
        f" where ({old}) is distinct from ({new})"
    )


def _function(name: str, shape: str, body: str) -> str:
    return f"create function {quoted(name)}{shape} language plpgsql as $path$\n{body}$path$"


async def lay(db: Database, catalogue: Catalogue, path: Path) -> str | None:
    """Make the table of a path, empty, with all that keeps it, unless it is there; its name.

    None where there can be no such path. ``LockTimeout`` where the tables are too busy.
    """
    maker = _maker(catalogue, path)
    if maker is None:
        return None
    async with db.aside() as tx:
        await tx.execute(LOCK)
        if await tx.value("select 1 from path_fill where name = $1", maker.name):
            return maker.name
        await tx.execute(f"set local lock_timeout = '{_WAIT}'")
        for statement in maker.statements():
            await tx.execute(statement)
        await tx.execute("insert into path_fill (name, path) values ($1, $2)", maker.name, asdict(path))
    return maker.name


async def fill(db: Database, catalogue: Catalogue, path: Path) -> bool:
    """Take in what was there before, from where an earlier run was cut off; whether that made the path ready.

    The indexes come last: so they are built in half the time and are two thirds as large.
    """
    maker, more = _maker(catalogue, path), True
    while maker and more:
        more = await db.run(lambda tx: _fill_some(tx, maker.name))
    if maker is None or not await db.rows("select 1 from path_fill where name = $1 and ready_at is null", maker.name):
        return False
    for statement in maker.indexes(maker.name):
        await build_index(db, statement)
    await db.rows(f"vacuum (analyze) {quoted(maker.name)}")
    async with db.transaction() as tx:
        if not await tx.execute("update path_fill set ready_at = now() where name = $1", maker.name):
            return False
        await tx.execute(f"create view {quoted(view_of(maker.name))} as table {quoted(maker.name)}")
    return True


async def _fill_some(tx: Tx, name: str) -> bool:
    """Whether there may be more; nothing is done where the path has gone or is ready."""
    row = await tx.row("select upto, path from path_fill where name = $1 and ready_at is null for update", name)
    if row is None:
        return False
    related = quoted(row["path"]["related"])
    next_ = f"select id from {related} where id > $1 order by id limit {_AT_ONCE} for share"
    ids = await tx.value(f"select array_agg(id) from ({next_}) n", row["upto"])
    if ids is None:
        return False
    await tx.execute(f"select {quoted(name)}($1::bigint[])", ids)
    await tx.execute("update path_fill set upto = $2 where name = $1", name, max(ids))
    return True


async def is_ready(tx: Tx, name: str) -> bool:
    """Whether the table of a path has all that it is to have."""
    return bool(await tx.value("select ready_at is not null from path_fill where name = $1", name))


async def drop_stale(tx: Tx, catalogue: Catalogue) -> None:
    """Paths along what the catalogue no longer has, or that another release made, go with all that kept them."""
    for row in await tx.rows("select name, path from path_fill order by name for update"):
        if table_of(catalogue, Path(**row["path"])) != row["name"]:
            await drop(tx, row["name"])


async def drop(tx: Tx, name: str) -> None:
    """One path; nobody who reads it at the moment fails."""
    for role in (".link", ".base", ".far"):
        await tx.execute(f"drop function if exists {quoted(name + role)}() cascade")
    await tx.execute(f"drop function if exists {quoted(name)}(bigint[])")
    await tx.execute(f"drop table if exists {quoted(name)} cascade")
    await tx.execute("delete from path_fill where name = $1", name)
