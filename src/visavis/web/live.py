"""Live updates: one listener per process hears what was committed and fans it out to the open streams."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from visavis.access import Actor
from visavis.features.app import Answer, Request, Route
from visavis.features.jobs import api as jobs
from visavis.features.runtime import Workspace
from visavis.kernel.errors import Problem, TooMany
from visavis.records.context import Context
from visavis.store.notify import Listener
from visavis.web import visible
from visavis.web.identity import Identities

HEARTBEAT_SECONDS = 15.0
GATHER_SECONDS = 0.15
RETRY_SECONDS = 1.0
MOST_WAITING = 500
MOST_STREAMS = 5_000
CHANNELS = ("event", "job", "catalogue", "insight", "access")
LAST_EVENT_ID: Mapping[str, Any] = {"type": "string", "pattern": r"^[0-9]{1,15}$"}
log = logging.getLogger("visavis.web")
_END = b""
_QUIET = b": still here\n\n"


@dataclass(eq=False)
class Stream:
    """One open page. A page that does not read is let go: it comes back and asks for what it missed."""

    actor: Actor
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    closed: bool = False

    def put(self, message: bytes) -> None:
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.close()

    async def next(self) -> bytes:
        try:
            return await asyncio.wait_for(self.queue.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return _QUIET

    def close(self) -> None:
        self.closed = True
        with contextlib.suppress(asyncio.QueueFull):
            self.queue.put_nowait(_END)


class Hub:
    """The streams of this process."""

    def __init__(self, workspace: Workspace, identities: Identities) -> None:
        self._workspace = workspace
        self._identities = identities
        self._streams: set[Stream] = set()
        self._events: list[dict[str, Any]] = []
        self._jobs: set[int] = set()
        self._waking = asyncio.Event()
        self._closed = False

    async def run(self) -> None:
        """Listen until cancelled, whatever happens to the database."""
        while True:
            try:
                await self._listen()
            except Exception:
                log.exception("live updates interrupted")
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        db = self._workspace.db
        async with Listener.open(db.dsn, db.schema) as listener:
            await listener.subscribe(*CHANNELS)
            await self._reload(lost=True)
            sender = asyncio.create_task(self._send_gathered())
            try:
                async for channel, payload in listener.listen():
                    await self._hear(channel, payload)
            finally:
                sender.cancel()

    def close(self) -> None:
        """End every stream; new ones are turned away."""
        self._closed = True
        for stream in list(self._streams):
            stream.close()

    async def _hear(self, channel: str, payload: str) -> None:
        if channel == "event":
            self._hear_event(json.loads(payload))
        elif channel == "job":
            self._jobs.add(int(payload.partition(" ")[0]))
            self._waking.set()
        elif channel == "access":
            self._identities.forget()
        elif channel == "insight":
            self._tell_all(message("insight", payload or "{}"))
        else:
            await self._reload(lost=channel == "")

    def _hear_event(self, event: dict[str, Any]) -> None:
        if event["object"] in ("user", "team"):
            self._identities.forget()
        self._events.append(event)
        self._waking.set()

    async def _reload(self, *, lost: bool) -> None:
        """A new catalogue. After a lost connection every stream starts afresh, and asks for what it missed."""
        catalogue = await self._workspace.reload()
        self._tell_all(message("catalogue", json.dumps({"version": catalogue.version})))
        if lost:
            self._identities.forget()
            for stream in list(self._streams):
                stream.close()

    def _tell_all(self, text: bytes) -> None:
        for stream in self._streams:
            stream.put(text)

    async def _send_gathered(self) -> None:
        while True:
            await self._waking.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._waking.clear()
            events, self._events = self._events, []
            changed, self._jobs = self._jobs, set()
            if not self._streams:
                continue
            try:
                await self._send_events(events)
                await self._send_jobs(changed)
            except Exception:
                log.exception("live updates not sent")

    async def _send_events(self, events: list[dict[str, Any]]) -> None:
        gathered = visible.gathered(events)
        if not gathered:
            return
        alike: dict[tuple[Any, ...], list[Stream]] = {}
        for stream in self._streams:
            alike.setdefault((stream.actor.user_id, stream.actor.role, stream.actor.team_id), []).append(stream)
        for streams in alike.values():
            async with self._workspace.context(streams[0].actor, "web", readonly=True) as ctx:
                seen = await visible.to(ctx, gathered)
            _put(streams, [event_message(event) for event in seen])

    async def _send_jobs(self, changed: Iterable[int]) -> None:
        for job_id in sorted(changed):
            async with self._workspace.context(readonly=True) as ctx:
                job = await jobs.find(ctx, job_id)
            if job is not None:
                text = message("job", json.dumps(job.as_json(), default=str))
                _put([s for s in self._streams if jobs.may_see(s.actor, job)], [text])

    async def open(self, ctx: Context, request: Request) -> Answer:
        """``GET /events``: what was missed since Last-Event-ID, then what happens."""
        if self._closed or len(self._streams) >= MOST_STREAMS:
            raise TooMany("There are too many open streams.")
        stream = Stream(ctx.actor)
        self._streams.add(stream)
        last = request.headers.get("last-event-id", "")
        missed = await visible.since(ctx, int(last)) if last.isascii() and last.isdigit() and len(last) < 16 else []
        first = [b"retry: 2000\n\n", *(event_message(event) for event in missed)]
        return Answer(self._flow(stream, request, first), media_type="text/event-stream", headers=_UNBUFFERED)

    async def _flow(self, stream: Stream, request: Request, first: list[bytes]) -> AsyncIterator[bytes]:
        try:
            yield b"".join(first)
            proven = time.monotonic()
            while not stream.closed:
                text = await stream.next()
                if text == _END:
                    return
                if time.monotonic() - proven >= HEARTBEAT_SECONDS:
                    stream.actor = await self._still(request, stream.actor)
                    proven = time.monotonic()
                yield text
        except Problem:
            return
        finally:
            self._streams.discard(stream)

    async def _still(self, request: Request, former: Actor) -> Actor:
        """The actor as of now; ``Unauthenticated`` ends the stream of one who was signed out."""
        return await self._identities.actor("GET", request.headers, request.cookies) or former

    def route(self) -> Route:
        return Route(
            "GET",
            "/events",
            self.open,
            "What changes, as it happens (server-sent events: record, job, catalogue, insight)",
            media_type="text/event-stream",
            headers={"Last-Event-ID": LAST_EVENT_ID},
        )


_UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def _put(streams: Iterable[Stream], texts: Iterable[bytes]) -> None:
    for stream in streams:
        for text in texts:
            stream.put(text)


def message(name: str, data: str, event_id: int | None = None) -> bytes:
    """One event of the stream."""
    place = f"id: {event_id}\n" if event_id else ""
    return f"{place}event: {name}\ndata: {data}\n\n".encode()


def event_message(event: Mapping[str, Any]) -> bytes:
    return message("record", json.dumps(event), event["seq"] or None)
