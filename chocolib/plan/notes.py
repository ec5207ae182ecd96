"""What a plan says of itself: why it is late, what it sets aside, what its steps round up."""

from __future__ import annotations

import pandas as pd

from chocolib.core.errors import PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.core.facts import Fact
from chocolib.core.remarks import Remark

#: Batches underway have to go on in a room that is not fit for them.
LIMITS_ASIDE = Remark("plan.note.limits_aside")
#: The search against the dear price paths ended without a plan.
NOT_WEIGHED = Remark("plan.note.not_weighed")


def too_late(refusal: PlanInfeasible) -> Remark:
    """Why not everything can be in time; its bottleneck is that of `Plan.bottleneck`."""
    bottleneck = Fact(refusal.bottleneck, "key")
    return Remark("plan.note.late", {"bottleneck": bottleneck, "why": refusal.said})


def rounded(spec: FactorySpec, step: pd.Timedelta) -> list[Remark]:
    """What the step rounds up."""
    minutes = int(step / pd.Timedelta(minutes=1))
    return [
        Remark(
            "plan.note.rounded",
            {
                "stage": Fact(stage, "name"),
                "product": Fact(product, "name"),
                "hours": Fact(hours, "h"),
                "planned": Fact(planned, "h"),
                "step": Fact(minutes, "min"),
            },
        )
        for stage, product, hours, planned in spec.rounded_up(minutes)
    ]
