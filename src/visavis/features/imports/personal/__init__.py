"""Cards, appointments and mails as tables: each kind becomes a CSV file beside the original, once, read apart."""

from __future__ import annotations

from pathlib import Path

from visavis.features.imports import apart

KINDS = {"vcard": "vCard", "calendar": "calendar", "mail": "mail"}


def as_csv(path: Path, kind: str) -> Path:
    """The path of the CSV file; made anew unless it is there. ``Invalid`` or ``TooLarge`` says what is wrong."""
    if path.suffix == ".csv":
        return path
    target = path.with_name(f"{path.stem}.{kind}.csv")
    if not target.exists():
        name = KINDS[kind]
        apart.convert(
            "visavis.features.imports.personal.convert", path, target, kind,
            refusals={4: f"There is no {name} entry in the file. Export it anew.", 5: f"This is not a {name} file."},
            broken=f"The {name} file is damaged. Export it anew.",
            too_large=f"The {name} file is too large to be read. Divide it.",
        )  # fmt: skip
    return target


__all__ = ["KINDS", "as_csv"]
