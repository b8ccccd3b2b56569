"""What a setting of a method may be, and the order that settings bring about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from visavis.insight.analyses import ABC, ANALYSES, RFM, VALUE
from visavis.insight.refresh import in_order
from visavis.insight.setting import Setting
from visavis.insight.settings import Settings

WINDOW = Setting("abc_window", "integer", 90, 1, 365)
FIELD = Setting("abc_by", "field", "r_score")


@pytest.mark.parametrize(
    ("setting", "given", "kept"),
    [
        (WINDOW, 30, 30),
        (WINDOW, 0, None),
        (WINDOW, 1.5, None),
        (WINDOW, 10**400, None),
        (WINDOW, True, None),
        (WINDOW, None, None),
        (Setting("x", "number", None, 0, 1), None, None),
        (Setting("x", "number", 0.5, 0, 1), float("nan"), None),
        (Setting("x", "flag", False), True, True),
        (Setting("x", "choice", "a", options=("a", "b")), "b", "b"),
        (Setting("x", "choice", "a", options=("a", "b")), ["b"], None),
        (Setting("x", "choices", (), options=("a", "b")), ["b"], ["b"]),
        (Setting("x", "codes", ()), ["POST\0"], None),
        (Setting("x", "day", "2026-01-01"), "2026-02-30", None),
        (Setting("x", "day", "2026-01-01"), "0001-01-01", None),
        (Setting("x", "period", None), {"from": "2026-01-01"}, None),
        (Setting("x", "period", None), "2026-01-01", None),
        (Setting("x", "weights", {"margin": 1.0}, 0, 10), {"margin": 2}, {"margin": 2.0}),
        (Setting("x", "weights", {"margin": 1.0}), {"margin": -(10**400)}, None),
        (Setting("x", "weights", {"margin": 1.0}, 0, 10), {"no field": 2}, None),
        (Setting("x", "cuts", (80, 95), 0, 100), [70, 90], [70.0, 90.0]),
        (Setting("x", "cuts", (80, 95), 0, 100), [90, 70], None),
    ],
)
def test_a_value_is_kept_or_refused_with_a_sentence(setting: Setting, given: Any, kept: Any) -> None:
    if kept is None and given is not None:
        with pytest.raises(ValueError, match=r"\.$"):
            setting.read(given)
    elif kept is None and setting.default is not None:
        with pytest.raises(ValueError, match="needed"):
            setting.read(given)
    else:
        assert setting.read(given) == kept


def test_a_method_reads_its_own_settings_and_tells_all() -> None:
    method = replace(RFM, settings=("as_of", WINDOW))
    assert Settings()[WINDOW] == 90
    settings = Settings.from_json({"own": {"abc_window": 30}})
    assert settings[WINDOW] == 30 and Settings.from_json(settings.as_json()) == settings
    assert method.chosen(settings) == {"as_of": None, "abc_window": 30}
    assert [setting.name for setting in method.declared] == ["as_of", "abc_window"]


def test_a_method_runs_after_what_its_settings_name() -> None:
    asking = replace(ABC, settings=(FIELD,))
    assert [a.name for a in in_order((VALUE, asking, RFM), Settings())] == ["value", "rfm", "abc"]
    assert in_order(ANALYSES, Settings())[0] is VALUE
