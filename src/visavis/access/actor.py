"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from visavis.access.policy import BUILT_IN, Policy

Role = Literal["owner", "manager", "member", "reader"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user with one role, or the system itself (``user_id`` None, role owner).

    ``colleagues``: the users of the own team, where that is known; else the database looks them up in each statement.
    """

    user_id: int | None
    role: Role
    team_id: int | None = None
    name: str = ""
    locale: str = "en"
    policy: Policy = BUILT_IN
    colleagues: tuple[int, ...] | None = None


SYSTEM = Actor(user_id=None, role="owner", name="Vis-à-vis")
