"""Training: a challenger learns, is tried beside the version in use, and wins or does not."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pandas as pd

from chocolib.app.backtest import code_hash, library_versions
from chocolib.app.context import Context
from chocolib.app.daily import teaching
from chocolib.app.logs import ml_training
from chocolib.app.versions import OLDEST, manifest_of, shelf, usable
from chocolib.core.errors import ModelRejected, SettingsError
from chocolib.core.ports import PriceModel
from chocolib.core.time import DAY, iso
from chocolib.models.registry import model_name, new_model
from chocolib.models.trial import (
    CHALLENGER,
    CURRENT,
    before_trial,
    trial_origins,
    tried,
    verdict,
)
from chocolib.store.learned_files import to_files
from chocolib.store.shelf import Shelf

#: Versions of each kind that are kept.
KEPT = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to.

    Attributes:
        version: the new version's name.
        decision: as it stands in the record: promoted or not, why, and the figures.
        frame: the trial's forecasts, as `models.backtest` frames them.
        model: the new version, having seen all that is known.
        pruned: versions deleted, so that `KEPT` remain.
    """

    version: str
    decision: dict[str, Any]
    frame: pd.DataFrame
    model: PriceModel
    pruned: list[str]


def train(context: Context, name: str) -> Outcome:
    """Make a version of a model from what is known at `as_of`, and try it.

    It learns from the prices before the trial, is tried on the last weeks beside the
    version in use, and takes its place only if it misses less there. Then its bands,
    not its centre, take in the weeks of the trial too.

    Raises:
        NotEnoughData: too little history; SettingsError: no such model.
    """
    name, began = model_name(name), perf_counter()
    known, history = teaching(context)
    taught, origins = before_trial(history), trial_origins(history.index[-1])
    challenger = new_model(name).fit(taught, as_of=origins[0])
    fit_s = perf_counter() - began
    frames = [tried(challenger, CHALLENGER, history, known, origins)]
    current, manifest, current_name, refused = usable(context, name)
    last = pd.Timestamp(manifest["data"]["last"]) if manifest else None
    fresh = last is not None and context.as_of - last <= OLDEST
    if current is not None and fresh:
        frames.append(tried(current, CURRENT, history, known, origins))
    found = verdict(frames)
    challenger.recalibrate(history, as_of=context.as_of)
    facts = manifest_of(name, history, taught, code_hash()) | {
        "libraries": library_versions(),
        "synthetic": context.store.synthetic,
        "trial": {
            "first_origin": iso(origins[0]),
            "last_origin": iso(origins[-1]),
            "figures": found[CHALLENGER],
        },
        "fit_s": round(fit_s, 3),
    }
    here = shelf(context)
    version = here.put(name, context.as_of, facts, to_files(challenger.learned()))
    decision = {
        "at": iso(context.now),
        "as_of": iso(context.as_of),
        "version": version,
        "against": current_name or None,
        "promoted": found["wins"],
        "why": _why(found, current_name, fresh=fresh, refused=bool(refused)),
        "refused": [remark.values["why"] for remark in refused],
        "trial": facts["trial"] | {"figures": _sides(found), "p": found["p"]},
    }
    here.decide(name, decision)
    _use(here, name, version if found["wins"] else current_name)
    ml_training.info("model trained", extra={"model": name} | decision)
    return Outcome(
        version, decision, pd.concat(frames, ignore_index=True), challenger, prune(here, name)
    )


def promote(context: Context, name: str, version: str, why: str = "by hand") -> None:
    """Put a version in use, whatever its trial said.

    Raises:
        SettingsError: no such model or version; ModelRejected: it is damaged.
    """
    name, here = model_name(name), shelf(context)
    here.load(name, version)
    _use(here, name, version)
    here.decide(name, _by_hand(context, version, promoted=True, why=why))


def rollback(context: Context, name: str) -> str:
    """Put the version back in use that was before the present one; returns its name.

    Raises:
        SettingsError: there is none; ModelRejected: it is damaged.
    """
    name, here = model_name(name), shelf(context)
    chain = here.promoted(name)
    if len(chain) < 2:
        raise SettingsError(
            f"there is no version of {name} before the present one",
            hint=f"chocolib models list --model {name} shows those there are",
        )
    here.load(name, chain[1])
    here.point(name, chain[1:])
    here.decide(name, _by_hand(context, chain[1], promoted=True, why=f"rolled back {chain[0]}"))
    return chain[1]


def prune(here: Shelf, name: str, keep: int = KEPT) -> list[str]:
    """Delete the oldest versions beyond `keep`, never the one in use or the one before it."""
    safe = set(here.promoted(name)[:2])
    names = here.names(name)
    spare = max(0, keep - len(safe))
    kept = safe | set([version for version in names if version not in safe][:spare])
    gone = [version for version in names if version not in kept]
    here.point(name, [version for version in here.promoted(name) if version in kept])
    for version in gone:
        here.remove(name, version)
    return gone


def listed(context: Context, name: str | None = None) -> list[dict[str, Any]]:
    """Every version, newest first: what it is, how its trial went, what is wrong with it.

    Raises:
        SettingsError: no such model.
    """
    here = shelf(context)
    kinds = [model_name(name)] if name else here.kinds()
    return [_entry(here, kind, version) for kind in kinds for version in here.names(kind)]


def shown(context: Context, name: str, version: str | None = None) -> dict[str, Any]:
    """The manifest of a version (default: the one in use) and the model's decisions.

    Raises:
        SettingsError: no such model or version; ModelRejected: it is damaged.
    """
    name, here = model_name(name), shelf(context)
    chosen = version or next(iter(here.promoted(name)), "")
    if not chosen:
        raise SettingsError(f"{name} has no version", hint=f"chocolib models train {name}")
    manifest = here.load(name, chosen).manifest
    return {"version": chosen, **manifest, "decisions": here.decisions(name)}


def _entry(here: Shelf, kind: str, version: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"model": kind, "version": version, "in_use": False, "fault": None}
    try:
        entry["in_use"] = here.promoted(kind)[:1] == [version]
        manifest = here.load(kind, version).manifest
    except ModelRejected as damaged:
        return entry | {"fault": damaged.message}
    trial = manifest["trial"]
    told = {"as_of": manifest["as_of"], "learnt_until": manifest["data"]["last"]}
    return entry | told | {"figures": trial["figures"], "synthetic": manifest["synthetic"]}


def _use(here: Shelf, name: str, version: str) -> None:
    """Put a version first; a pointer that cannot be read is written anew."""
    try:
        before = here.promoted(name)
    except ModelRejected as damaged:
        ml_training.warning("pointer written anew", extra={"why": damaged.message})
        before = []
    chain = [earlier for earlier in before if earlier != version]
    here.point(name, [version, *chain])


def _by_hand(context: Context, version: str, *, promoted: bool, why: str) -> dict[str, Any]:
    at = {"at": iso(context.now), "as_of": iso(context.as_of)}
    return {**at, "version": version, "promoted": promoted, "why": why}


def _sides(found: dict[str, Any]) -> dict[str, Any]:
    return {side: found[side] for side in (CHALLENGER, CURRENT) if side in found}


def _why(found: dict[str, Any], current: str, *, fresh: bool, refused: bool) -> str:
    """The decision in words, with its figures."""
    mine = found[CHALLENGER]["mae"]
    if CURRENT not in found:
        if current and not fresh:
            return f"{current} learnt from prices more than {OLDEST / DAY:.0f} days old"
        return "the versions in use cannot be read" if refused else "it is the first version"
    theirs = found[CURRENT]["mae"]
    verb = "less" if found["wins"] else "not less"
    return f"MAE {mine:.5f} EUR/kWh is {verb} than {theirs:.5f} of {current}"
