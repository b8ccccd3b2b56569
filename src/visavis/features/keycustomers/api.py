"""Key customers for the doors."""

from __future__ import annotations

from visavis.features.app import App, JobSpec

__all__ = ["register"]


def register(app: App) -> None:
    from visavis.features.keycustomers.jobs import rank
    from visavis.features.keycustomers.logic import RANK, SQL
    from visavis.features.keycustomers.routes import ROUTES

    app.add_schema(SQL.schema)
    for table in ("gut_round", "gut_participant", "gut_list", "gut_pick", "gut_rank"):
        app.add_kept(table, "id")
    app.add_reference("gut_pick", "record_id")
    app.add_routes(*ROUTES)
    app.add_job(JobSpec(RANK, rank))
