"""What each role may do, as data. A workspace may lay its own rules over the built-in ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

Reach = Literal["none", "own", "team", "all"]
Pair: TypeAlias = tuple[str, str]
"""A record type and one of its fields."""
Action = Literal["read", "create", "update", "delete"]
_ACTIONS = ("read", "create", "update", "delete")
REACHES: tuple[Reach, ...] = ("none", "own", "team", "all")


@dataclass(frozen=True, slots=True)
class Grant:
    """How far each action reaches, and which fields are hidden or only to be read."""

    read: Reach = "none"
    create: Reach = "none"
    update: Reach = "none"
    delete: Reach = "none"
    hidden: frozenset[str] = frozenset()
    readonly: frozenset[str] = frozenset()

    def reach(self, action: Action) -> Reach:
        reach: Reach = getattr(self, action)
        return reach


ALL = Grant("all", "all", "all", "all")


@dataclass(frozen=True, slots=True)
class Policy:
    """Role → object name (or ``*``) → grant.

    ``made_of``: of derived fields that settings make of others, every field whose value they tell of.
    """

    grants: Mapping[str, Mapping[str, Grant]] = field(default_factory=dict)
    made_of: Mapping[Pair, tuple[Pair, ...]] = field(default_factory=dict)

    def grant(self, role: str, object_name: str) -> Grant:
        """The grant for an object; nothing at all where none is written."""
        rules = self.grants.get(role, {})
        return rules.get(object_name) or rules.get("*") or Grant()

    def masks(self, role: str) -> bool:
        """Whether a field of any type may be hidden from the role."""
        rules = self.grants.get(role, {})
        return "*" not in rules or any(grant.hidden or grant.read == "none" for grant in rules.values())

    def without(self, role: str, fields: Iterable[tuple[str, Iterable[str]]]) -> Policy:
        """The same with more fields hidden from a role."""
        rules = dict(self.grants.get(role, {}))
        for name, hidden in fields:
            before = rules.get(name) or rules.get("*") or Grant()
            rules[name] = replace(before, hidden=before.hidden | frozenset(hidden))
        return replace(self, grants={**self.grants, role: rules})


BUILT_IN = Policy(
    {
        "owner": {"*": ALL},
        "manager": {"*": Grant("all", "all", "team", "team")},
        "member": {"*": Grant("team", "all", "own", "own")},
        "reader": {"*": Grant("team")},
    }
)


def overlaid(
    rules: Mapping[str, Mapping[str, Mapping[str, Any]]], made_of: Mapping[Pair, tuple[Pair, ...]] | None = None
) -> Policy:
    """The built-in policy with a workspace's rules on top: role → object → parts of a grant.

    A rule for ``*`` underlies those for one type. The owner's grants cannot be narrowed, so that nobody locks a
    workspace from inside.
    """
    merged = {role: dict(grants) for role, grants in BUILT_IN.grants.items()}
    for role, objects in rules.items():
        if role in merged and role != "owner":
            base = _laid_over(merged[role]["*"], objects.get("*", {}))
            merged[role] |= {name: _laid_over(base, parts) for name, parts in objects.items()}
    return Policy(merged, made_of or {})


def _laid_over(base: Grant, parts: Mapping[str, Any]) -> Grant:
    changes: dict[str, Any] = {k: v for k, v in parts.items() if k in _ACTIONS and v in REACHES}
    changes |= {k: frozenset(v) for k, v in parts.items() if k in ("hidden", "readonly")}
    return replace(base, **changes)
