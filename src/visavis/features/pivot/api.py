"""The pivot for the doors."""

from __future__ import annotations

from visavis.features.app import App

__all__ = ["register"]


def register(app: App) -> None:
    from visavis.features.pivot.routes import ROUTES

    app.add_routes(*ROUTES)
