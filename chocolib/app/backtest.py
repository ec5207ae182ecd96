"""The backtest as a use case: prices from the store, results kept, and resumed when stopped."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.logs import ml_training
from chocolib.core.errors import DataError
from chocolib.core.measurement import OUTLIER
from chocolib.core.time import DAY, Window, iso
from chocolib.models.backtest import HORIZON, Known, New, forecasts, origins_between
from chocolib.models.registry import HISTORY, MODELS, model_name
from chocolib.models.scores import by_day, by_period, diebold_mariano, scores
from chocolib.store.durable import replace

#: Told the origins done and all of them.
Tell = Callable[[int, int], None]
_LIBRARIES = ("chocolib", "numpy", "pandas", "prophet", "holidays")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a backtest is asked: local dates of the first and last origin, and the rest."""

    start: date
    end: date
    every_days: int
    models: tuple[str, ...]
    known: Known
    horizon: int = HORIZON

    @classmethod
    def of(
        cls, start: date, end: date, every_days: int, models: Sequence[str], known: Known
    ) -> Asked:
        """With the models' registered names.

        Raises:
            SettingsError: no such model.
        """
        names = tuple(dict.fromkeys(model_name(name.strip()) for name in models))
        return cls(start, end, every_days, names, known)

    @property
    def origins(self) -> list[pd.Timestamp]:
        """Madrid midnights in UTC; raises SettingsError when there is none."""
        return origins_between(self.start, self.end, self.every_days)


@dataclass(frozen=True, slots=True)
class Result:
    """Where a backtest is kept, its exact settings and its forecasts."""

    folder: Path
    settings: dict[str, Any]
    frame: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib backtest --json`; NaN is null."""
        models = self.settings["models"]
        tests = [
            {"first": a, "second": b, **_plain(diebold_mariano(self.frame, a, b))}
            for a, b in combinations(models, 2)
        ]
        return {
            "settings": self.settings,
            "folder": str(self.folder),
            "unit": "EUR/kWh",
            "scores": _rows(scores(self.frame)),
            "by_day": _rows(by_day(self.frame)),
            "by_period": _rows(by_period(self.frame)),
            "diebold_mariano": tests,
        }


def run_backtest(
    context: Context, asked: Asked, *, jobs: int | None = None, tell: Tell = lambda *_: None
) -> Result:
    """Forecast at every origin what is not kept yet, and keep all of it.

    The same question over the same prices with the same code goes on where it was
    stopped. Prices are the latest values known at `as_of`, each origin sees those of
    the hours before it.

    Raises:
        SettingsError: no origin. NotEnoughData: a model lacks history at an origin.
    """
    origins = asked.origins
    window = Window(origins[0] - HISTORY, origins[-1] + asked.horizon * (DAY / 24))
    stored = prices(context, window)
    return kept_backtest(context.settings.home / "backtests", stored, asked, jobs=jobs, tell=tell)


def kept_backtest(
    folder: Path,
    stored: pd.DataFrame,
    asked: Asked,
    *,
    models: New = MODELS,
    code: Path | None = None,
    jobs: int | None = None,
    tell: Tell = lambda *_: None,
) -> Result:
    """`run_backtest` over prices that are at hand, kept in a folder below `folder`.

    Args:
        stored: `price_eur_kwh` and `flag` by UTC hour.
        models: untrained models by name, at least those that are asked for.
        code: the file of models that are not chocolib's own: the result depends on it.

    Raises:
        SettingsError: no origin. NotEnoughData: a model lacks history at an origin.
    """
    origins = asked.origins
    settings = settings_of(asked, stored, code)
    folder = folder / _name(asked, settings)
    _keep_text(folder / "settings.json", json.dumps(settings, indent=2))
    done = {origin: path for origin in origins if (path := _part(folder, origin)).exists()}
    tell(len(done), len(origins))
    left = [origin for origin in origins if origin not in done]
    for part in _made(stored, asked, left, models, jobs):
        origin = pd.Timestamp(part["origin"].iloc[0])
        _keep(part, _part(folder, origin))
        done[origin] = _part(folder, origin)
        tell(len(done), len(origins))
    frame = pd.concat([_read(done[origin]) for origin in origins], ignore_index=True)
    _keep(frame, folder / "forecasts.parquet")
    result = Result(folder, settings, frame)
    _keep_text(folder / "scores.json", json.dumps(result.to_dict(), indent=2, allow_nan=False))
    ml_training.info("backtest made", extra={"folder": folder.name, "origins": len(origins)})
    return result


def settings_of(asked: Asked, stored: pd.DataFrame, code: Path | None = None) -> dict[str, Any]:
    """Everything that a result depends on: the question, the prices, the code."""
    stamps = pd.DatetimeIndex(stored.index).as_unit("s").asi8
    flags = (stored["flag"] == OUTLIER).to_numpy()
    values = stored["price_eur_kwh"].to_numpy(dtype=float)
    content = b"".join(np.ascontiguousarray(part).tobytes() for part in (stamps, values, flags))
    return {
        **asdict(asked),
        "start": asked.start.isoformat(),
        "end": asked.end.isoformat(),
        "models": list(asked.models),
        "prices": {
            "hours": len(stored),
            "first": iso(stored.index[0]) if len(stored) else None,
            "last": iso(stored.index[-1]) if len(stored) else None,
            "sha256": hashlib.sha256(content).hexdigest(),
        },
        "code_sha256": code_hash(code),
        "versions": library_versions(),
    }


def library_versions() -> dict[str, str]:
    """Versions of the libraries that a forecast depends on."""
    return {name: version(name) for name in _LIBRARIES}


def code_hash(more: Path | None = None) -> str:
    """A hash of the code that forecasts: other code never resumes a run of this one."""
    rooms = Path(__file__).parents[1]
    files = sorted(file for room in ("core", "models") for file in (rooms / room).glob("*.py"))
    files += [more] if more else []
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _made(
    stored: pd.DataFrame, asked: Asked, origins: list[pd.Timestamp], models: New, jobs: int | None
) -> Iterator[pd.DataFrame]:
    flagged = pd.DatetimeIndex(stored.index[(stored["flag"] == OUTLIER).to_numpy()])
    return forecasts(
        stored["price_eur_kwh"],
        origins=origins,
        models={name: models[name] for name in asked.models},
        horizon=asked.horizon,
        known=asked.known,
        outliers=flagged,
        jobs=jobs,
    )


def _name(asked: Asked, settings: dict[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]
    return f"{asked.start}_{asked.end}_{asked.every_days}d_{asked.known}_{digest}"


def _part(folder: Path, origin: pd.Timestamp) -> Path:
    return folder / "parts" / f"{origin:%Y%m%dT%H%MZ}.parquet"


def _keep(frame: pd.DataFrame, path: Path) -> None:
    into = BytesIO()
    frame.to_parquet(into, index=False)
    replace(path, into.getvalue())


def _keep_text(path: Path, text: str) -> None:
    replace(path, f"{text}\n".encode())


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} is not a part of a backtest: {error}", hint="delete it and run again"
        ) from None


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [_plain(row) for row in table.reset_index().to_dict("records")]


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Numbers to six digits, NaN as None."""
    return {
        str(name): (None if math.isnan(value) else round(value, 6))
        if isinstance(value, float)
        else value
        for name, value in row.items()
    }
