"""What the methods learned from the whole base, while the process lives: after few changes a refresh goes on from it.

It is never written down: the first refresh of a process learns anew, as does each on whose as-of day nothing was
learned yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from visavis.insight.feed import ALL_TOUCHED, GENERATION
from visavis.insight.kept import FIELDS
from visavis.insight.refresh import Computed
from visavis.insight.settings import Settings
from visavis.insight.since import Known, Since
from visavis.insight.warehouse import Warehouse

LEAST_CUSTOMERS = 50_000
"""With fewer a run over the whole base takes no time to speak of."""
MOST_TOUCHED = 0.05
"""The share of customers who may change until the methods learn anew."""
_TOKEN, _FOLLOWED = "learned", "followed"
_TOUCHED = "select distinct id from touched where generation > ?"


@dataclass(frozen=True, slots=True)
class _Memory:
    """`token` stands in the warehouse as well, as long as no other process learned something."""

    token: str
    told: dict[str, Any]
    enabled: frozenset[str]
    known: Known
    generation: int


_MEMORIES: dict[Path, _Memory] = {}


def remembered(warehouse: Warehouse, settings: Settings, enabled: frozenset[str]) -> Since | None:
    """What changed since the last refresh; None where the methods have to learn anew."""
    memory = _MEMORIES.get(warehouse.folder)
    if memory is None or warehouse.setting(_TOKEN) != memory.token:
        return None
    followed = int(warehouse.setting(_FOLLOWED) or 0)
    before_all = followed < int(warehouse.setting(ALL_TOUCHED) or 0)
    if before_all or (memory.told, memory.enabled) != (settings.as_json(), enabled):
        return None
    base = sum(warehouse.count(f"written_{table}") for table in FIELDS.values())
    changed = warehouse.connection.execute(f"select count(*) from ({_TOUCHED})", [memory.generation]).fetchall()
    if base < LEAST_CUSTOMERS or changed[0][0] > MOST_TOUCHED * base:
        return None
    ids = [one for (one,) in warehouse.connection.execute(_TOUCHED, [followed]).fetchall()]
    if min(ids, default=0) < 0:
        return None
    return Since.of(ids, memory.known)


def remember(warehouse: Warehouse, computed: Computed, settings: Settings, enabled: Iterable[str], whole: bool) -> None:
    """After a run is written: what it learned, and, of `whole` runs of all methods, that nothing before is touched."""
    now = int(warehouse.setting(GENERATION) or 0)
    memory = _MEMORIES.get(warehouse.folder)
    ours = memory is not None and warehouse.setting(_TOKEN) == memory.token
    if whole:
        warehouse.remember(_FOLLOWED, str(now))
    if computed.since is not None:
        return
    token = uuid4().hex
    warehouse.remember(_TOKEN, token)
    if whole:
        warehouse.connection.execute("delete from touched where generation <= ?", [now])
        kinds = frozenset(base.customer for base in computed.bases if base.outcomes[0].rows.num_rows)
        known = Known(computed.learned, kinds, computed.costed, computed.settings.day)
        _MEMORIES[warehouse.folder] = _Memory(token, settings.as_json(), frozenset(enabled), known, now)
    elif ours and memory is not None and memory.known.day == computed.settings.day:
        known = replace(memory.known, learned={**memory.known.learned, **computed.learned})
        _MEMORIES[warehouse.folder] = replace(memory, token=token, known=known)
