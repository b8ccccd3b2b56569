import json
from pathlib import Path

import pytest

from lints import licences


@pytest.mark.parametrize(
    "text", ["MIT", "Apache-2.0 OR GPL-3.0-only", "BSD-3-Clause AND (MIT OR ISC)", "(MIT OR CC0-1.0)"]
)
def test_permissive_expressions_pass(text: str) -> None:
    assert licences.allowed(text)


@pytest.mark.parametrize(
    "text", ["GPL-3.0-or-later", "LGPL-2.1-only", "AGPL-3.0-only", "MIT AND GPL-2.0-only", "unknown", ""]
)
def test_others_do_not(text: str) -> None:
    assert not licences.allowed(text)


def test_locked_reads_names_in_canonical_form() -> None:
    assert licences.locked("Foo_Bar==1.0 \\\n    --hash=sha256:00\nbaz==2 ; python_version < '4'\n") == {
        "foo-bar",
        "baz",
    }


def test_needed_follows_the_requirements() -> None:
    names = set(licences.needed("rich"))
    assert {"rich", "pygments", "markdown-it-py", "mdurl"} <= names


def test_packages_of_the_page_are_judged_unless_only_for_development(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    packages = {
        "": {"license": "GPL-3.0-only"},
        "node_modules/a": {"license": "MIT", "version": "1.0.0"},
        "node_modules/b": {"license": "GPL-3.0-only", "version": "2.0.0"},
        "node_modules/a/node_modules/@c/d": {"version": "3.0.0"},
        "node_modules/e": {"license": "GPL-3.0-only", "version": "4.0.0", "dev": True},
    }
    lock.write_text(json.dumps({"packages": packages}))
    assert list(licences.page_problems(lock, {})) == ["b 2.0.0: GPL-3.0-only", "@c/d 3.0.0: unknown"]
    assert list(licences.page_problems(lock, {"b": "read by a person"})) == ["@c/d 3.0.0: unknown"]
