"""What a lint reports."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Violation:
    """One broken rule at a place. `size` is the measured length for the limits, 0 elsewhere."""

    path: str
    line: int
    rule: str
    message: str
    size: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"
