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
        told: what is wrong with the log or the Tailnet, in `lang`; for admins only.
        privacy: what is kept of people and why, in `lang`: headings and paragraphs.
    """

    role: Role
    active: ActiveUsers
    usage: Usage
    performance: Performance
    told: tuple[str, ...] = ()
    privacy: tuple[tuple[str, str], ...] = ()
