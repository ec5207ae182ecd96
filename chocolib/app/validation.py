"""Whether the models may be released: the last weeks replayed and held against bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.backtest import Tell, run_backtest
from chocolib.app.context import Context
from chocolib.app.review import asked_of
from chocolib.app.versions import shelf
from chocolib.core.errors import ModelRejected, SettingsError
from chocolib.core.time import iso
from chocolib.models.registry import DEFAULT_MODEL, model_name
from chocolib.models.scores import scores

#: Weeks that are replayed, an origin every two days, where nothing else is asked.
WEEKS, EVERY_DAYS = 8, 2


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a model has to keep; `docs/forecast.md` has what it does keep, over years.

    Attributes:
        max_mae: mean absolute error of the median, EUR/kWh.
        max_ratio: that error over the weekly naive's at the same origins.
        min_coverage_80, min_coverage_90: share of the hours that each band holds.
        max_bias: of the median, either way, EUR/kWh.
    """

    max_mae: float = 0.035
    max_ratio: float = 0.95
    min_coverage_80: float = 0.65
    min_coverage_90: float = 0.77
    max_bias: float = 0.015

    def __post_init__(self) -> None:
        """Refuse bounds that no model could be held against.

        Raises:
            SettingsError: a negative bound, or a share above 1.
        """
        shares = (self.min_coverage_80, self.min_coverage_90)
        most = (self.max_mae, self.max_ratio, self.max_bias)
        if any(not 0 <= share <= 1 for share in shares) or any(not bound > 0 for bound in most):
            raise SettingsError(
                "bounds are above 0, and coverages are shares from 0 to 1",
                hint="for example --max-mae 0.03 --min-coverage-80 0.7",
            )


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure beside its bound.

    Attributes:
        what: "mae", "ratio", "coverage_80", "coverage_90", "bias" or "version".
        figure, bound: in the figure's unit; for "version" its fault, or none.
    """

    what: str
    figure: float | str
    bound: float | str
    ok: bool

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib validate models --json`."""
        return {"what": self.what, "figure": self.figure, "bound": self.bound, "ok": self.ok}


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validation found: the replay it stands on, and every figure beside its bound."""

    model: str
    first_origin: pd.Timestamp
    last_origin: pd.Timestamp
    origins: int
    hours: int
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether every bound is kept."""
        return all(one.ok for one in self.verdicts)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib validate models --json`."""
        return {
            "model": self.model,
            "first_origin": iso(self.first_origin),
            "last_origin": iso(self.last_origin),
            "origins": self.origins,
            "hours": self.hours,
            "unit": "EUR/kWh",
            "ok": self.ok,
            "verdicts": [one.to_dict() for one in self.verdicts],
        }


def validate_model(
    context: Context,
    bounds: Bounds,
    *,
    name: str = DEFAULT_MODEL,
    weeks: int = WEEKS,
    every_days: int = EVERY_DAYS,
    jobs: int | None = None,
    tell: Tell = lambda *_: None,
) -> Validated:
    """Replay the last weeks with the code as it is, and judge the model by them.

    Each origin sees only the hours before it. The trained versions on the shelf are opened
    too: a damaged one that is in use is a fault of its own.

    Raises:
        SettingsError: no such model, or no origin in that time.
        NotEnoughData: too few prices are known for it.
    """
    name = model_name(name)
    asked = asked_of(context, weeks=weeks, models=[name], every_days=every_days)
    frame = run_backtest(context, asked, jobs=jobs, tell=tell).frame
    origins = pd.DatetimeIndex(frame["origin"].unique())
    told = judged(frame, bounds)
    return Validated(
        model=name,
        first_origin=origins.min(),
        last_origin=origins.max(),
        origins=len(origins),
        hours=len(frame),
        verdicts=(*told, _version(context, name)),
    )


def judged(frame: pd.DataFrame, bounds: Bounds) -> tuple[Verdict, ...]:
    """The figures of one model's forecasts beside their bounds.

    Args:
        frame: of `models.backtest`, with one model; EUR/kWh.
    """
    return tuple(_judged(frame, bounds))


def _judged(frame: pd.DataFrame, bounds: Bounds) -> Iterator[Verdict]:
    row = scores(frame).iloc[0]
    bias = float((frame["actual"] - frame["q50"]).mean())
    yield _most("mae", float(row["mae"]), bounds.max_mae)
    yield _most("ratio", float(row["rmae"]), bounds.max_ratio)
    for band, least in (("80", bounds.min_coverage_80), ("90", bounds.min_coverage_90)):
        held = float(row.get(f"coverage_{band}", math.nan))
        if not math.isnan(held):  # a model may have no bands
            yield Verdict(f"coverage_{band}", round(held, 4), least, held >= least)
    yield Verdict("bias", round(bias, 5), bounds.max_bias, abs(bias) <= bounds.max_bias)


def _most(what: str, figure: float, most: float) -> Verdict:
    return Verdict(what, round(figure, 5), most, figure <= most)


def _version(context: Context, name: str) -> Verdict:
    """Whether the version in use can be opened; without any, the model is fitted each time."""
    here = shelf(context)
    try:
        chain = here.promoted(name)
        if chain:
            here.load(name, chain[0])
    except (ModelRejected, SettingsError) as damaged:
        return Verdict("version", damaged.message, "whole", ok=False)
    return Verdict("version", chain[0] if chain else "none trained", "whole", ok=True)
