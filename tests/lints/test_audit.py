import json

from lints import audit

CLEAN = {"name": "a", "version": "1", "vulns": []}
HIT = {"name": "b", "version": "2", "vulns": [{"id": "GHSA-1"}]}
SKIPPED = {"name": "c", "version": "3", "skip_reason": "Dependency not found"}


def pip_audit(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_vulnerability_fails() -> None:
    finding = audit.python_finding("warning\n" + pip_audit(CLEAN, HIT))
    assert finding.advisories == ("b 2: GHSA-1",)
    text, failed = audit.verdict(finding, {})
    assert failed
    assert "GHSA-1" in text


def test_an_accepted_one_passes() -> None:
    assert not audit.verdict(audit.python_finding(pip_audit(HIT)), {"GHSA-1": "not reachable"})[1]


def test_a_service_that_knows_no_package_counts_as_out_of_reach() -> None:
    for output in ("", "no route to host", "[]", pip_audit(SKIPPED)):
        text, failed = audit.verdict(audit.python_finding(output), {})
        assert not failed
        assert "NOT checked" in text


def test_packages_the_service_does_not_know_are_counted() -> None:
    assert "1 packages unknown" in audit.verdict(audit.python_finding(pip_audit(CLEAN, SKIPPED)), {})[0]


def test_npm_audit_is_read_the_same_way() -> None:
    assert audit.page_finding(json.dumps({"vulnerabilities": {}})).advisories == ()
    assert audit.page_finding(json.dumps({"error": {"code": "ENOAUDIT"}})).advisories is None
    found = audit.page_finding(json.dumps({"vulnerabilities": {"x": {"severity": "high"}}}))
    assert audit.verdict(found, {}) == ("npm: 1 open vulnerabilities\n  x: high", True)
