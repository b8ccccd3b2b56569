"""Customizing for the doors: the catalogue shown, objects and fields added, changed, hidden."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.customizing.logic import (
    RESERVED_FIELDS,
    add_field,
    add_fields,
    add_object,
    change_field,
    hide_field,
)
from visavis.features.customizing.showing import show, show_field, show_object

__all__ = [
    "RESERVED_FIELDS",
    "add_field",
    "add_fields",
    "add_object",
    "change_field",
    "hide_field",
    "register",
    "show",
    "show_field",
    "show_object",
]


def register(app: App) -> None:
    from visavis.features.customizing.jobs import build_indexes, fill
    from visavis.features.customizing.routes import routes_of

    app.add_job(build_indexes)
    app.add_job(fill)
    app.add_routes(*routes_of(app))
    app.add_reference("verification", "record_id")
    app.add_kept("verification", "id")
