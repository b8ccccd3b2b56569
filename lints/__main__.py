"""`python -m lints` checks every text file of the repository against the house rules and the limits."""

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lints import house, limits
from lints.violation import Violation

ROOT = Path(__file__).resolve().parent.parent
TEXTS = (".py", ".sql", ".ts", ".tsx", ".css", ".md", ".toml", ".in")
OWN_WORDS = ("lints/", "tests/lints/")


@dataclass(frozen=True)
class Exemption:
    """One entry of exceptions.toml."""

    path: str
    rule: str
    reason: str
    limit: int = 0

    def covers(self, violation: Violation) -> bool:
        return (self.path, self.rule) == (violation.path, violation.rule) and violation.size <= self.limit


def files(root: Path) -> list[str]:
    """Paths of the text files that git knows or would add, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True, check=True
    )
    names = listed.stdout.decode().splitlines()
    wanted = {name for name in names if name.endswith(TEXTS) or name.startswith(house.LOCKS)}
    return sorted(name for name in wanted if (root / name).is_file())


def violations(root: Path, names: Iterable[str]) -> Iterator[Violation]:
    """Everything that the given files break, exceptions not yet applied."""
    for name in names:
        text = (root / name).read_text("utf-8")
        if not name.startswith(OWN_WORDS):
            yield from house.check_file(name, text)
        if name.endswith(limits.MEASURED):
            yield from limits.check_file(name, text)


def judge(found: Iterable[Violation], exemptions: Iterable[Exemption]) -> list[str]:
    """What to print: the violations that no exemption covers, then the exemptions that cover nothing."""
    unused = set(exemptions)
    verdicts = []
    for violation in sorted(found):
        covering = {exemption for exemption in exemptions if exemption.covers(violation)}
        unused -= covering
        if not covering:
            verdicts.append(str(violation))
    return verdicts + [f"lints/exceptions.toml: {e.path} no longer needs its {e.rule} entry" for e in unused]


def main() -> int:
    entries = tomllib.loads((ROOT / "lints" / "exceptions.toml").read_text("utf-8")).get("exception", [])
    names = files(ROOT)
    verdicts = judge(violations(ROOT, names), [Exemption(**entry) for entry in entries])
    sys.stdout.write("".join(f"{verdict}\n" for verdict in verdicts))
    sys.stdout.write(f"{len(names)} files, {len(verdicts)} violations; {limits.figures(ROOT)}\n")
    return 1 if verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
