"""The price models by name."""

from __future__ import annotations

from collections.abc import Callable

from chocolib.core.errors import SettingsError
from chocolib.core.ports import PriceModel
from chocolib.models.baselines import WeeklyNaive, WeeksMean
from chocolib.models.champion import Champion
from chocolib.models.intervals import Conformal
from chocolib.models.prophet import ProphetPrices

MODELS: dict[str, Callable[[], PriceModel]] = {
    WeeklyNaive.name: lambda: Conformal(WeeklyNaive),
    WeeksMean.name: lambda: Conformal(WeeksMean),
    "base": lambda: _alone("base"),
    "lad": lambda: _alone("lad"),
    "ridge": lambda: _alone("ridge"),
    "yesterday": lambda: _alone("yesterday"),
    ProphetPrices.name: lambda: Conformal(ProphetPrices),
    Champion.name: lambda: Conformal(Champion),
}
#: Who answers, in this order, where there is too little history for a model.
FALLBACKS: dict[str, tuple[str, ...]] = {
    name: () if name == WeeklyNaive.name else (WeeklyNaive.name,) for name in MODELS
}
#: Names that people also use.
ALSO_CALLED = {"naive": WeeklyNaive.name}
#: How far back a forecast looks: enough for the longest model and its replays.
HISTORY = Champion.learns_from
DEFAULT_MODEL = Champion.name


def _alone(voice: str) -> Conformal:
    """One voice of the champion (or its base) as a model of its own."""
    return Conformal(lambda: Champion((voice,), voice))


def new_model(name: str) -> PriceModel:
    """An untrained model.

    Raises:
        SettingsError: no model has that name; lists those there are.
    """
    return MODELS[model_name(name)]()


def model_name(name: str) -> str:
    """The registered name of a model ("naive" is "weekly-naive").

    Raises:
        SettingsError: no model has that name; lists those there are.
    """
    known = ALSO_CALLED.get(name, name)
    if known not in MODELS:
        raise SettingsError(f"no model is called {name!r}", hint=f"use one of: {', '.join(MODELS)}")
    return known
