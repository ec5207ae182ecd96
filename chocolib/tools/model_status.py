"""Which price model speaks, and how good it was lately."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.views.models import models_view
from chocolib.core.i18n import t
from chocolib.tools.answer import Answer, Moment, Part, price, rounded


class ModelVersion(Part):
    """A trained version of a model."""

    model: str
    version: str
    in_use: bool
    learnt_until: Moment | None = Field(description="newest hour it learnt from")
    fault: str = Field(description="what is wrong with it; empty: nothing")


class IssuedFigures(Part):
    """How the forecasts that were really issued did."""

    weeks: int = Field(description="weeks that are judged")
    days: int = Field(description="days with a forecast that could be judged")
    mean_error_eur_kwh: float | None = Field(description="mean absolute error, EUR/kWh")
    naive_error_eur_kwh: float | None = Field(
        description="that of repeating the week before, EUR/kWh"
    )
    inside_80_pct: float | None = Field(description="hours inside the 80 % band, %")
    inside_90_pct: float | None = Field(description="hours inside the 90 % band, %")


class ModelStatus(Answer):
    """The price model: what is in use, how it did, whether it needs attention."""

    model: str = Field(description="the model that the pages speak of")
    newest_forecast: Moment | None = Field(description="when the newest one was made")
    issued: tuple[IssuedFigures, ...] = Field(description="empty: nothing can be judged yet")
    loses_to_naive: bool | None = Field(
        description="it did worse than repeating the week before; null: too few days"
    )
    in_use: str | None = Field(description="version; null: the model is fitted for each forecast")
    versions: tuple[ModelVersion, ...] = Field(description="the newest first")


def get_model_status(context: Context) -> ModelStatus:
    """How good the price forecasts were lately, and which trained version is in use."""
    view = models_view(context)
    figures = tuple(_issued(view.accuracy, view.model)) if view.accuracy else ()
    few = (t("tool.model.few", context.lang),) if not figures or figures[0].days < 7 else ()
    used = [row["version"] for row in view.versions if row["in_use"] and row["model"] == view.model]
    untrained = () if used else (t("tool.model.untrained", context.lang),)
    return ModelStatus.of(
        context,
        "price_forecast",
        "energy_prices",
        remarks=(*few, *untrained),
        model=view.model,
        newest_forecast=view.newest,
        issued=figures,
        loses_to_naive=_loses(view.accuracy, view.model),
        in_use=used[0] if used else None,
        versions=tuple(map(_version, view.versions)),
    )


def _loses(accuracy: dict[str, Any] | None, model: str) -> bool | None:
    health = accuracy["health"] if accuracy else ()
    mine = next((one for one in health if one["model"] == model), None)
    return mine["loses_to_naive"] if mine else None


def _issued(accuracy: dict[str, Any], model: str) -> Iterator[IssuedFigures]:
    for weeks, models in accuracy["weeks"].items():
        mine = models.get(model)
        if mine is None:
            continue
        shares = {f"inside_{n}_pct": mine[f"coverage_{n}"] for n in (80, 90)}
        yield IssuedFigures.model_validate(
            {
                "weeks": int(weeks),
                "days": mine["origins"],
                "mean_error_eur_kwh": price(mine["mae"]),
                "naive_error_eur_kwh": price(mine["naive_mae"]),
                **{k: None if v is None else rounded(100 * v, 1) for k, v in shares.items()},
            }
        )


def _version(row: dict[str, Any]) -> ModelVersion:
    names = ("model", "version", "in_use", "learnt_until")
    told = {name: row.get(name) for name in names}
    return ModelVersion.model_validate(told | {"fault": row["fault"] or ""})
