"""Training: a challenger learns, is tried beside the version in use, and wins or does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pandas as pd

from chocolib.app.backtest import code_hash, library_versions
from chocolib.app.context import Context
from chocolib.app.daily import teaching
from chocolib.app.logs import ml_training
from chocolib.app.versions import OLDEST, PRODUCTION, kind_of, manifest_of, shelf, usable
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
    not its centre, take in the weeks of the trial too. A replay of the past never
    replaces a version that was made after its moment.

    Raises:
        NotEnoughData: too little history; SettingsError: no such model.
    """
    name, began = model_name(name), perf_counter()
    known, history = teaching(context)
    taught, origins = before_trial(history), trial_origins(history.index[-1])
    challenger = new_model(name).fit(taught, as_of=origins[0])
    fit_s = perf_counter() - began
    rival = _rival(context, name)
    frames = [tried(challenger, CHALLENGER, history, known, origins)]
    if rival.model is not None:
        frames.append(tried(rival.model, CURRENT, history, known, origins))
    found = verdict(frames)
    span = {"first_origin": iso(origins[0]), "last_origin": iso(origins[-1])}
    facts = manifest_of(name, history, taught, code_hash()) | {
        "libraries": library_versions(),
        "synthetic": context.store.synthetic,
        "trial": span | {"figures": found[CHALLENGER]},
        "fit_s": round(fit_s, 3),
    }
    challenger.recalibrate(history, as_of=context.as_of)
    here = shelf(context)
    version = here.put(name, context.as_of, facts, to_files(challenger.learned()))
    decision = _decision(context, version, rival, found, span)
    here.decide(name, decision)
    if not rival.later:
        _use(here, name, version if found["wins"] else rival.name)
    ml_training.info("model trained", extra={"model": name} | decision)
    frame = pd.concat(frames, ignore_index=True)
    return Outcome(version, decision, frame, challenger, prune(here, name))


@dataclass(frozen=True, slots=True)
class _Rival:
    """Who a challenger is tried against.

    Attributes:
        model: None where nobody can be asked; name: of the version, or empty.
        refused: damaged versions that were passed over.
        later: the version in use was made after this moment, or is empty.
    """

    model: PriceModel | None
    name: str
    refused: list[str]
    later: str


def _rival(context: Context, name: str) -> _Rival:
    current, manifest, version, refused = usable(context, name)
    aged = manifest and context.as_of - pd.Timestamp(manifest["data"]["last"]) > OLDEST
    first = next(iter(_chain(shelf(context), name)), "")
    later = first if first[:16] > f"{context.as_of:%Y%m%dT%H%M%SZ}" else ""
    why = [str(remark.values["why"]) for remark in refused]
    return _Rival(None if aged else current, version, why, later)


def _decision(
    context: Context, version: str, rival: _Rival, found: dict[str, Any], span: dict[str, str]
) -> dict[str, Any]:
    sides = {side: found[side] for side in (CHALLENGER, CURRENT) if side in found}
    return {
        "at": iso(context.now),
        "as_of": iso(context.as_of),
        "version": version,
        "against": rival.name or None,
        "promoted": found["wins"] and not rival.later,
        "why": _why(found, rival),
        "refused": rival.refused,
        "trial": span | {"figures": sides, "p": found["p"]},
    }


def promote(context: Context, name: str, version: str, why: str = "by hand") -> None:
    """Put a version in use, whatever its trial said.

    Raises:
        SettingsError: no such model or version; ModelRejected: it is damaged.
    """
    name, here = kind_of(name), shelf(context)
    if name == PRODUCTION:
        raise SettingsError(
            "scores are made by the exact rule; no forest is put in use",
            hint="docs/production-models.md says why",
        )
    here.load(name, version)
    here.decide(name, _by_hand(context, version, why))
    _use(here, name, version)


def rollback(context: Context, name: str) -> str:
    """Put the version back in use that was before the present one; returns its name.

    Raises:
        SettingsError: there is none; ModelRejected: it is damaged.
    """
    name, here = kind_of(name), shelf(context)
    chain = here.promoted(name)
    if len(chain) < 2:
        raise SettingsError(
            f"there is no version of {name} before the present one",
            hint=f"chocolib models list --model {name} shows those there are",
        )
    here.load(name, chain[1])
    why = {"instead_of": chain[0]}
    here.decide(name, _by_hand(context, chain[1], f"rolled back {chain[0]}") | why)
    with here.alone(name):
        here.point(name, [version for version in here.promoted(name) if version != chain[0]])
    return chain[1]


def prune(here: Shelf, name: str, keep: int = KEPT) -> list[str]:
    """Delete the oldest versions beyond `keep`, never the one in use or the one before it."""
    with here.alone(name):
        chain = here.promoted(name)
        safe = set(chain[:2])
        names = here.names(name)
        spare = max(0, keep - len(safe))
        kept = safe | set([version for version in names if version not in safe][:spare])
        gone = [version for version in names if version not in kept]
        if gone:
            here.point(name, [version for version in chain if version in kept])
        for version in gone:
            here.remove(name, version)
    return gone


def listed(context: Context, name: str | None = None) -> list[dict[str, Any]]:
    """Every version, newest first: what it is, how its trial went, what is wrong with it.

    Raises:
        SettingsError: no such model.
    """
    here = shelf(context)
    kinds = [kind_of(name)] if name else here.kinds()
    return [entry for kind in kinds for entry in _entries(here, kind)]


def shown(context: Context, name: str, version: str | None = None) -> dict[str, Any]:
    """The manifest of a version (default: the one in use) and the model's decisions.

    Raises:
        SettingsError: no such model or version; ModelRejected: it is damaged.
    """
    name, here = kind_of(name), shelf(context)
    chosen = version or next(iter(here.promoted(name)), "")
    if not chosen:
        raise SettingsError(f"{name} has no version", hint=f"chocolib models train {name}")
    manifest = here.load(name, chosen).manifest
    return {"version": chosen, **manifest, "decisions": here.decisions(name)}


def _entries(here: Shelf, kind: str) -> Iterator[dict[str, Any]]:
    """Its versions; the first good one of those promoted is the one in use."""
    found = {version: _entry(here, kind, version) for version in here.names(kind)}
    good = [name for name in _chain(here, kind) if name in found and not found[name]["fault"]]
    return (one | {"in_use": one["version"] in good[:1]} for one in found.values())


def _entry(here: Shelf, kind: str, version: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"model": kind, "version": version, "in_use": False, "fault": None}
    try:
        manifest = here.load(kind, version).manifest
    except ModelRejected as damaged:
        return entry | {"fault": damaged.message}
    told = {"as_of": manifest["as_of"], "learnt_until": manifest["data"]["last"]}
    figures = manifest["trial"]["figures"]
    return entry | told | {"figures": figures, "synthetic": manifest["synthetic"]}


def _chain(here: Shelf, name: str) -> list[str]:
    """The version in use and those before it; by the record where the pointer is damaged."""
    try:
        return here.promoted(name)
    except ModelRejected as damaged:
        ml_training.warning("pointer cannot be read", extra={"why": damaged.message})
        return here.recorded(name)


def _use(here: Shelf, name: str, version: str) -> None:
    """Put a version first; a pointer that cannot be read is written anew."""
    with here.alone(name):
        here.point(name, [version, *(v for v in _chain(here, name) if v != version)])


def _by_hand(context: Context, version: str, why: str) -> dict[str, Any]:
    at = {"at": iso(context.now), "as_of": iso(context.as_of)}
    return {**at, "version": version, "promoted": True, "why": why}


def _why(found: dict[str, Any], rival: _Rival) -> str:
    """The decision in words, with its figures."""
    if rival.later:
        return f"a replay of the past: {rival.later} was made later and stays in use"
    if CURRENT in found:
        mine, theirs = found[CHALLENGER]["mae"], found[CURRENT]["mae"]
        if mine == theirs:
            return f"MAE {mine:.6f} EUR/kWh is that of {rival.name} too: nothing is gained"
        verb = "less" if found["wins"] else "not less"
        return f"MAE {mine:.6f} EUR/kWh is {verb} than {theirs:.6f} of {rival.name}"
    if rival.name:
        return f"{rival.name} learnt from prices more than {OLDEST / DAY:.0f} days old"
    return "the versions in use cannot be read" if rival.refused else "it is the first version"
