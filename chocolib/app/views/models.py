"""What the "models" page shows, as known at `as_of`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chocolib.app.accuracy import accuracy
from chocolib.app.context import Context
from chocolib.app.review import decisions_by, versions_by
from chocolib.app.versions import usable
from chocolib.core.views import ModelsView
from chocolib.models.registry import DEFAULT_MODEL


def models_view(context: Context) -> ModelsView:
    """What was issued and how it did, the trained versions and what was decided of them."""
    found = accuracy(context)
    model = str(found["model"]) if found else DEFAULT_MODEL
    decided = decisions_by(context)
    _, _, used, _ = usable(context, model)
    listed = [row | {"in_use": row["version"] == used} for row in versions_by(context)]
    newest = context.store.latest("price_forecast", as_of=context.as_of)
    return ModelsView(
        as_of=context.as_of,
        lang=context.lang,
        model=model,
        accuracy=found,
        alert=bool(found and _loses(found["health"], model)),
        newest=pd.Timestamp(newest["available_at"].max()) if len(newest) else None,
        versions=tuple(listed),
        decisions=tuple(decided),
        since=_since(used, decided),
        synthetic=context.store.synthetic,
        replay=context.replay,
    )


def _loses(judged: Sequence[Mapping[str, Any]], model: str) -> bool:
    return any(one["model"] == model and one["loses_to_naive"] for one in judged)


def _since(used: str, decided: Sequence[Mapping[str, Any]]) -> pd.Timestamp | None:
    """When the version in use was last put in use."""
    taken = [one for one in decided if used and one["version"] == used and one["promoted"]]
    return pd.Timestamp(taken[0]["as_of"]) if taken else None
