"""The second engine of the conformance suite: Sail, or the Spark Connect server that VISAVIS_ENGINE names."""

import sys
from collections.abc import Iterator

import pytest

from visavis.insight.engine import SparkEngine, engine_for, engine_here

main = sys.modules["__main__"]
if not hasattr(main, "__file__"):
    main.__file__ = __file__  # PySpark takes a process whose main module has no file (pytest-xdist) for a doctest run


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    pytest.importorskip("pysail", reason="the second engine is not installed (extra visavis[sail])")
    engine = engine_for(engine_here("sail"), None, tmp_path_factory.mktemp("snapshots"))
    assert isinstance(engine, SparkEngine)
    yield engine
    engine.close()
