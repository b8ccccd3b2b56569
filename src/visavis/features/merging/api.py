"""Merging for the doors."""

from __future__ import annotations

from visavis.features.app import App, JobSpec


def register(app: App) -> None:
    from visavis.features.merging.jobs import gather_job, merge_job, undo_job
    from visavis.features.merging.logic import GATHER_JOB, MERGE_JOB, UNDO_JOB
    from visavis.features.merging.routes import ROUTES

    app.add_routes(*ROUTES)
    app.add_job(JobSpec(MERGE_JOB, merge_job, max_attempts=20))
    app.add_job(JobSpec(UNDO_JOB, undo_job, max_attempts=20))
    app.add_job(JobSpec(GATHER_JOB, gather_job, every=600))
