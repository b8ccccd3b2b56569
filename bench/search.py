"""Search of every kind, at a hundred thousand people and at a million: the 95th percentile in milliseconds.

Beside the people stand a fifth as many companies and as many activities. Each question is asked once by somebody who
sees everything and once by a member who sees the two per cent of a region, at each size in turn; half as many others of
each kind go before, as in use, and do not count. The reference is 50 ms, the ratio how often the answer fits into it;
the last lines say how much slower each kind gets with ten times the records.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any, Literal

from bench import crowd, names
from bench.place import server
from visavis.access import Actor
from visavis.features.runtime import Workspace, open_workspace
from visavis.records import search
from visavis.records.nearby import variants

SIZES = [int(size) for size in os.environ.get("VISAVIS_BENCH_PEOPLE", "100000,1000000").split(",")]
QUESTIONS = 100
LIMIT_MS = 50.0
_LATIN = ("en", "ro", "de", "fr", "es", "pl")


def _family(rnd: random.Random, *languages: str) -> str:
    return rnd.choice(names.family_names(rnd.choice(languages or _LATIN)))


def _first(rnd: random.Random, *languages: str) -> str:
    return rnd.choice(names.first_names(rnd.choice(languages or _LATIN)))


def _inside(rnd: random.Random) -> str:
    return _family(rnd)[1:6]


def _typo(rnd: random.Random) -> str:
    word = "".join(c for c in _family(rnd).lower() if c.isascii()) + "x"
    return rnd.choice(list(variants(word[:-1])) or [word])


def _number(rnd: random.Random) -> str:
    digits = f"{rnd.randrange(10**6):06d}"
    return rnd.choice(
        [f"+40 (21) {digits[:3]}-{digits[3:5]}", f"0040 2{digits[:4]}", digits, f"07{digits[:2]} {digits[2:]}"]
    )


def _several(rnd: random.Random) -> str:
    language = rnd.choice(_LATIN)
    return f"{_family(rnd, language)} {_first(rnd, language)[:4]} {rnd.choice(['example', '', 'mail', '1'])}"


KINDS: Mapping[str, Callable[[random.Random], str]] = {
    "prefix": lambda rnd: _first(rnd)[:3],
    "infix": _inside,
    "two_letters": lambda rnd: _family(rnd)[:2],
    "typo": _typo,
    "accents": lambda rnd: rnd.choice(["şerbănescu", "Șerban", "Ţepeş", "FRANÇOIS", "lukasz", "Łukasz", "jurgen"]),
    "korean": lambda rnd: (_family(rnd, "ko") + _first(rnd, "ko"))[: rnd.choice([1, 2, 3])],
    "korean_given": lambda rnd: _first(rnd, "ko"),
    "chinese": lambda rnd: _family(rnd, "zh") + _first(rnd, "zh")[:1],
    "hebrew": lambda rnd: f"{_first(rnd, 'he')} {_family(rnd, 'he')}"[: rnd.choice([3, 5, 20])],
    "email": lambda rnd: rnd.choice([f"maria.{rnd.randrange(99)}", "@example.com", "@mail.ex", "post.example.net"]),
    "phone": _number,
    "several_words": _several,
    "frequent": lambda rnd: rnd.choice(
        ["call", "meeting", "contract", "renewal", "maria", "kim", "계약", "invoice again"]
    ),
    "nothing": lambda rnd: "".join(rnd.choices("qxzwvk", k=7)),
}


def run() -> list[dict[str, Any]]:
    """A line for each kind and size, then how much slower each kind gets: reaches 0.667 where that is 1.5 times."""
    with server() as (dsn, folder):
        return lines_of(asyncio.run(_measured(dsn, folder)))


def lines_of(found: Mapping[int, Mapping[str, float]]) -> list[dict[str, Any]]:
    """What ``run`` gives, from the 95th percentiles by size and kind."""
    lines = [_line(f"search_{kind}_p95", ms, LIMIT_MS, n) for n, kinds in found.items() for kind, ms in kinds.items()]
    smallest, *larger = sorted(found)
    growth = [(kind, n, ms, found[smallest][kind]) for n in larger for kind, ms in found[n].items()]
    return lines + [_line(f"search_{kind}_growth", ms, before, n) for kind, n, ms, before in growth]


def _line(name: str, ours: float, reference: float, rows: int) -> dict[str, Any]:
    ratio = round(reference / ours, 3)
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": round(reference, 1),
        "ratio": ratio,
        "unit": "ms p95",
        "rows": rows,
    }


async def _measured(dsn: str, folder: Path) -> dict[int, dict[str, float]]:
    """The 95th percentile by size and kind."""
    async with AsyncExitStack() as stack:
        filled: dict[int, Workspace] = {}
        for size in SIZES:
            opened = open_workspace(dsn, folder / "data", f"bench{size}", max_size=2)
            filled[size] = await stack.enter_async_context(opened)
            async with filled[size].context() as ctx:
                await crowd.fill(ctx, size)
            await crowd.indexed(filled[size])
        return await ask(filled)


async def ask(filled: Mapping[int, Workspace]) -> dict[int, dict[str, float]]:
    """Every kind of question, by everybody, on workspaces that ``crowd`` has filled."""
    found: dict[int, dict[str, list[float]]] = {size: {kind: [] for kind in KINDS} for size in filled}
    for role in ("owner", "member"):
        actors = {size: await _actor(workspace, role) for size, workspace in filled.items()}
        rnd = random.Random(7)
        for counts, kind in product((False, True, True), KINDS):
            for text in [KINDS[kind](rnd) for _ in range(QUESTIONS // 2)]:
                for size, workspace in filled.items():
                    ms = await _once(workspace, actors[size], text)
                    found[size][kind] += [ms] if counts else []
    return {size: {kind: quantiles(ms, n=20)[18] for kind, ms in kinds.items()} for size, kinds in found.items()}


async def _actor(workspace: Workspace, role: Literal["owner", "member"]) -> Actor:
    row = await workspace.db.row('select id, team from "user" order by id offset 6 limit 1')
    assert row is not None
    return Actor(row["id"], role, row["team"])


async def _once(workspace: Workspace, actor: Actor, text: str) -> float:
    async with workspace.context(actor, readonly=True) as ctx:
        began = time.perf_counter()
        await search(ctx, text)
        return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    for line in run():
        print(line)
