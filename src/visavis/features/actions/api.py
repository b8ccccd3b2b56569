"""Measured action for the doors and the other slices."""

from __future__ import annotations

from visavis.features.actions.logic import held_back
from visavis.features.app import App

__all__ = ["held_back", "register"]


def register(app: App) -> None:
    from visavis.features.actions.logic import SQL
    from visavis.features.actions.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_kept("action", "id")
    app.add_kept("action_member", "id")
    app.add_reference("action_member", "record_id")
    app.add_routes(*ROUTES)
