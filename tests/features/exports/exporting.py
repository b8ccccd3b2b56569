"""Short ways to export and to read what came out."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from visavis.access import SYSTEM, Actor
from visavis.features.exports.api import export_view
from visavis.features.runtime import Workspace


async def export(
    workspace: Workspace, name: str, target: Path, actor: Actor = SYSTEM, kind: str = "csv", **query: Any
) -> Path:
    await export_view(workspace, name, query, kind, target, actor=actor)
    return target


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}
