"""Matching for the doors."""

from __future__ import annotations

from visavis.features.app import App


def register(app: App) -> None:
    from visavis.features.matching.jobs import fill_search

    app.add_job(fill_search)
