"""Large tables get the indexes and paths that their lists are in want of."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.tuning.jobs import index, path

__all__ = ["register"]


def register(app: App) -> None:
    app.add_job(index)
    app.add_job(path)
