"""The house rules that no off-the-shelf tool checks: small, each with its own test in tests/lints."""
