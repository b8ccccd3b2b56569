"""Changes to many records for the doors."""

from __future__ import annotations

from visavis.features.app import App, JobSpec

ATTEMPTS = 30


def register(app: App) -> None:
    from visavis.features.changing.jobs import keep_rules, run, undo
    from visavis.features.changing.logic import SQL
    from visavis.features.changing.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_routes(*ROUTES)
    app.add_job(JobSpec("changing.run", run, max_attempts=ATTEMPTS))
    app.add_job(JobSpec("changing.undo", undo, max_attempts=ATTEMPTS))
    app.add_job(JobSpec("changing.retention", keep_rules, every=86_400))
