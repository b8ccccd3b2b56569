"""What a check is: a published figure, where it stands, and the function of the product that gets it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from visavis.insight.verifying.folder import GETTING, Folder

Verdict = Literal["equal", "differs", "not reached"]
Work = Callable[[Folder], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Check:
    """Figures of one method that one source gives for one set of data.

    `figures` are what is expected, written with the digits that are shown: only those are compared. `work` answers the
    same names. `data` are files in the folder, `modules` libraries that the product does not bring: without them the
    check is not reached. `why` says why figures that no function here can get are not reached. A `slow` check is run
    only when everything is asked for.
    """

    method: str
    source: str
    figures: Mapping[str, str]
    work: Work | None = None
    data: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    slow: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One figure: what is published, what came out here, and whether they are the same to the last digit shown."""

    method: str
    source: str
    figure: str
    expected: str
    got: str | None
    verdict: Verdict
    why: str = ""

    def as_json(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in self.__slots__}


def run(checks: Sequence[Check], folder: Folder, slow: bool, told: Callable[[str], None]) -> list[Found]:
    """Every figure of every check, in order; `told` hears of each check before it runs."""
    found: list[Found] = []
    for check in checks:
        reason = _unreachable(check, folder, slow)
        if reason:
            found += [_missing(check, figure, reason) for figure in check.figures]
            continue
        told(check.method)
        found += _compared(check, folder)
    return found


def _compared(check: Check, folder: Folder) -> list[Found]:
    assert check.work is not None
    try:
        got = check.work(folder)
    except Exception as error:  # noqa: BLE001  (one check that breaks must not hide the others)
        why = f"it broke: {type(error).__name__}: {error}"
        found = (check.method, check.source)
        return [Found(*found, name, text, None, "differs", why) for name, text in check.figures.items()]
    return [_judged(check, name, text, got[name]) for name, text in check.figures.items()]


def _judged(check: Check, name: str, expected: str, value: float) -> Found:
    digits = len(expected.partition(".")[2])
    got = f"{value:.{digits}f}"
    verdict: Verdict = "equal" if got == expected.replace(",", "") else "differs"
    shown = f"{value:,.{digits}f}" if "," in expected else got
    return Found(check.method, check.source, name, expected, shown, verdict)


def _missing(check: Check, figure: str, why: str) -> Found:
    return Found(check.method, check.source, figure, check.figures[figure], None, "not reached", why)


def _unreachable(check: Check, folder: Folder, slow: bool) -> str | None:
    if check.work is None:
        return check.why
    absent = [name for name in check.data if folder.find(name) is None]
    if absent:
        return f"the data set {', '.join(absent)} is missing; get it {'; '.join(GETTING[name] for name in absent)}"
    without = [name for name in check.modules if importlib.util.find_spec(name) is None]
    if without:
        return f"it needs {', '.join(without)}, which is not installed"
    return "it takes long: ask for --all" if check.slow and not slow else None


def examples() -> Path | None:
    """The data that comes with the product: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parents[2]
    places = (package / "examples", package.parents[1] / "examples")
    return next((place for place in places if place.is_dir()), None)
