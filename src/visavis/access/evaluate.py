"""The one permission evaluator: actor and catalogue in, row predicate, field mask and reason out. It fails closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from visavis.access.actor import Actor
from visavis.access.policy import Action, Grant, Reach
from visavis.catalogue import Catalogue, Field, Object
from visavis.kernel.errors import Forbidden

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


def predicate(actor: Actor, catalogue: Catalogue, obj: Object, action: Action, alias: str, params: list[Any]) -> str:
    """The rows that the actor may touch, as an SQL condition on ``alias``; values go into ``params``."""
    far = reach(actor, obj, action)
    if far in ("none", "all") or obj.scope.kind == "open":
        return "false" if far == "none" else "true"
    if obj.scope.kind == "own":
        return _owned(actor, far, alias, params)
    return _via(actor, catalogue, obj, action, alias, params)


def readable(actor: Actor, obj: Object) -> tuple[Field, ...]:
    """The fields that the actor may see, filter, sort and search by."""
    hidden = _grant(actor, obj).hidden
    return tuple(f for f in obj.by_name.values() if f.name not in hidden)


def writable(actor: Actor, obj: Object) -> tuple[Field, ...]:
    """The fields that the actor may fill in."""
    if not (can(actor, obj, "create") or can(actor, obj, "update")):
        return ()
    readonly = _grant(actor, obj).readonly
    return tuple(f for f in readable(actor, obj) if not f.derived and f.name not in readonly)


def _grant(actor: Actor, obj: Object) -> Grant:
    return actor.policy.grant(actor.role, obj.name)


def _owned(actor: Actor, far: Reach, alias: str, params: list[Any]) -> str:
    if actor.user_id is None:
        return "false"
    own = f"{alias}.owner = {_bind(params, actor.user_id)}"
    if far == "own" or actor.team_id is None:
        return own
    team = _bind(params, actor.team_id)
    colleagues = f'array(select id from "user" where team = {team})'
    return f"({own} or {alias}.team = {team} or {alias}.owner = any({colleagues}))"


def _via(actor: Actor, catalogue: Catalogue, obj: Object, action: Action, alias: str, params: list[Any]) -> str:
    """A row without an owner of its own belongs to whoever may do the same to a record that it hangs on."""
    ways = []
    for depth, (name, parent) in enumerate(_parents(catalogue, obj)):
        inner = f"{alias}_{depth}"
        allowed = predicate(actor, catalogue, parent, action, inner, params)
        ways.append(f'exists (select 1 from "{parent.name}" {inner} where {inner}.id = {alias}."{name}" and {allowed})')
    return f"({' or '.join(ways)})" if ways else "false"


def _parents(catalogue: Catalogue, obj: Object) -> Iterator[tuple[str, Object]]:
    """Hiding a field or a type takes it out of sight; it still says whose a record is."""
    targets = {f.name: f.target for f in obj.fields}
    objects = {o.name: o for o in catalogue.objects}
    for name in obj.scope.via:
        yield name, objects[str(targets[name])]


def _bind(params: list[Any], value: int) -> str:
    params.append(value)
    return f"${len(params)}::bigint"
