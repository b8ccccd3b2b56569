"""The generic routes of records: one set for every type, the type resolved from the catalogue per call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import msgspec

from visavis import records
from visavis.catalogue import Catalogue, Object
from visavis.features.accounts import api as accounts
from visavis.features.app import Answer, Request, Route
from visavis.features.matching import api as matching
from visavis.fields import type_of
from visavis.kernel.errors import BadRequest, Invalid, NotFound, PreconditionRequired
from visavis.kernel.paging import DEFAULT_LIMIT
from visavis.records import Context, Query
from visavis.records.merged import went_to
from visavis.web import schemas
from visavis.web.describing_filters import LONGEST_TEXT, MOST_VALUES
from visavis.web.gate import faults
from visavis.web.reading import ANY, MOST_FAULTS, check_query, whole

PREFIX = "/api/v1"
IF_MATCH: Mapping[str, Any] = {"type": "string", "pattern": r'^"?[0-9]{1,9}"?$'}
KEY: Mapping[str, Any] = {"type": "string", "pattern": r"^[A-Za-z0-9_\-]{1,200}$"}


AS_OF: Mapping[str, Any] = {
    "type": "string",
    "format": "date-time",
    "pattern": schemas.YEARS,
    "description": "The entered fields as they were then.",
}


class Verified(msgspec.Struct, forbid_unknown_fields=True):
    """The fields whose values somebody has found still right."""

    fields: Annotated[list[Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(min_length=1, max_length=250)]


class Shapes:
    """The schemas of the catalogue in force, worked out when first asked for."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, ctx: Context, obj: Object, kind: str) -> Any:
        if ctx.catalogue is not self._catalogue:
            self._catalogue, self._made = ctx.catalogue, {}
        found = self._made.get((obj.name, kind))
        if found is None:
            found = self._made[(obj.name, kind)] = _MAKERS[kind](ctx.catalogue, obj)
        return found


_MAKERS: Mapping[str, Callable[[Catalogue, Object], Any]] = {
    "create": lambda _, obj: schemas.written(obj, new=True),
    "update": lambda _, obj: schemas.written(obj, new=False),
    "list": schemas.list_query,
    "summary": lambda _, obj: schemas.summary_query(obj),
}


class Records:
    """Handlers; ``routes`` binds them."""

    def __init__(self) -> None:
        self._shapes = Shapes()

    def routes(self) -> tuple[Route, ...]:
        any_query: Any = ANY
        also: Mapping[str, Any] = {"trash": {"type": "boolean", "description": "Find it in the trash, too."}}
        page = {"cursor": schemas.cursor(), **also}
        conditional = {"If-Match": IF_MATCH}
        return (
            Route("GET", "/{plural}", self.list_page, "A page of records", query=any_query),
            Route("GET", "/{plural}/summary", self.summary, "Counts and sums, by group", query=any_query),
            Route(
                "POST",
                "/{plural}",
                self.create,
                "Create a record",
                dict[str, Any],
                status=201,
                headers={"Idempotency-Key": KEY},
            ),
            Route("POST", "/{plural}/duplicates", self.duplicates, "Records that may mean the same", dict[str, Any]),
            Route("GET", "/{plural}/{id}", self.read, "Read a record", query={**also, "as_of": AS_OF}),
            Route("PATCH", "/{plural}/{id}", self.update, "Change a record", dict[str, Any], headers=conditional),
            Route(
                "DELETE", "/{plural}/{id}", self.trash, "Move a record to the trash", status=204, headers=conditional
            ),
            Route("POST", "/{plural}/{id}/restoration", self.restore, "Bring a record back from the trash"),
            Route("GET", "/{plural}/{id}/page", self.page, "A record with what stands around it", query=also),
            Route("GET", "/{plural}/{id}/history", self.history, "What was changed, by whom", query=page),
            Route("GET", "/{plural}/{id}/facts", self.facts, "Who said what, when, and by which door", query=also),
            Route("POST", "/{plural}/{id}/verifications", self.verify, "Say that values are still right", Verified),
            Route("GET", "/{plural}/{id}/timeline", self.timeline, "What happened around a record", query=page),
        )

    async def list_page(self, ctx: Context, request: Request) -> Answer:
        obj = _object(ctx, request)
        check_query(self._shapes.of(ctx, obj, "list"), request.query)
        return Answer(await records.list_page(ctx, obj.name, _query(obj, request.query)))

    async def summary(self, ctx: Context, request: Request) -> Answer:
        obj = _object(ctx, request)
        check_query(self._shapes.of(ctx, obj, "summary"), request.query)
        query = request.query
        return Answer(
            await records.summary(ctx, obj.name, _query(obj, query), query.get("group"), _split(query.get("sum")))
        )

    async def duplicates(self, ctx: Context, request: Request) -> Answer:
        """Half-typed values are no fault here."""
        return Answer({"data": await matching.duplicates(ctx, _object(ctx, request), request.body)})

    async def create(self, ctx: Context, request: Request) -> Answer:
        obj = _object(ctx, request)
        key = request.headers.get("idempotency-key")
        if key is None or ctx.actor.user_id is None:
            return await self._created(ctx, obj, request)
        kept = await accounts.claim_key(ctx.tx, ctx.actor.user_id, key, _digest(obj, request.body))
        if kept is not None:
            return Answer(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})
        answer = await self._created(ctx, obj, request)
        await accounts.keep_answer(
            ctx.tx, ctx.actor.user_id, key, accounts.Kept(answer.status, answer.headers, answer.body)
        )
        return answer

    async def _created(self, ctx: Context, obj: Object, request: Request) -> Answer:
        self._check_body(ctx, obj, "create", request.body)
        made = await records.create(ctx, obj.name, request.body)
        return _answer(made, 201, {"Location": f"{PREFIX}/{obj.plural}/{made.id}"})

    async def read(self, ctx: Context, request: Request) -> Answer:
        found = await self._found(ctx, request)
        if moment := request.query.get("as_of"):
            then = await records.as_of(ctx, _object(ctx, request).name, found.id, _moment(moment))
            return Answer(then, headers={"ETag": f'"{found.version}"', "Cache-Control": "no-store"})
        return _answer(found)

    async def facts(self, ctx: Context, request: Request) -> Answer:
        await self._found(ctx, request)
        return Answer(await records.facts(ctx, _object(ctx, request).name, _id(request)))

    async def verify(self, ctx: Context, request: Request) -> Answer:
        body: Verified = request.body
        return Answer(await records.verify(ctx, _object(ctx, request).name, _id(request), body.fields))

    async def page(self, ctx: Context, request: Request) -> Answer:
        found = await self._found(ctx, request)
        return _answer(await records.page_of(ctx, _object(ctx, request).name, found))

    async def update(self, ctx: Context, request: Request) -> Answer:
        obj, version = _object(ctx, request), _version(request)
        if version is None:
            await records.read(ctx, obj.name, _id(request))
            raise PreconditionRequired('Send the version that you saw as If-Match: "3".')
        self._check_body(ctx, obj, "update", request.body)
        return _answer(await records.update(ctx, obj.name, _id(request), request.body, version))

    async def trash(self, ctx: Context, request: Request) -> Answer:
        await records.trash(ctx, _object(ctx, request).name, _id(request), _version(request))
        return Answer(status=204)

    async def restore(self, ctx: Context, request: Request) -> Answer:
        return _answer(await records.restore(ctx, _object(ctx, request).name, _id(request)))

    async def history(self, ctx: Context, request: Request) -> Answer:
        name = _object(ctx, request).name
        await self._found(ctx, request)
        return Answer(await records.history(ctx, name, _id(request), request.query.get("cursor")))

    async def timeline(self, ctx: Context, request: Request) -> Answer:
        name = _object(ctx, request).name
        await self._found(ctx, request)
        return Answer(await records.timeline(ctx, name, _id(request), request.query.get("cursor")))

    async def _found(self, ctx: Context, request: Request) -> records.Read:
        """A record in the trash is not there, unless it is asked for as such."""
        found = await records.read(ctx, _object(ctx, request).name, _id(request))
        if found.trashed and request.query.get("trash") != "true":
            await _say_where(ctx, _object(ctx, request), found.id)
            raise NotFound("The record is in the trash. Look there with trash=true, or bring it back.")
        return found

    def _check_body(self, ctx: Context, obj: Object, kind: str, body: Any) -> None:
        errors = list(islice(faults(self._shapes.of(ctx, obj, kind), body), MOST_FAULTS))
        if errors:
            raise Invalid("Some values need mending; nothing was saved.", errors=errors)


async def _say_where(ctx: Context, obj: Object, record_id: int) -> None:
    """``NotFound`` with the record that this one was merged into, for those who may see that."""
    winner = await went_to(ctx, record_id)
    if winner is None:
        return
    try:
        into = json.loads((await records.read(ctx, obj.name, winner)).body)
    except NotFound:
        return
    raise NotFound(
        f"This record was merged into {into['title']}.",
        extra={"merged_into": {"id": winner, "title": into["title"]}, "location": f"{PREFIX}/{obj.plural}/{winner}"},
    )


def _object(ctx: Context, request: Request) -> Object:
    obj = ctx.catalogue.by_plural.get(request.path["plural"])
    if obj is None:
        raise NotFound(f"There is no record type '{request.path['plural'][:60]}'.")
    return obj


def _id(request: Request) -> int:
    return int(request.path["id"])


def _moment(text: str) -> datetime:
    """A moment that the door has checked."""
    return datetime.fromisoformat(text.upper())


def _answer(found: records.Read, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """The tag is the version of the entered fields. Derived ones change without it, so no cache may keep the answer."""
    return Answer(found.body, status, {"ETag": f'"{found.version}"', "Cache-Control": "no-store", **(headers or {})})


def _version(request: Request) -> int | None:
    given = request.headers.get("if-match")
    if given is None:
        return None
    return int(given.strip('"'))


def _digest(obj: Object, body: Any) -> bytes:
    canonical = msgspec.json.encode([obj.name, body], order="deterministic")
    return hashlib.sha256(canonical).digest()


def _query(obj: Object, given: Mapping[str, str]) -> Query:
    """The parameters, already checked, as the engine takes them."""
    return Query(
        filter=_filter(obj, given),
        sort=_split(given.get("sort")),
        columns=_split(given.get("columns")),
        limit=int(given.get("limit", DEFAULT_LIMIT)),
        cursor=given.get("cursor"),
        count=given.get("count") == "true",
        trash=given.get("trash") == "true",
        text=given.get("q", ""),
    )


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _filter(obj: Object, given: Mapping[str, str]) -> Any:
    parts = [_tree(given["filter"])] if "filter" in given else []
    parts += [_equal(obj, name, text) for name, text in given.items() if name in obj.by_name and name not in _OWN]
    return {"and": parts} if len(parts) > 1 else parts[0] if parts else None


_OWN = {"filter", "sort", "columns", "limit", "cursor", "count", "trash", "q", "group", "sum"}


def _tree(text: str) -> Any:
    try:
        tree = whole(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest("Query parameter 'filter': this is no JSON.") from error
    _check_sizes(tree)
    if not isinstance(tree, dict) or not tree:
        raise BadRequest('Query parameter \'filter\': write a tree like {"field":"name","op":"eq","value":"x"}.')
    return tree


def _check_sizes(tree: Any) -> None:
    """Texts and lists of a filter within what is described; how deep it may be, the engine says."""
    if isinstance(tree, str) and len(tree) > LONGEST_TEXT:
        raise BadRequest(f"Query parameter 'filter': a text has at most {LONGEST_TEXT} characters.")
    if isinstance(tree, list) and len(tree) > MOST_VALUES:
        raise BadRequest(f"Query parameter 'filter': a list has at most {MOST_VALUES} entries.")
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        _check_sizes(part)


def _equal(obj: Object, name: str, text: str) -> Mapping[str, Any]:
    value = text == "true" if type_of(obj.field(name)).name == "boolean" else text
    return {"field": name, "op": "eq", "value": value}
