"""What the "usage" page shows: who uses the dashboards, and how the house fares."""

from __future__ import annotations

from dataclasses import dataclass

from chocolib.core.roles import Role
from chocolib.core.usage import ActiveUsers, Performance, Usage
from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class UsageView(View):
    """Everything on the "usage" page; what the role may not see is not in it.

    Attributes:
        role: who reads it.
        told: what was wrong with the log or the Tailnet when they were last read, in `lang`.
    """

    role: Role
    active: ActiveUsers
    usage: Usage
    performance: Performance
    told: tuple[str, ...] = ()
