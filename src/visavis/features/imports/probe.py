"""The child process that reads a Parquet file once, as the import will: a page may claim to hold any amount."""

from __future__ import annotations

import sys
from pathlib import Path

from visavis.features.imports.apart import bound_memory, convert

MAX_MEMORY = 3 << 30
_TOO_LARGE = "The Parquet file swells to more than fits in memory. Write it with smaller row groups, or as CSV."
_BROKEN = "The file is damaged or not what its name says. Save it again, or export it anew."


def probe(path: Path) -> None:
    """``TooLarge`` or ``Invalid`` for a file that cannot be read within bounds."""
    mark = path.with_suffix(".probed")
    convert("visavis.features.imports.probe", path, mark, refusals={}, broken=_BROKEN, too_large=_TOO_LARGE)
    mark.unlink(missing_ok=True)


def main(source: str, target: str) -> int:
    """Reads all and keeps nothing."""
    bound_memory(MAX_MEMORY)
    import pyarrow as pa
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(source).iter_batches(batch_size=65_536, use_threads=False):
        for column in batch.columns:
            if pa.types.is_dictionary(column.type):
                column.dictionary_decode()
    Path(target).touch()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3]))
