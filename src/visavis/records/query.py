"""What a list is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from visavis import access
from visavis.catalogue import Field, Object
from visavis.kernel.errors import Conflict
from visavis.kernel.paging import DEFAULT_LIMIT
from visavis.records.context import Context
from visavis.store import BadValue
from visavis.store.build import Build
from visavis.store.filters import where as filter_sql


@dataclass(frozen=True, slots=True)
class Query:
    """``filter`` is a tree (``visavis.store.filters``), ``sort`` like ``("-amount", "name")``, ``text`` a search."""

    filter: Any = None
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    count: bool = False
    trash: bool = False
    text: str = ""


@contextmanager
def guarded(cursor: str | None) -> Iterator[None]:
    """A value that PostgreSQL cannot read came with the cursor, so the cursor is not one of ours."""
    try:
        yield
    except BadValue as error:
        if cursor is None:
            raise
        raise Conflict("The cursor cannot be read. Start again from the first page.") from error


def build(ctx: Context, params: list[Any] | None = None) -> Build:
    """A statement for this actor."""

    def visible(obj: Object) -> dict[str, Field]:
        if id(obj) not in ctx.readable:
            ctx.readable[id(obj)] = (obj, {f.name: f for f in access.readable(ctx.actor, obj)})
        return ctx.readable[id(obj)][1]

    def allow(obj: Object, alias: str, values: list[Any], below: str | None = None) -> str:
        return access.predicate(ctx.actor, ctx.catalogue, obj, "read", alias, values, below)

    def stretches(obj: Object, alias: str, values: list[Any]) -> list[str]:
        return access.stretches(ctx.actor, obj, "read", alias, values)

    def ranges(obj: Object, alias: str, values: list[Any]) -> list[str]:
        return access.ranges(ctx.actor, obj, "read", alias, values)

    return Build(
        ctx.catalogue,
        allow=allow,
        below=allow,
        visible=visible,
        params=params if params is not None else [],
        me=ctx.actor.user_id,
        stretches=stretches,
        ranges=ranges,
    )


def where(ctx: Context, obj: Object, tree: Any, params: list[Any], alias: str = "t") -> str:
    """Live rows of the object that the actor may read and that fit the tree, as one condition on ``alias``.

    Derived fields are looked for under ``<alias>_d``: take the rows from ``Build.rows(obj, alias)``.
    """
    return readable_where(build(ctx, params), obj, alias, tree)


def readable_where(
    statement: Build, obj: Object, alias: str, tree: Any, *, trash: bool = False, within: str | None = None
) -> str:
    """``within``: a part of what the actor may read, that alone."""
    allowed = statement.allow(obj, alias, statement.params) if within is None else within
    alive = f"{alias}.deleted_at is {'not ' if trash else ''}null"
    return f"{alive} and {allowed} and {filter_sql(statement, obj, alias, tree)}"


def chosen(statement: Build, obj: Object, names: tuple[str, ...]) -> list[Field]:
    """The fields asked for, or those of the object's default list."""
    if names:
        return [statement.field(obj, name) for name in dict.fromkeys(names)]
    visible = statement.visible(obj)
    return [visible[name] for name in obj.list if name in visible]


def readable_object(ctx: Context, name: str) -> Object:
    """The object, or ``Forbidden`` if the actor may read none of its records."""
    obj = ctx.catalogue.object(name)
    access.require(ctx.actor, obj, "read")
    return obj


def is_choosy(ctx: Context, obj: Object, query: Query) -> bool:
    """Whether some rows may be left out, so that a plan for any values could be a bad one."""
    return bool(query.filter or query.text.strip() or query.trash) or build(ctx).allow(obj, "t", []) != "true"
