"""Files for the doors and the other slices."""

from __future__ import annotations

from visavis.features.app import App
from visavis.features.files.storage import Storage, storage

__all__ = ["Storage", "register", "storage"]


def register(app: App) -> None:
    from visavis.features.files.contents import FileContents
    from visavis.features.files.jobs import sweep_files
    from visavis.features.files.logic import SQL
    from visavis.features.files.routes import ROUTES

    app.add_schema(SQL.schema)
    app.add_reference("file", "record_id")
    app.add_kept("file", "id")
    app.add_contents(FileContents())
    app.add_job(sweep_files)
    app.add_routes(*ROUTES)
