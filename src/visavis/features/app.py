"""What a slice plugs into: one ``register(app)`` per slice, called by the doors at start.

Routes are declared without a web framework, so that slices stay below the door: ``web`` turns them into endpoints and
into OpenAPI.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import msgspec

from visavis.access import Actor
from visavis.features.uploads import Upload
from visavis.records.context import Context
from visavis.store import Tx


class Ref(msgspec.Struct):
    """A record (a user, a saved view) in an answer, by what it is called."""

    id: int
    title: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """One call, already authenticated. ``body`` is of the type that the route declares, or None.

    ``headers`` have lower-case names; ``client`` is the address of the caller; ``upload`` is the raw body of a route
    that takes one, on disk already; ``before`` is what came of the route's work before the transaction.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    upload: Upload | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: str = ""
    before: Any = None


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie to set; an empty value removes it. The door adds Secure, SameSite and the path."""

    name: str
    value: str
    max_age: int = 0
    http_only: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """``body``: JSON as bytes, anything that msgspec encodes, or an async iterator of bytes.

    An answer that goes on after the transaction (a stream of events) is an iterator.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    cookies: tuple[Cookie, ...] = ()


Handler = Callable[[Context, Request], Awaitable[Answer]]
Access = Literal["public", "signed_in", "writers", "managers", "owners"]
"""``writers``: whoever may change records, which a reader never may."""


@dataclass(frozen=True, slots=True)
class Route:
    """``path`` is below ``/api/v1``, with ``{name}`` for parameters.

    ``body`` and ``answer`` are msgspec types (or None); ``query`` names the query parameters with their JSON schemas
    (``required: true`` beside the schema for one that must be given); ``stream`` takes the raw body as an upload.
    ``{id}`` in the path is a positive integer, any other parameter a name. ``problems`` are the statuses that it
    answers beside the usual ones, ``headers`` the request headers that it reads. ``before`` is done around the
    transaction, with the open workspace: what takes long and is not to hold a connection; it hears of a failure.
    ``ahead`` is asked before an upload is taken in: it refuses what would be refused, and says how many bytes may come.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str
    body: Any = None
    answer: Any = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    status: int = 200
    access: Access = "signed_in"
    stream: bool = False
    media_type: str = "application/json"
    problems: tuple[int, ...] = ()
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    before: Callable[[Any, Actor, Request], AbstractAsyncContextManager[Any]] | None = None
    ahead: Callable[[Any, Actor, Request], Awaitable[int]] | None = None


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A kind of background work. ``handler`` gets the run: its workspace, args, progress and cancel."""

    kind: str
    handler: Callable[[Any], Awaitable[Any]]
    max_attempts: int = 3
    every: float | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that belongs to what people have put into a workspace: it goes along when the whole of it is exported.

    ``order`` names columns that order the rows once for all; ``without`` those that mean nothing elsewhere. ``wanted``
    is a condition on the rows. Tables of secrets, sessions and running work are not kept; a backup has them all.
    """

    table: str
    order: tuple[str, ...]
    without: tuple[str, ...] = ()
    wanted: str = "true"


class Contents(Protocol):
    """Bytes that a slice keeps outside of the database, each under a name that never means anything else."""

    @property
    def folder(self) -> str:
        """Where they lie in an export."""
        ...

    async def names(self, tx: Tx) -> list[str]:
        """The names of all that the tables speak of, sorted."""
        ...

    async def open(self, workspace: Any, name: str) -> AsyncIterator[bytes]:
        """One of them; ``NotFound`` where it is lost."""
        ...

    async def write(self, workspace: Any, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Put it where it belongs; once more does no harm."""
        ...


@dataclass
class App:
    """All that the slices have plugged in."""

    routes: list[Route] = field(default_factory=list)
    jobs: dict[str, JobSpec] = field(default_factory=dict)
    schemas: list[str] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    contents: list[Contents] = field(default_factory=list)

    def add_routes(self, *routes: Route) -> None:
        self.routes.extend(routes)

    def add_job(self, spec: JobSpec) -> None:
        self.jobs[spec.kind] = spec

    def add_schema(self, sql: str) -> None:
        """Idempotent SQL for the tables that a slice keeps beside the records."""
        self.schemas.append(sql)

    def add_reference(self, table: str, column: str) -> None:
        """A column of a slice's table (key ``id``) that holds ids of records: a merge moves it, an undo asks it."""
        self.references.append((table, column))

    def add_kept(self, table: str, *order: str, without: tuple[str, ...] = (), wanted: str = "true") -> None:
        """A table of the slice is part of what a workspace holds (see ``Kept``)."""
        self.kept.append(Kept(table, order, without, wanted))

    def add_contents(self, contents: Contents) -> None:
        """The slice keeps bytes beside the database: exports and backups take them along."""
        self.contents.append(contents)
