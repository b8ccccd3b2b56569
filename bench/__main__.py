"""Ratios measured side by side in one run: `python -m bench [name ...]` prints a table and writes build/bench.json.

Each module of this folder with a `run()` gives lines of name, ours, reference, ratio (ours to reference: more is
better), unit and rows. VISAVIS_BENCH_ROWS sets how many rows the lists have, VISAVIS_BENCH_SCALE the sizes
of the base (100000,1000000).
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table

HERE = Path(__file__).parent
BENCHES = [
    "list_vs_postgrest",
    "scale",
    "above_mean",
    "import_vs_copy",
    "import_million",
    "export_vs_copy",
    "bulk",
    "search",
    "field_live",
    "insight",
    "follow",
    "lifetime_fit",
]
_WIDTH = 110
REPORT = HERE.parent / "build" / "bench.json"


def main(chosen: list[str]) -> int:
    """The exit code: 1 where a bench could not be measured; the others are written all the same."""
    lines: list[dict[str, Any]] = []
    failed = False
    for name in chosen or BENCHES:
        began = time.perf_counter()
        try:
            lines += importlib.import_module(f"bench.{name}").run()
        except Exception as error:  # noqa: BLE001  (one bench that cannot run must not hide the others)
            print(f"{name}: {error!r}", file=sys.stderr)
            failed = True
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(lines, indent=2) + "\n", encoding="utf-8")
    Console(width=max(Console().width, _WIDTH)).print(_table(lines))
    return int(failed)


def _table(lines: Iterable[dict[str, Any]]) -> Table:
    table = Table(*(Column(name, no_wrap=True) for name in ("bench", "ours", "reference", "ratio", "unit", "rows")))
    for line in lines:
        table.add_row(
            line["name"],
            f"{line['ours']:,}",
            f"{line['reference']:,}",
            f"{line['ratio']:.3f}",
            line["unit"],
            f"{line['rows']:,}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
