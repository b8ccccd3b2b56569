"""Ids of other systems as external ids: with the name of the system before them, so that two systems never meet."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

SALESFORCE = "salesforce:"
_SHORT = re.compile(r"^[A-Za-z0-9]{15}$")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def identified(ids: pa.Array, prefix: str) -> pa.Array:
    """The ids with the prefix before them, null where there is none."""
    if not prefix:
        return ids
    if prefix == SALESFORCE:
        ids = _lengthened(ids)
    return pc.binary_join_element_wise(prefix, ids, "")


def lengthened(short: str) -> str:
    """A Salesforce id of 15 characters as the same id of 18, the one safe from letter case; others as they are."""
    if not _SHORT.match(short):
        return short
    chunks = (short[start : start + 5] for start in (0, 5, 10))
    return short + "".join(_SUFFIX[sum(1 << at for at, c in enumerate(chunk) if c.isupper())] for chunk in chunks)


def _lengthened(ids: pa.Array) -> pa.Array:
    if not pc.any(pc.equal(pc.utf8_length(ids), 15)).as_py():
        return ids
    coded = ids.dictionary_encode()
    whole = pa.array([lengthened(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(coded.indices, whole).dictionary_decode()
