"""A small HTTP/1.1 load client: each client keeps one connection and asks again as soon as it has the answer."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence

import httptools


class _Answer:
    """One answer as the parser reads it."""

    def __init__(self) -> None:
        self.size = 0
        self.done = False

    def on_body(self, body: bytes) -> None:
        self.size += len(body)

    def on_message_complete(self) -> None:
        self.done = True


async def answers_per_second(
    port: int, paths: Sequence[str], headers: Mapping[str, str], *, clients: int, seconds: float
) -> float:
    """Complete 200 answers a second over all clients; any other answer raises RuntimeError."""
    began = time.perf_counter()
    times = await answer_times(port, paths, headers, clients=clients, seconds=seconds)
    return len(times) / (time.perf_counter() - began)


async def answer_times(
    port: int, paths: Sequence[str], headers: Mapping[str, str], *, clients: int, seconds: float
) -> list[float]:
    """The seconds of each answer, in no order."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{lines}\r\n".encode() for path in paths]
    until = time.perf_counter() + seconds
    found = await asyncio.gather(*(_client(port, requests, number, until) for number in range(clients)))
    return [seconds for some in found for seconds in some]


async def _client(port: int, requests: Sequence[bytes], start: int, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    for request in itertools.islice(itertools.cycle(requests), start, None):
        asked = time.perf_counter()
        writer.write(request)
        await _read(reader)
        times.append(time.perf_counter() - asked)
        if time.perf_counter() > until:
            break
    writer.close()
    return times


async def _read(reader: asyncio.StreamReader) -> int:
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    received = b""
    while not answer.done:
        chunk = await reader.read(1 << 16)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        received = received or chunk
        parser.feed_data(chunk)
    if parser.get_status_code() != 200:
        raise RuntimeError(received[:900].decode(errors="replace"))
    return answer.size
