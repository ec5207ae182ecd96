"""What a forecaster looks at after the figures: hours, bands, days and single weeks.

Every function takes the frame of `models.backtest` and is pure.
"""

from __future__ import annotations

import pandas as pd

from chocolib.core.clock import clock_of
from chocolib.core.time import HOUR, local_date, midnight
from chocolib.models.baselines import WeeklyNaive
from chocolib.models.calendar import is_holiday
from chocolib.models.scores import by_day, scores

#: The share of a band's name: how often it should hold.
NOMINAL = {"coverage_80": 0.80, "coverage_90": 0.90}
#: How far coverage may be from it: over all hours, and on a single horizon day.
TOLERANCE, DAY_TOLERANCE = 0.03, 0.05
#: Reasons for a bad day, as `worst_days` names them.
REASONS = (
    "holiday", "beside_holiday", "clock_change", "level_up", "level_down", "shape", "jump_up",
    "jump_down",
)  # fmt: skip
#: A day is off as a whole when its mean error is more than this share of the MAE.
_LEVEL_SHARE = 0.75


def with_naive(frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame and the weekly naive that every row carries, as a model without bands.

    A frame that has it already is given back as it is.
    """
    if frame.empty or (frame["model"] == WeeklyNaive.name).any():
        return frame
    first = frame[frame["model"] == frame["model"].iloc[0]]
    naive = first.drop(columns=["q05", "q10", "q90", "q95"], errors="ignore")
    naive = naive.assign(model=WeeklyNaive.name, q50=first["naive"], fit_s=0.0, predict_s=0.0)
    both: pd.DataFrame = pd.concat([frame, naive], ignore_index=True)
    return both


def calibration(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    """How often a model's bands held.

    Returns:
        horizon day (0: all of them together) x `NOMINAL`, shares; no row where the
        model gives no band.
    """
    part = frame[frame["model"] == model]
    names = list(NOMINAL)
    whole = scores(part).reindex(columns=names).set_axis([0])
    days = by_day(part).reindex(columns=names).droplevel("model")
    held = pd.concat([whole, days]).astype(float).dropna(how="all")
    return held.rename_axis("day")


def held_by_origin(frame: pd.DataFrame, model: str) -> pd.DataFrame:
    """How often a model's bands held in the week of each origin.

    Returns:
        UTC origin x `NOMINAL`, shares; no row where the model gives no band.
    """
    part = frame[frame["model"] == model]
    found = {origin: scores(week).iloc[0] for origin, week in part.groupby("origin")}
    table = pd.DataFrame(found).T.reindex(columns=list(NOMINAL))
    return table.astype(float).dropna(how="all").rename_axis("origin")


def drift(frame: pd.DataFrame, model: str) -> tuple[float, float] | None:
    """MAE over the weekly naive's, in the earlier and the later half of the origins.

    None with fewer than two origins.
    """
    part = frame[frame["model"] == model]
    origins = sorted(part["origin"].unique())
    if len(origins) < 2:
        return None
    later = part["origin"] >= origins[len(origins) // 2]
    before, after = (scores(half)["rmae"].iloc[0] for half in (part[~later], part[later]))
    return float(before), float(after)


def telling_origins(frame: pd.DataFrame, model: str) -> pd.Series:
    """The origins where a model did best, was in the middle and did worst.

    Returns:
        UTC origins by "best", "median", "worst"; one origin stands for all three when
        there is only one. Origins with an hour not yet published do not count.
    """
    part = frame[frame["model"] == model]
    whole = part.groupby("origin")["actual"].transform(lambda actual: actual.notna().all())
    part = part[whole.astype(bool)]
    error = (part["actual"] - part["q50"]).abs().groupby(part["origin"]).mean().sort_values()
    if error.empty:
        return pd.Series(dtype="datetime64[us, UTC]")
    places = {"best": 0, "median": (len(error) - 1) // 2, "worst": len(error) - 1}
    return pd.Series({name: error.index[place] for name, place in places.items()})


def one_week(frame: pd.DataFrame, model: str, origin: pd.Timestamp) -> pd.DataFrame:
    """What a model said at one origin: UTC hours x quantiles, known, naive and actual."""
    part = frame[(frame["model"] == model) & (frame["origin"] == origin)]
    return part.set_index("time").drop(columns=["origin", "model", "lead_h"])


def daily_error(frame: pd.DataFrame) -> pd.DataFrame:
    """MAE in EUR/kWh of each Madrid date (rows) and model (columns), over all origins."""
    part = frame[frame["actual"].notna()]
    date = pd.Index([local_date(time) for time in part["time"]], name="date")
    error = (part["actual"] - part["q50"]).abs().to_numpy()
    table = pd.Series(error).groupby([date, part["model"].to_numpy()]).mean().unstack()
    return table.rename_axis(columns="model")


def worst_days(frame: pd.DataFrame, model: str, n: int = 5) -> pd.DataFrame:
    """The Madrid dates on which a model missed most, and what they have about them.

    Returns:
        per date, worst first: mae, naive_mae, bias (mean of actual less forecast),
        jump (mean of actual less the week before), all EUR/kWh over all origins that
        reach it, and reasons (a tuple out of `REASONS`): holiday of the country or of the
        day before or after, a day of 23 or 25 hours, whether the whole day was dearer or
        cheaper than said or rather its shape another, and whether the level had moved the
        same way since the week before.
    """
    part = frame[(frame["model"] == model) & frame["actual"].notna()]
    error, away = part["actual"] - part["q50"], part["actual"] - part["naive"]
    told = pd.DataFrame(
        {
            "date": clock_of(pd.DatetimeIndex(part["time"]))[0],
            "mae": error.abs(),
            "naive_mae": away.abs(),
            "bias": error,
            "jump": away,
        }
    )
    days = told.groupby("date").mean().sort_values("mae", ascending=False).head(n)
    days["reasons"] = pd.Series({day: _reasons(day, row) for day, row in days.iterrows()})
    return days


def _reasons(day: object, row: pd.Series) -> tuple[str, ...]:
    date = pd.Timestamp(str(day))
    near = is_holiday(pd.date_range(date - pd.Timedelta(days=1), periods=3))
    found = []
    if near[1]:
        found.append("holiday")
    elif near.any():
        found.append("beside_holiday")
    following = (date + pd.Timedelta(days=1)).date()
    if midnight(following) - midnight(date.date()) != 24 * HOUR:
        found.append("clock_change")
    return (*found, *_moved(row))


def _moved(row: pd.Series) -> tuple[str, ...]:
    """Whether the day as a whole was off, and whether its level had just moved that way."""
    if abs(row["bias"]) <= _LEVEL_SHARE * row["mae"]:
        return ("shape",)
    way = "up" if row["bias"] > 0 else "down"
    jumped = abs(row["jump"]) > _LEVEL_SHARE * row["naive_mae"]
    same = jumped and (row["jump"] > 0) == (row["bias"] > 0)
    return (f"level_{way}", f"jump_{way}") if same else (f"level_{way}",)
