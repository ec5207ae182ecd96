"""The live way, end to end, against a server on this machine that answers like apidatos."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from chocolib.app.collect import missing_window
from chocolib.app.context import clock, demo_store, open_context, reading_store, real_store
from chocolib.app.live import fill_demo, ingest_ree
from chocolib.app.settings import read_settings
from chocolib.app.supply import supply
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.time import HOUR, Window, known_until, utc
from chocolib.sources.http import Manners
from tests.app.sources_to_ask import silent
from tests.conftest import made_up_prices, price_frame
from tests.sources.ree_answers import answer, series

ROOT = Path(__file__).parents[2]
QUICK = Manners(min_interval_s=0)


class Apidatos(BaseHTTPRequestHandler):
    """Answers with a plain daily wave, up to what would be published now."""

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        last = min(utc(query["end_date"]), known_until(clock()) - HOUR)
        hours = pd.date_range(utc(query["start_date"]), last, freq="h").tz_convert("Europe/Madrid")
        values = [
            {"value": 100 + 40 * (hour.hour % 12), "percentage": 1, "datetime": hour.isoformat()}
            for hour in hours
        ]
        body = json.dumps(answer(series("1001", "PVPC (€/MWh)", values))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def ree(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Apidatos)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("CHOCOLIB_REE_URL", url)
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_window_over_both_clock_changes_comes_in_whole(ree: str) -> None:
    store = real_store(read_settings())
    window = Window(utc("2025-03-29"), utc("2025-04-02"))
    said: list[Window] = []
    written = ingest_ree(
        store,
        read_settings(),
        window,
        clock=clock,
        tell=lambda _run, part, _written: said.append(part),
        manners=QUICK,
    )
    assert written.new == len(window) == 4 * 24 - 1
    assert written.quarantined == 0
    assert said == [window]


def test_live_prices_go_before_everything(ree: str) -> None:
    said: list[str] = []
    found = supply(read_settings(), [], say=said.append, manners=QUICK)
    assert found.as_of is None
    assert not found.store.synthetic
    newest = found.store.latest("energy_prices").index[-1]
    assert newest == known_until(clock()) - HOUR
    assert set(found.store.read("energy_prices")["source"]) == {"ree"}


def test_a_second_fetch_asks_only_for_what_is_new(ree: str) -> None:
    settings = read_settings()
    store = real_store(settings)
    now = clock()
    first = missing_window(store, now=now)
    ingest_ree(store, settings, first, clock=clock, tell=silent, manners=QUICK)
    again = missing_window(store, now=now)
    assert again.end - again.start <= pd.Timedelta(days=3)
    written = ingest_ree(store, settings, again, clock=clock, tell=silent, manners=QUICK)
    assert written.new == 0


def test_offline_and_with_nothing_there_is_a_demonstration() -> None:
    said: list[str] = []
    found = supply(read_settings(), [], say=said.append)
    assert found.store.synthetic
    assert found.as_of is None
    assert any("REE cannot be reached" in line for line in said)
    assert any("demonstration" in line for line in said)


def test_offline_with_an_old_file_its_last_day_is_replayed(pvpc_csv: Path) -> None:
    found = supply(read_settings(), [pvpc_csv], say=lambda _: None)
    assert not found.store.synthetic
    assert found.as_of == "2026-01-30T19:30:00Z"
    assert open_context(as_of=found.as_of, store=found.store).replay


def test_offline_with_fresh_prices_now_is_now() -> None:
    store = real_store(read_settings())
    recent = made_up_prices(str(known_until(clock()) - 48 * HOUR)[:19], 48)
    store.write("energy_prices", price_frame(recent), received_at=clock())
    assert supply(read_settings(), [], say=lambda _: None).as_of is None


def test_a_network_setting_that_cannot_work_does_not_stop_the_first_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHOCOLIB_REE_URL", "nonsense")
    assert supply(read_settings(), [], say=lambda _: None).store.synthetic
    monkeypatch.setenv("CHOCOLIB_REE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    assert supply(read_settings(), [], say=lambda _: None).store.synthetic


def test_a_named_store_without_prices_shows_the_demonstration_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHOCOLIB_STORE_URL", f"sqlite://{tmp_path / 'named.sqlite'}")
    assert supply(read_settings(), [], say=lambda _: None).store.synthetic
    assert reading_store(read_settings()).synthetic


def test_the_demonstration_knows_no_hour_that_has_not_ended() -> None:
    demo = demo_store(read_settings())
    now = pd.Timestamp("2026-11-21T11:01:49Z")
    fill_demo(demo, now=now)
    weather = demo.read("weather_data")
    assert weather.index[-1] == pd.Timestamp("2026-11-21T09:00Z")
    assert (weather["available_at"] <= now).all()


def test_a_store_that_cannot_be_written_is_not_blamed_on_the_network(
    ree: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DataError("the disk is full")

    monkeypatch.setattr("chocolib.app.supply.ingest_ree", refuse)
    with pytest.raises(DataError, match="disk is full"):
        supply(read_settings(), [], say=lambda _: None, manners=QUICK)


def test_bounds_in_the_wrong_order_are_refused() -> None:
    store = real_store(read_settings())
    with pytest.raises(SettingsError, match="before --until"):
        missing_window(store, now=clock(), since="2025-02-01", until="2025-01-01")
    for nonsense in ("last week", "NaT", "now", "2025-13-01"):
        with pytest.raises(SettingsError, match="for example"):
            missing_window(store, now=clock(), since=nonsense)


def test_a_store_that_ended_long_ago_is_continued_where_it_ends() -> None:
    store = real_store(read_settings())
    old = made_up_prices("2025-01-01", 24)
    store.write("energy_prices", price_frame(old), received_at=clock())
    window = missing_window(store, now=clock())
    assert window.start == pd.Timestamp("2025-01-02T00:00Z")


def test_the_unattended_jobs_fetch_plan_and_report(ree: str) -> None:
    demo = demo_store(read_settings())
    fill_demo(demo, now=clock())
    history = made_up_prices(str(clock() - pd.Timedelta(days=120))[:13], 24 * 119)
    real_store(read_settings()).write(
        "energy_prices", price_frame(history, source="ree"), received_at=clock()
    )
    for job in ("prices", "plan", "daily_report"):
        done = subprocess.run(
            [sys.executable, "-m", "chocolib", "jobs", "run", job, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["outcome"] == "done"
    store = reading_store(read_settings())
    assert not store.synthetic
    assert len(store.latest("production_plan")) == 1
    assert list(read_settings().reports.glob("daily-*.html"))
