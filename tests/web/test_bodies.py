"""A body of another shape is refused with every fault by its place, in words, and with what to do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from visavis.kernel.errors import BadRequest, Invalid
from visavis.web.reading import decode


class Part(Struct, forbid_unknown_fields=True):
    amount: Annotated[str, Meta(pattern=r"^[0-9]{1,3}$")]
    parts: list[Part] = []


class Body(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, pattern=r"^[^\u0000]*$")]
    kind: Literal["a", "b"] = "a"
    share: Annotated[float, Meta(gt=0, le=1)] | None = None
    parts: Annotated[list[Part], Meta(max_length=2)] = []
    pair: tuple[int, int] = (1, 2)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({}, "name", "This is missing. Fill it in."),
        ({"name": "x", "nme": 1}, "nme", "There is no such field to fill in. "),
        ({"name": 1}, "name", "This has to be text, not a number. "),
        ({"name": "\0"}, "name", "'\0' is not written as it has to be. Leave out characters that cannot be stored."),
        ({"name": "x", "kind": "c"}, "kind", "This is not one of the values allowed. Choose one of: a, b"),
        ({"name": "x", "share": 0}, "share", "0 is out of range. Give more than 0 and at most 1."),
        ({"name": "x", "share": 10**400}, "share", "This number is out of range. Give more than 0 and at most 1."),
        ({"name": "x", "parts": [{"amount": "-1"}]}, "parts[0].amount",
         "'-1' is not written as it has to be. It has to match ^[0-9]{1,3}$"),
        ({"name": "x", "parts": [{"amount": "1", "parts": [{}]}]}, "parts[0].parts[0]",
         "Object missing required field `amount` "),
        ({"name": "x", "parts": [{}] * 3}, "parts", "At most 2 fit. "),
        ({"name": "x", "pair": [1]}, "pair", "At least 2 are needed. "),
    ],
)  # fmt: skip
def test_a_fault_has_its_place_and_a_remedy(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode(msgspec.json.encode(given) if field != "share" else str(given).replace("'", '"').encode(), Body)
    first = caught.value.errors[0]
    assert (first.field, f"{first.message} {first.remedy}") == (field, words)
    assert caught.value.detail.endswith(first.message)


def test_all_faults_are_told_at_once_up_to_a_hundred() -> None:
    with pytest.raises(Invalid) as caught:
        decode(msgspec.json.encode({"kind": "c"}), Body)
    assert [error.field for error in caught.value.errors] == ["name", "kind"]
    with pytest.raises(Invalid) as caught:
        decode(msgspec.json.encode({"name": "x", "parts": [{}] * 1_000}), Body)
    assert len(caught.value.errors) == 100


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"1" + b"0" * 5_000])
def test_what_is_no_json_cannot_be_read(raw: bytes) -> None:
    with pytest.raises(BadRequest):
        decode(raw, Body)
