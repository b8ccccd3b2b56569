"""Which licences may ship: permissive ones, read from the metadata of what is installed and from the page's lock.

`python -m lints.licences` needs no network. It also checks that everything the product needs at run time is locked.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
    "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib",
}  # fmt: skip
FREE_TEXT = {
    "apache": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0", "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause", "bsd 3-clause license": "BSD-3-Clause", "isc license (iscl)": "ISC",
    "mit license": "MIT", "the mit license (mit)": "MIT", "python software foundation license": "PSF-2.0",
    "bsd-3-clause and citations": "BSD-3-Clause",
}  # fmt: skip


def allowed(expression: str) -> bool:
    """Whether an SPDX expression leaves us a permissive choice: one of an OR, all of an AND."""
    flat = expression.replace("(", " ").replace(")", " ")
    return any(
        all(part.strip() in PERMISSIVE for part in re.split(r"\s+AND\s+", choice))
        for choice in re.split(r"\s+OR\s+", flat)
    )


def licence(dist: Distribution) -> str:
    """The SPDX expression a distribution declares: its own field, else its classifiers, else its free text."""
    meta = dist.metadata.json
    if declared := meta.get("license_expression"):
        return str(declared)
    classes = [c.split(" :: ")[-1] for c in meta.get("classifier", ()) if c.startswith("License :: ")]
    named = [FREE_TEXT.get(c.lower(), c) for c in classes if c != "OSI Approved"]
    text = str(meta.get("license") or "unknown").strip().splitlines()[0]
    return " AND ".join(named) or FREE_TEXT.get(text.lower(), text)


def locked(text: str) -> set[str]:
    """Canonical names of the packages a lock file pins."""
    return {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def needed(name: str, seen: dict[str, Distribution] | None = None) -> dict[str, Distribution]:
    """Everything installed that `name` needs at run time, itself included, by canonical name."""
    found = {} if seen is None else seen
    key = canonicalize_name(name)
    if key in found:
        return found
    try:
        found[key] = distribution(key)
    except PackageNotFoundError:
        return found
    for text in found[key].requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needed(requirement.name, found)
    return found


def python_problems(known: dict[str, str]) -> Iterator[str]:
    """Run-time distributions that are not locked, or whose licence is neither permissive nor known."""
    lock = locked((ROOT / "requirements" / "run.txt").read_text("utf-8"))
    found = needed("visavis")
    if found.pop("visavis", None) is None:
        yield "visavis is not installed: nothing can be judged (bin/install dev)"
    for name, dist in sorted(found.items()):
        if name not in lock:
            yield f"{name} {dist.version} is needed at run time and is not in requirements/run.txt"
        if name not in known and not allowed(licence(dist)):
            yield f"{name} {dist.version}: {licence(dist)}"


def page_problems(lock: Path, known: dict[str, str]) -> Iterator[str]:
    """Packages that the page ships whose licence is neither permissive nor known."""
    for path, entry in json.loads(lock.read_text("utf-8"))["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if path and not entry.get("dev") and name not in known and not allowed(entry.get("license", "unknown")):
            yield f"{name} {entry.get('version')}: {entry.get('license', 'unknown')}"


def main() -> int:
    entries = tomllib.loads((ROOT / "lints" / "licences.toml").read_text("utf-8")).get("known", [])
    known = {entry["name"]: entry["reason"] for entry in entries}
    problems = list(python_problems(known))
    page_lock = ROOT / "ui" / "package-lock.json"
    if page_lock.is_file():
        problems += page_problems(page_lock, known)
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.stdout.write(f"licences: {len(problems)} problems, {len(known)} known exceptions\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
