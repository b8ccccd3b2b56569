"""Actor and catalogue in; row predicate, field mask and reason out. The one permission evaluator."""

from visavis.access.actor import SYSTEM, Actor, Role
from visavis.access.evaluate import (
    Ground,
    can,
    grounds,
    holders,
    outlook,
    predicate,
    reach,
    readable,
    reason,
    refusal,
    require,
    sees_all,
    sees_everything,
    shows,
    stretches,
    writable,
)
from visavis.access.policy import BUILT_IN, Action, Grant, Policy, overlaid

__all__ = [
    "BUILT_IN",
    "SYSTEM",
    "Action",
    "Actor",
    "Grant",
    "Ground",
    "Policy",
    "Role",
    "can",
    "grounds",
    "holders",
    "outlook",
    "overlaid",
    "predicate",
    "reach",
    "readable",
    "reason",
    "refusal",
    "require",
    "sees_all",
    "sees_everything",
    "shows",
    "stretches",
    "writable",
]
