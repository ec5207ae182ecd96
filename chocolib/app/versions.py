"""Which trained model speaks: the version in use, the last good one, or another model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.logs import ml_training
from chocolib.core.errors import ModelRejected, NotEnoughData, SettingsError
from chocolib.core.ports import PriceModel
from chocolib.core.results import Remark
from chocolib.core.time import DAY, iso
from chocolib.models.registry import FALLBACKS, model_name, new_model
from chocolib.store.learned_files import from_files
from chocolib.store.shelf import Shelf

#: A version that learnt from prices older than this no longer speaks.
OLDEST = 120 * DAY


#: What the production models are called among the versions.
PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model that has seen the newest prices, and how it came to speak.

    Attributes:
        version: the trained version's name; empty when it was fitted just now.
        remarks: what people should know of the choice.
    """

    model: PriceModel
    version: str
    remarks: tuple[Remark, ...]


def shelf(context: Context) -> Shelf:
    """The trained models of the context's home; demonstration data have a shelf of their own."""
    name = "models-demo" if context.store.synthetic else "models"
    return Shelf(context.settings.home / name)


def kind_of(name: str) -> str:
    """What a model's versions are kept under.

    Raises:
        SettingsError: no model has that name.
    """
    return PRODUCTION if name == PRODUCTION else model_name(name)


def speaker(context: Context, name: str, history: pd.Series) -> Speaker:
    """The model to forecast with, ready to predict.

    The version in use speaks; if it is damaged, the last good one before it; without
    any, the model is fitted now. A replay uses only versions made before its moment.
    With too little history for a model a simpler one answers, and says so.

    Args:
        name: the model's registered name.
        history: hourly EUR/kWh known at `as_of` (UTC index), outliers left out.

    Raises:
        NotEnoughData: too little even for the simplest one.
    """
    remarks: list[Remark] = []
    found = _trained(context, name, history, remarks)
    if found is not None:
        return found
    *simpler, last = [name, *FALLBACKS[name]]
    for candidate in simpler:
        try:
            fitted = new_model(candidate).fit(history, as_of=context.as_of)
        except NotEnoughData as lacking:
            remarks.append(_simpler(candidate, lacking))
        else:
            return Speaker(fitted, "", tuple(remarks))
    return Speaker(new_model(last).fit(history, as_of=context.as_of), "", tuple(remarks))


def usable(
    context: Context, name: str
) -> tuple[PriceModel | None, dict[str, Any], str, list[Remark]]:
    """The newest good version made at or before `as_of`, untouched by newer prices.

    Returns:
        the model (None: there is none), its manifest, its name, and what was refused.
    """
    refused: list[Remark] = []
    here = shelf(context)
    try:
        chain = here.promoted(name)
    except ModelRejected as damaged:
        refused.append(_refusal("latest", damaged))
        chain = here.recorded(name)
    for version in chain:
        try:
            manifest = here.manifest(name, version)
            if pd.Timestamp(manifest["as_of"]) > context.as_of:
                continue
            learned = from_files(here.load(name, version).files)
            return new_model(name).restore(learned), manifest, version, refused
        except (ModelRejected, SettingsError) as damaged:
            refused.append(_refusal(version, damaged))
    return None, {}, "", refused


def _trained(
    context: Context, name: str, history: pd.Series, remarks: list[Remark]
) -> Speaker | None:
    model, manifest, version, refused = usable(context, name)
    remarks += refused
    if refused:
        answers = Remark("forecast.version_answers", {"version": version})
        remarks.append(answers if version else Remark("forecast.fitted_now"))
    if model is None:
        return None
    learnt_until = pd.Timestamp(manifest["data"]["last"])
    if context.as_of - learnt_until > OLDEST:
        days = int((context.as_of - learnt_until) / DAY)
        remarks.append(Remark("forecast.version_old", {"version": version, "days": days}))
        return None
    try:
        return Speaker(model.renew(history, as_of=context.as_of), version, tuple(remarks))
    except NotEnoughData as lacking:
        remarks.append(_simpler(name, lacking))
        return None


def _refusal(version: str, damaged: ModelRejected | SettingsError) -> Remark:
    ml_training.error("version refused", extra={"why": damaged.message})
    return Remark("forecast.version_refused", {"version": version, "why": damaged.message})


def _simpler(name: str, lacking: NotEnoughData) -> Remark:
    return Remark("forecast.too_little_history", {"model": name, "why": lacking.message})


def manifest_of(name: str, history: pd.Series, taught: pd.Series, code: str) -> dict[str, Any]:
    """What a manifest says of the data: the hours learnt from, and those known then."""
    return {
        "model": name,
        "code_sha256": code,
        "data": {
            "first": iso(taught.index[0]),
            "last": iso(taught.index[-1]),
            "hours": len(taught),
            "known_until": iso(history.index[-1]),
        },
    }
