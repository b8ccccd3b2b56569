"""The child process: ``python -m … SOURCE TARGET KIND``."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from visavis.features.imports.apart import bound_memory
from visavis.features.imports.personal import appointments, cards, mails

_READERS = {
    "vcard": (cards.COLUMNS, cards.read),
    "calendar": (appointments.COLUMNS, appointments.read),
    "mail": (mails.COLUMNS, mails.read),
}
MAX_MEMORY = 1 << 30


def main(source: str, target: str, kind: str) -> int:
    """0, or 4 for a file without an entry."""
    bound_memory(MAX_MEMORY)
    columns, read = _READERS[kind]
    return 0 if _write(Path(target), columns, read(Path(source))) else 4


def _write(target: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> int:
    count = 0
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.DictWriter(file, list(columns), extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: text.replace("\x00", "") for name, text in row.items()})
            count += 1
    return count


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:4]))
