"""Files: attach, list, read, remove, bring back, limits."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from visavis.access import Actor
from visavis.features.app import Answer, Ref, Request, Route
from visavis.features.files import logic
from visavis.features.files.logic import SQL
from visavis.features.files.sniffing import SHOWN
from visavis.records.context import Context
from visavis.store import Row

Bytes = Annotated[int, Meta(ge=0, le=1 << 50)]
_POLICY = "default-src 'none'; img-src 'self'; sandbox"
_RECORD: Mapping[str, Mapping[str, Any]] = {
    "object": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$", "required": True},
    "record": {"type": "integer", "minimum": 1, "maximum": (1 << 53) - 1, "required": True},
}
_NAME = {"filename": {"type": "string", "minLength": 1, "maxLength": 255, "required": True}}
_INLINE = {"inline": {"type": "boolean", "description": "Show a picture or plain text instead of saving it."}}


class FileShown(Struct):
    id: int
    object: str
    record: int
    name: str
    media_type: str
    size: int
    created_at: datetime
    author: Ref | None
    shown: bool


class FileList(Struct):
    data: list[FileShown]


class Usage(Struct):
    """``bytes`` and ``files`` in use, and the limits."""

    bytes: int
    files: int
    quota: int
    largest: int


class Limits(Struct, forbid_unknown_fields=True):
    quota: Bytes
    largest: Bytes


def _stored(workspace: Any, actor: Actor, request: Request) -> AbstractAsyncContextManager[int]:
    assert request.upload is not None
    return logic.stored(workspace, actor, request.query["object"], int(request.query["record"]), request.upload)


async def _largest(workspace: Any, actor: Actor, request: Request) -> int:
    return await logic.largest(workspace, actor, request.query["object"], int(request.query["record"]))


async def attach(ctx: Context, request: Request) -> Answer:
    assert request.upload is not None
    query = request.query
    place = (query["object"], int(query["record"]), query["filename"])
    row = await logic.attach(ctx, *place, request.upload, request.before)
    return Answer(_shown(row), 201, {"location": f"/api/v1/files/{row['id']}"})


async def listed(ctx: Context, request: Request) -> Answer:
    rows = await logic.of_record(ctx, request.query["object"], int(request.query["record"]))
    return Answer(FileList([_shown(row) for row in rows]))


async def show(ctx: Context, request: Request) -> Answer:
    return Answer(_shown(await logic.find(ctx, int(request.path["id"]))))


async def content(ctx: Context, request: Request) -> Answer:
    row = await logic.find(ctx, int(request.path["id"]))
    inline = request.query.get("inline") == "true" and row["media_type"] in SHOWN
    headers = {
        "content-disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(row['name'])}",
        "content-length": str(row["size"]),
        "content-security-policy": _POLICY,
        "cross-origin-resource-policy": "same-origin",
    }
    media = row["media_type"] if inline else "application/octet-stream"
    return Answer(await logic.content(ctx, row), headers=headers, media_type=_with_charset(media))


def _with_charset(media: str) -> str:
    return f"{media}; charset=utf-8" if media == "text/plain" else media


async def remove(ctx: Context, request: Request) -> Answer:
    await logic.remove(ctx, int(request.path["id"]))
    return Answer(status=204)


async def restore(ctx: Context, request: Request) -> Answer:
    return Answer(_shown(await logic.restore(ctx, int(request.path["id"]))))


async def usage(ctx: Context, request: Request) -> Answer:
    limits = await logic.file_settings(ctx)
    return Answer(Usage(**await logic.usage(ctx), quota=limits.quota, largest=limits.largest))


async def set_limits(ctx: Context, request: Request) -> Answer:
    limits: Limits = request.body
    await ctx.tx.execute(SQL.set_setting, msgspec.to_builtins(limits), ctx.actor.user_id)
    return await usage(ctx, request)


def _shown(row: Row) -> FileShown:
    author = Ref(row["created_by"], row["author"]) if row["created_by"] else None
    same = {name: row[name] for name in ("id", "object", "name", "media_type", "size", "created_at")}
    return FileShown(**same, record=row["record_id"], author=author, shown=row["media_type"] in SHOWN)


ROUTES = (
    Route("POST", "/files", attach, "Attach a file to a record: the raw body", answer=FileShown,
          query={**_RECORD, **_NAME}, status=201, stream=True, access="writers", problems=(404, 413),
          before=_stored, ahead=_largest),
    Route("GET", "/files", listed, "The files of a record", answer=FileList, query=_RECORD, problems=(404,)),
    Route("GET", "/files/usage", usage, "How much the files take, and how much they may", answer=Usage,
          access="owners"),
    Route("PUT", "/files/limits", set_limits, "Set how much the files may take", Limits, Usage, access="owners"),
    Route("GET", "/files/{id}", show, "A file, without its content", answer=FileShown),
    Route("GET", "/files/{id}/content", content, "The content of a file", query=_INLINE,
          media_type="application/octet-stream"),
    Route("DELETE", "/files/{id}", remove, "Take a file off its record", status=204),
    Route("POST", "/files/{id}/restoration", restore, "Bring a removed file back", answer=FileShown, problems=(413,)),
)  # fmt: skip
