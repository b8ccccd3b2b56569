"""The one permission evaluator: actor and catalogue in, row predicate, field mask and reason out. It fails closed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from visavis.access.actor import Actor
from visavis.access.policy import Action, Grant, Pair, Reach
from visavis.catalogue import Catalogue, Field, Object
from visavis.kernel.errors import Forbidden

_ROW_BY_ROW = " offset 0"
"""Keeps PostgreSQL from hashing every parent that the actor may see to show a page of fifty rows."""
_MOST_STRETCHES = 15
_WRITERS = {"everyone": ("owner", "manager", "member"), "managers": ("owner", "manager"), "owners": ("owner",)}


def reach(actor: Actor, obj: Object, action: Action) -> Reach:
    """How far the actor's role reaches with that action on that type."""
    if action != "read" and actor.role not in _WRITERS[obj.who_writes]:
        return "none"
    return _grant(actor, obj).reach(action)


def can(actor: Actor, obj: Object, action: Action) -> bool:
    """Whether the actor may do it to any record of the type at all."""
    return reach(actor, obj, action) != "none"


def require(actor: Actor, obj: Object, action: Action) -> None:
    """``Forbidden`` with the reason unless ``can``."""
    if not can(actor, obj, action):
        raise Forbidden(reason(actor, obj, action))


def refusal(actor: Actor, obj: Object, action: Action) -> Forbidden:
    """The error for one record that lies outside the actor's reach."""
    return Forbidden(f"{reason(actor, obj, action)} This one lies outside of that.")


def reason(actor: Actor, obj: Object, action: Action) -> str:
    """Why the actor may or may not, in words."""
    how = {
        "none": f"may not {action} {obj.plural}",
        "own": f"may {action} the {obj.plural} that are their own",
        "team": f"may {action} the {obj.plural} of their team",
        "all": f"may {action} all {obj.plural}",
    }
    return f"A {actor.role} {how[reach(actor, obj, action)]}."


@dataclass(frozen=True, slots=True)
class Ground:
    """One way in which a row comes into reach, as an SQL condition.

    ``code``: role (all of the type), open (nobody's), own, team (the record's), colleague (its owner is of the team),
    via (``field`` links to a record that is in reach).
    """

    code: str
    condition: str
    field: str | None = None


def predicate(
    actor: Actor,
    catalogue: Catalogue,
    obj: Object,
    action: Action,
    alias: str,
    params: list[Any],
    below: str | None = None,
) -> str:
    """The rows that the actor may touch, as an SQL condition on ``alias``; values go into ``params``.

    ``below``: the link by which each row is known to hang on a record that the actor may touch in the same way. Where
    that is what brings a row into reach, nothing is left to ask.
    """
    if below is not None and obj.scope.kind == "via" and below in obj.scope.via and can(actor, obj, action):
        return "true"
    ways = [ground.condition for ground in grounds(actor, catalogue, obj, action, alias, params)]
    if len(ways) == 1:
        return ways[0]
    return f"({' or '.join(ways)})" if ways else "false"


def grounds(
    actor: Actor, catalogue: Catalogue, obj: Object, action: Action, alias: str, params: list[Any]
) -> list[Ground]:
    """Every way in which the actor may touch a row: a row is in reach if one of the conditions holds."""
    far = reach(actor, obj, action)
    if far == "none":
        return []
    if far == "all" or obj.scope.kind == "open":
        return [Ground("role" if far == "all" else "open", "true")]
    if obj.scope.kind == "own":
        return list(_owned(actor, far, alias, params))
    return list(_via(actor, catalogue, obj, action, alias, params))


def holders(actor: Actor, obj: Object, action: Action, params: list[Any]) -> str | None:
    """The ids of users and teams whose rows ``predicate`` allows, as an SQL array; None where owners do not decide.

    An index of owners narrows by it. A row has to fit ``predicate`` all the same.
    """
    far = reach(actor, obj, action)
    if far in ("none", "all") or obj.scope.kind != "own":
        return None
    if actor.user_id is None:
        return "'{}'::bigint[]"
    own = f"array[{_bind(params, actor.user_id)}]"
    if far == "own" or actor.team_id is None:
        return own
    team = _bind(params, actor.team_id)
    return f'({own} || {team} || array(select id from "user" where team = {team}))'


def stretches(actor: Actor, obj: Object, action: Action, alias: str, params: list[Any]) -> list[str]:
    """``predicate`` cut into conditions of one team or one owner each, no row fits two; none where that cannot be done.

    Each is one stretch of an index that begins with team or owner, and in its order.
    """
    far = reach(actor, obj, action)
    if far in ("none", "all") or obj.scope.kind != "own" or actor.user_id is None:
        return []
    if far == "own" or actor.team_id is None:
        return [f"{alias}.owner = {_bind(params, actor.user_id)}"]
    if actor.colleagues is None or len(actor.colleagues) > _MOST_STRETCHES:
        return []
    team = _bind(params, actor.team_id)
    owners = [_bind(params, user) for user in sorted({actor.user_id, *actor.colleagues})]
    return [
        f"{alias}.team = {team}",
        *(f"{alias}.owner = {o} and {alias}.team is distinct from {team}" for o in owners),
    ]


def ranges(actor: Actor, obj: Object, action: Action, alias: str, params: list[Any]) -> list[str]:
    """``predicate`` cut into ranges of an index on (…, team, owner), no row fits two; none where that cannot be done.

    Unlike ``stretches`` they have no order of their own, and they are four, however many colleagues there are.
    """
    far = reach(actor, obj, action)
    if far in ("none", "all") or obj.scope.kind != "own" or actor.user_id is None:
        return []
    if far == "own" or actor.team_id is None:
        return [f"{alias}.owner = {_bind(params, actor.user_id)}"]
    if actor.colleagues is None:
        return []
    team = _bind(params, actor.team_id)
    params.append(sorted({actor.user_id, *actor.colleagues}))
    theirs = f"{alias}.owner = any(${len(params)}::bigint[])"
    elsewhere = (f"{alias}.team is null", f"{alias}.team < {team}", f"{alias}.team > {team}")
    return [f"{alias}.team = {team}", *(f"{where} and {theirs}" for where in elsewhere)]


def readable(actor: Actor, obj: Object) -> tuple[Field, ...]:
    """The fields that the actor may see, filter, sort and search by."""
    if not actor.policy.masks(actor.role):
        return tuple(obj.by_name.values())
    hidden = _grant(actor, obj).hidden
    return tuple(f for f in obj.by_name.values() if f.name not in hidden and _sees_sources(actor, obj, f))


def sees_everything(actor: Actor) -> bool:
    """Whether no rule keeps a record or a field from the actor's role, so that anybody's file or report may be read."""
    grants = actor.policy.grants.get(actor.role, {}).values()
    return bool(grants) and all(grant.read == "all" and not grant.hidden for grant in grants)


def shows(actor: Actor, obj: Object, fields: Iterable[str]) -> bool:
    """Whether the actor may read records of the type with all these fields."""
    return can(actor, obj, "read") and set(fields) <= {field.name for field in readable(actor, obj)}


def sees_all(actor: Actor, catalogue: Catalogue, obj: Object) -> bool:
    """Whether every record of the type is in the actor's reach: a figure of all of them tells nothing hidden."""
    return predicate(actor, catalogue, obj, "read", "t", []) == "true"


def _sees_sources(actor: Actor, obj: Object, field: Field) -> bool:
    """What is worked out of a hidden field would tell of it."""
    made_of = actor.policy.made_of
    pairs = made_of.get((obj.name, field.name), field.reads)
    return all(_sees(actor, pair) and all(_sees(actor, of) for of in made_of.get(pair, ())) for pair in pairs)


def _sees(actor: Actor, pair: Pair) -> bool:
    grant = actor.policy.grant(actor.role, pair[0])
    return grant.read != "none" and pair[1] not in grant.hidden


def outlook(actor: Actor, role: str) -> str:
    """What decides which rows and fields the actor would see in that role, as a mark to compare later."""
    rules = sorted(
        (name, grant.read, sorted(grant.hidden)) for name, grant in actor.policy.grants.get(role, {}).items()
    )
    return hashlib.sha256(repr((role, actor.team_id, rules, sorted(actor.policy.made_of.items()))).encode()).hexdigest()


def writable(actor: Actor, obj: Object) -> tuple[Field, ...]:
    """The fields that the actor may fill in."""
    if not (can(actor, obj, "create") or can(actor, obj, "update")):
        return ()
    readonly = _grant(actor, obj).readonly
    return tuple(f for f in readable(actor, obj) if not f.derived and f.name not in readonly)


def _grant(actor: Actor, obj: Object) -> Grant:
    return actor.policy.grant(actor.role, obj.name)


def _owned(actor: Actor, far: Reach, alias: str, params: list[Any]) -> Iterator[Ground]:
    if actor.user_id is None:
        return
    yield Ground("own", f"{alias}.owner = {_bind(params, actor.user_id)}")
    if far == "own" or actor.team_id is None:
        return
    team = _bind(params, actor.team_id)
    yield Ground("team", f"{alias}.team = {team}")
    yield Ground("colleague", f"{alias}.owner = any({_colleagues(actor, team, params)})")


def _colleagues(actor: Actor, team: str, params: list[Any]) -> str:
    if actor.colleagues is None:
        return f'array(select id from "user" where team = {team})'
    params.append(list(actor.colleagues))
    return f"${len(params)}::bigint[]"


def _via(
    actor: Actor, catalogue: Catalogue, obj: Object, action: Action, alias: str, params: list[Any]
) -> Iterator[Ground]:
    """A row without an owner of its own belongs to whoever may do the same to a record that it hangs on."""
    for depth, (name, parent) in enumerate(_parents(catalogue, obj)):
        inner = f"{alias}_{depth}"
        allowed = predicate(actor, catalogue, parent, action, inner, params)
        fits = f'{inner}.id = {alias}."{name}" and {allowed}{_ROW_BY_ROW}'
        yield Ground("via", f'exists (select 1 from "{parent.name}" {inner} where {fits})', name)


def _parents(catalogue: Catalogue, obj: Object) -> Iterator[tuple[str, Object]]:
    """Hiding a field or a type takes it out of sight; it still says whose a record is."""
    targets = {f.name: f.target for f in obj.fields}
    objects = {o.name: o for o in catalogue.objects}
    for name in obj.scope.via:
        yield name, objects[str(targets[name])]


def _bind(params: list[Any], value: int) -> str:
    params.append(value)
    return f"${len(params)}::bigint"
