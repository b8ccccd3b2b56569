"""Costs and budgets for the doors."""

from __future__ import annotations

from visavis.features.app import App


def register(app: App) -> None:
    from visavis.features.costing.routes import ROUTES

    app.add_kept("cost_rate", "id")
    app.add_routes(*ROUTES)
