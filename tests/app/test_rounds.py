"""`ingest all`, whole: every source asked on real sockets, each covering for another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.collect import Outcome, ingest_all
from chocolib.app.context import real_store
from chocolib.app.logs import keep_logs
from chocolib.app.runs import Run, kept_runs
from chocolib.app.settings import read_settings
from chocolib.core.ports import Store
from chocolib.core.schema import SITE_STATIONS
from chocolib.core.time import HOUR
from tests.app.sources_to_ask import silent
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.conftest import server as server  # noqa: PLC0414
from tests.sources.doubles import KEY, LIVE, owm_current

NOON = pd.Timestamp("2025-06-12T12:10Z")
NIGHT = pd.Timestamp("2025-06-12T05:10Z")

#: Which double answers a path.
PATHS = {
    "/es/datos/": "ree",
    "/archives/70": "esios archive",
    "/indicators/1001": "esios",
    "/api/observacion": "aemet",
    "/api/prediccion": "aemet forecast",
    "/data/2.5/weather": "openweathermap",
    "/data/2.5/forecast": "openweathermap forecast",
    "/v1/forecast": "open-meteo",
}


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    for name in ("REE", "ESIOS", "AEMET", "OPENWEATHERMAP", "OPEN_METEO", "OPEN_METEO_ARCHIVE"):
        monkeypatch.setenv(f"CHOCOLIB_{name}_URL", server.url)
    for name in ("AEMET_API_KEY", "OPENWEATHERMAP_API_KEY", "ESIOS_TOKEN"):
        monkeypatch.setenv(name, KEY)


def all_answer(server: Server, *, now: pd.Timestamp, broken: Mapping[str, Reply]) -> None:
    """Every double at its path, but for those that are broken."""
    last = {"double": ""}

    def reply(query: dict[str, str]) -> Reply:
        path = server.paths[-1]
        if not path.startswith("/sh/"):
            last["double"] = next(LIVE_NAME for start, LIVE_NAME in PATHS.items() if start in path)
        name = last["double"]
        if name in broken:
            return broken[name]
        if name == "openweathermap":
            return Reply.json(owm_current(now))
        return LIVE[name].reply(server)(query)

    server.will(reply)


def round_of(
    server: Server, store: Store, now: pd.Timestamp, broken: Mapping[str, Reply] | None = None
) -> list[Outcome]:
    all_answer(server, now=now, broken=broken or {})
    return ingest_all(store, read_settings(), clock=lambda: now, tell=silent, manners=QUICK)


def runs_of(outcomes: list[Outcome]) -> list[Run]:
    return [run for outcome in outcomes for run in outcome.runs]


def feeds(outcomes: list[Outcome]) -> list[str]:
    return [run.feed for run in runs_of(outcomes) if run.error is None]


def lost(outcomes: list[Outcome]) -> list[str]:
    return [outcome.measurement for outcome in outcomes if not outcome.delivered]


FORECASTS = ["aemet-forecast", "openweathermap-forecast", "open-meteo-forecast"]


def test_by_day_openweathermap_is_asked_and_by_night_aemet(server: Server, store: Store) -> None:
    for now, weather in ((NIGHT, "aemet"), (NOON, "openweathermap")):
        round_of(server, store, now - HOUR)  # the day before is whole
        assert feeds(round_of(server, store, now)) == ["ree", weather, *FORECASTS]


@pytest.mark.parametrize(
    ("now", "broken", "weather"),
    [
        (NOON, ["openweathermap"], "aemet"),
        (NIGHT, ["aemet"], "openweathermap"),
        (NOON, ["openweathermap", "aemet"], "open-meteo"),
    ],
)
def test_each_weather_source_covers_for_the_other(
    server: Server, store: Store, now: pd.Timestamp, broken: list[str], weather: str
) -> None:
    round_of(server, store, now - HOUR)
    done = round_of(server, store, now, dict.fromkeys(broken, Reply(503)))
    assert weather in feeds(done)
    assert not lost(done)
    rows = store.read("weather_data")
    newest = rows[rows.index == now.floor("h") - HOUR]
    assert newest["source"].tolist() == [weather]
    assert set(rows["station"]) <= set(SITE_STATIONS)
    assert rows.index.max() + HOUR <= now + HOUR / 2


def test_a_first_round_fills_the_last_day_from_whoever_has_it(server: Server, store: Store) -> None:
    """OpenWeatherMap has an hour, AEMET some of the day, Open-Meteo the rest."""
    round_of(server, store, NOON)
    rows = store.read("weather_data")
    assert set(rows["source"]) == {"openweathermap", "aemet", "open-meteo"}
    assert rows.index.is_unique
    assert len(rows) == 23  # from 13:00 of the day before to 11:00


def test_esios_covers_for_ree_and_the_archive_for_both(server: Server, store: Store) -> None:
    runs = round_of(server, store, NOON, {"ree": Reply(500)})
    assert feeds(runs)[0] == "esios-1001"
    archive_only = round_of(server, store, NOON, {"ree": Reply(500), "esios": Reply(403)})
    assert feeds(archive_only)[0] == "esios-archive-70"
    assert not lost(archive_only)


def test_when_nobody_delivers_the_rest_of_the_round_goes_on(server: Server, store: Store) -> None:
    dead = dict.fromkeys(("ree", "esios", "esios archive"), Reply(200, b"<html>maintenance</html>"))
    runs = round_of(server, store, NOON, dead)
    assert lost(runs) == ["energy_prices"]
    assert len(store.read("weather_forecast"))


def test_every_run_is_kept_and_no_key_is_anywhere(
    server: Server, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = keep_logs(read_settings())
    broken = {"openweathermap": Reply(401, KEY.encode()), "aemet forecast": Reply(429)}
    runs = round_of(server, store, NOON, broken)
    kept = kept_runs(store, newest=50)
    assert len(kept) == len(runs_of(runs))
    assert sum(run["error"] is not None for run in kept) == 2
    texts = [path.read_text("utf-8") for path in folder.iterdir() if path.suffix == ".log"]
    home = Path(read_settings().home)
    stored = b"".join(path.read_bytes() for path in home.glob("*.sqlite*"))
    assert KEY not in "".join([*texts, *capsys.readouterr(), *map(str, kept)])
    assert KEY.encode() not in stored


def test_asked_again_a_round_changes_nothing(server: Server, store: Store) -> None:
    round_of(server, store, NOON)
    again = round_of(server, store, NOON + pd.Timedelta(minutes=1))
    assert all(run.written.new == 0 for run in runs_of(again))
    assert (
        sum(run.written.updated for run in runs_of(again)) <= 1
    )  # OpenWeatherMap's own newer reading
