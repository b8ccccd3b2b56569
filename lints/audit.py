"""Known vulnerabilities in what is installed and what the page ships.

`python -m lints.audit` asks the advisory services. A known vulnerability fails; a service that cannot be
reached is said aloud and does not fail, because a build without a network has to stay possible.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Finding:
    """What one service answered: None for `advisories` when it could not be reached."""

    service: str
    advisories: tuple[str, ...] | None
    unchecked: int = 0


def python_finding(output: str) -> Finding:
    """Read the JSON of pip-audit."""
    answer = _json(output)
    checked = [package for package in answer.get("dependencies", ()) if "skip_reason" not in package]
    if not checked:
        return Finding("PyPI", None)
    advisories = tuple(
        f"{package['name']} {package['version']}: {advisory['id']}"
        for package in checked
        for advisory in package.get("vulns", ())
    )
    return Finding("PyPI", advisories, len(answer["dependencies"]) - len(checked))


def page_finding(output: str) -> Finding:
    """Read the JSON of npm audit."""
    answer = _json(output)
    if "vulnerabilities" not in answer:
        return Finding("npm", None)
    return Finding("npm", tuple(f"{name}: {what['severity']}" for name, what in answer["vulnerabilities"].items()))


def verdict(finding: Finding, accepted: dict[str, str]) -> tuple[str, bool]:
    """The lines to print for one service, and whether the gate fails."""
    if finding.advisories is None:
        return f"{finding.service}: the advisory service cannot be reached, vulnerabilities NOT checked", False
    open_ = [text for text in finding.advisories if not any(text.endswith(f" {known}") for known in accepted)]
    unchecked = f", {finding.unchecked} packages unknown to the service" if finding.unchecked else ""
    lines = [f"{finding.service}: {len(open_)} open vulnerabilities{unchecked}", *open_]
    return "\n  ".join(lines), bool(open_)


def _json(output: str) -> dict[str, Any]:
    try:
        answer = json.loads(output[output.index("{") :])
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _ask(command: Sequence[str]) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False).stdout
    except subprocess.TimeoutExpired:
        return ""


def main() -> int:
    entries = tomllib.loads((ROOT / "lints" / "advisories.toml").read_text("utf-8")).get("accepted", [])
    accepted = {entry["id"]: entry["reason"] for entry in entries}
    pip_audit = [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--format", "json"]
    npm_audit = [sys.executable, "bin/npm.py", "audit", "--omit=dev", "--json"]
    verdicts = [
        verdict(python_finding(_ask([*pip_audit, "--progress-spinner", "off"])), accepted),
        verdict(page_finding(_ask(npm_audit)), accepted),
    ]
    sys.stdout.write("".join(f"{text}\n" for text, _ in verdicts))
    return 1 if any(failed for _, failed in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
