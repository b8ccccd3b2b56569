"""Matching for the doors."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.matching.logic import Candidate, duplicates

__all__ = ["Candidate", "duplicates", "register"]


def register(app: App) -> None:
    from visavis.features.matching.jobs import fill_search

    app.add_job(fill_search)
