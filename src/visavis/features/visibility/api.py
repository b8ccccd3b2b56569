"""Who can see what, for the doors."""

from __future__ import annotations

from visavis.features.app import App


def register(app: App) -> None:
    from visavis.features.visibility.routes import ROUTES

    app.add_routes(*ROUTES)
