"""Matching for the doors, and the search rows of what other slices write in bulk."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.matching.catching_up import catch_up, worthwhile
from visavis.features.matching.logic import Candidate, duplicates

__all__ = ["Candidate", "catch_up", "duplicates", "register", "worthwhile"]


def register(app: App) -> None:
    from visavis.features.matching.jobs import fill_search

    app.add_job(fill_search)
