"""Saved views for the doors."""

from __future__ import annotations

from visavis.features.app import App


def register(app: App) -> None:
    from visavis.features.views.logic import SQL
    from visavis.features.views.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_kept("saved_view", "id")
    app.add_routes(*ROUTES)
