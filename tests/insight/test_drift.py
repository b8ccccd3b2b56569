"""Two runs set side by side: what moved, and where there is nothing to compare."""

from __future__ import annotations

import duckdb
import pytest

from visavis.insight.analyses import ANALYSES
from visavis.insight.drift import drifts

ABC = next(analysis for analysis in ANALYSES if "abc_class" in analysis.outputs)
NUMBERS = [name for name in ABC.outputs if name != "abc_class"]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Runs of three customers: known and then moved, and one that was refused."""
    connection = duckdb.connect()
    for table, classes, number in (
        ("known", ["A", "B", "C"], "7"),
        ("moved", ["A", "A", "C"], "8"),
        ("refused", [None, None, None], "null"),
    ):
        columns = "".join(f", {number}::bigint as {name}" for name in NUMBERS)
        connection.execute(
            f"create table {table} as select unnest([1, 2, 3]) as id, unnest(?::varchar[]) as abc_class{columns}",
            [classes],
        )
    return connection


def test_a_class_that_moved_is_counted(connection: duckdb.DuckDBPyConnection) -> None:
    found = drifts(connection, ABC, (), "known", "moved")
    assert found["abc_class"]["changed"] == pytest.approx(1 / 3, abs=1e-6) and found["abc_class"]["psi"] > 0


@pytest.mark.parametrize(("before", "after"), [("known", "refused"), ("refused", "known"), ("refused", "refused")])
def test_a_refused_run_is_compared_with_nothing(connection: duckdb.DuckDBPyConnection, before: str, after: str) -> None:
    assert drifts(connection, ABC, (), before, after) == {}
