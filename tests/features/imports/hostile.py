"""Reads one file as an import would, in a process of its own, and says what came of it and how much memory it took."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from visavis.features.imports.reading import format_of, look, open_source
from visavis.kernel.errors import Problem


def main(name: str) -> None:
    path = Path(name)
    rows = 0
    told = ""
    try:
        kind = format_of(path.name)
        for batch in open_source(path, kind, look(path, kind, {})).batches():
            rows += len(batch.rows) + len(batch.ragged)
    except Problem as problem:
        told = f"{problem.status} {problem.detail}"
    own, children = (
        resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    sys.stdout.write(json.dumps({"rows": rows, "told": told, "mib": own, "mib_of_children": children}))


if __name__ == "__main__":
    main(sys.argv[1])
