"""Saved views for the doors."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.views.logic import check as check_query
from visavis.features.views.logic import find as find_view
from visavis.features.views.pointing import repoint, repoint_back

__all__ = ["check_query", "find_view", "register", "repoint", "repoint_back"]


def register(app: App) -> None:
    from visavis.features.views.logic import SQL
    from visavis.features.views.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_kept("saved_view", "id")
    app.add_reference("saved_view", "owner_id")
    app.add_routes(*ROUTES)
