"""Policies for the doors and the other slices."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.policies.logic import principles_of

__all__ = ["principles_of", "register"]


def register(app: App) -> None:
    from visavis.features.policies.logic import SQL
    from visavis.features.policies.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_kept("group_policy", "id")
    app.add_routes(*ROUTES)
