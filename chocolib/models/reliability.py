"""Whether quantiles mean what they say: how often what came lay below each of them. Pure."""

from __future__ import annotations

import pandas as pd

from chocolib.core.results import QUANTILES


def reliability(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    """How often the price that came lay below each quantile.

    Args:
        frame: of `models.backtest`; hours without an actual price do not count.

    Returns:
        Quantile ("q05"..) x `wanted`, `below` (shares) and `hours`; without a row where the
        model does not give the quantile.
    """
    part = frame[(frame["model"] == model) & frame["actual"].notna()]
    rows = {}
    for name in QUANTILES:
        told = part[part[name].notna()] if name in part else part[:0]
        if len(told):
            below = float((told["actual"] < told[name]).mean())
            rows[name] = {"wanted": int(name[1:]) / 100, "below": below, "hours": len(told)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["wanted", "below", "hours"])
