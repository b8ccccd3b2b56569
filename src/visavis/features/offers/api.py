"""Offers for the doors."""

from __future__ import annotations

from visavis.features.app import App

__all__ = ["register"]


def register(app: App) -> None:
    from visavis.features.offers.logic import SQL
    from visavis.features.offers.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_kept("offer_group", "id")
    app.add_routes(*ROUTES)
