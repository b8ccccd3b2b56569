"""The world of the leak tests."""

from tests.records.conftest import workspace

__all__ = ["workspace"]
