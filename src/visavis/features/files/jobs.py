"""The nightly sweep."""

from __future__ import annotations

from typing import Any

from visavis.features.app import JobSpec
from visavis.features.files.logic import sweep


async def _sweep(run: Any) -> dict[str, int]:
    return {"freed": await sweep(run.workspace)}


sweep_files = JobSpec("files.sweep", _sweep, every=86_400)
