"""What every call of the engine stands on: one transaction, one actor, one catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from visavis.access import Actor
from visavis.catalogue import Catalogue, Field, Object
from visavis.kernel import clock
from visavis.store import Tx


@dataclass(frozen=True, slots=True)
class Context:
    """``door`` names the way in (web, cli, import, job …) and stands in each event; ``now`` is one moment per call.

    ``workspace`` is the open workspace (``visavis.features.runtime.Workspace``) for slices that need more than the
    transaction: data folder, database, settings. ``readable`` keeps the fields that this actor may see, by type; a
    copy with another actor begins with none.
    """

    tx: Tx
    actor: Actor
    catalogue: Catalogue
    door: str = "web"
    now: datetime = field(default_factory=clock.now)
    workspace: Any = None
    batch_id: int | None = None
    readable: dict[int, tuple[Object, dict[str, Field]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
