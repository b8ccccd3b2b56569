"""A database server and a folder for the length of a measurement."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visavis.store.server import using


@contextmanager
def server() -> Iterator[tuple[str, Path]]:
    """DSN and folder; nothing of them stays."""
    with tempfile.TemporaryDirectory(prefix="vav-bench-") as folder:
        place = Path(folder)
        # The server's own account has to get through, or its files would be put elsewhere and stay.
        place.chmod(0o755)
        with using(None, place / "pg", "bench") as dsn:
            yield dsn, place
