"""The clients of the HTTP door."""

from tests.web.conftest import ann, anyone, colleague, workspace

__all__ = ["ann", "anyone", "colleague", "workspace"]
