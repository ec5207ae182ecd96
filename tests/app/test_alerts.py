"""Alerts gathered from a store: what was known then, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.alerts import attention, to_send
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import update
from chocolib.app.ingest import import_pvpc
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.state import changing
from chocolib.app.settings import read_settings
from chocolib.core.jobs.runs import JobRun
from chocolib.core.ports import Store
from chocolib.core.time import DAY, HOUR, Window, utc
from chocolib.insights.alerts import RULES, Told
from tests.conftest import NOW, made_up_prices, price_frame

AS_OF = "2025-11-20T21:00"


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


def rules_of(context: Context) -> list[str]:
    return [alert.rule.id for alert in attention(context).alerts]


def with_prices(store: Store, first: str, hours: int) -> None:
    store.write("energy_prices", price_frame(made_up_prices(first, hours)), received_at=NOW)


def with_forecast_weather(store: Store, first: pd.Timestamp, temperature: float) -> None:
    hours = pd.date_range(first, periods=96, freq="h", name="time")
    rows = pd.DataFrame(
        {
            "station": "om-linares",
            "temperature_c": temperature,
            "humidity_pct": 20.0,
            "source": "open-meteo-forecast",
            "available_at": first,
            "flag": "",
        },
        index=hours,
    )
    for name in ("pressure_hpa", "wind_ms", "wind_direction_deg", "wind_gust_ms"):
        rows[name] = float("nan")
    rows["radiation_wm2"] = rows["precipitation_mm"] = float("nan")
    store.write("weather_forecast", rows, received_at=first)


def test_an_empty_store_has_no_alert_and_says_what_it_cannot_judge() -> None:
    seen = attention(open_context(as_of=AS_OF))
    assert [alert.rule.id for alert in seen.alerts] == ["untrained"]
    assert {"price_spike", "stale_price", "heat", "drift", "job_failing"} <= set(seen.unjudged)
    assert set(seen.unjudged) < {rule.id for rule in RULES}


def test_a_replay_of_real_prices_sees_the_evening_peak_and_nothing_later(
    pvpc_csv: Path, store: Store
) -> None:
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    context = open_context(as_of=AS_OF, lang="en")
    seen = attention(context)
    spike = seen.alerts[0]
    assert (spike.rule.id, spike.found.facts["peak_at"].value) == (
        "price_spike",
        utc("2025-11-21T19:00"),
    )
    latest = max(fact.value for alert in seen.alerts for fact in alert.found.facts.values()
                 if isinstance(fact.value, pd.Timestamp))  # fmt: skip
    assert latest < utc("2025-11-22")
    again = json.dumps(seen.to_dict("en"))
    later = price_frame(pd.Series([1.0] * 24, Window(utc("2025-11-22"), utc("2025-11-23")).hours()))
    store.write("energy_prices", later, received_at=NOW)
    assert json.dumps(attention(context).to_dict("en")) == again


def test_tomorrows_prices_are_missing_from_half_past_nine(store: Store) -> None:
    with_prices(store, "2025-10-01T22:00Z", 24 * 20)
    newest = store.latest("energy_prices").index[-1]
    assert newest == pd.Timestamp("2025-10-21T21:00Z")
    assert "day_ahead_missing" not in rules_of(open_context(as_of="2025-10-21T21:29"))
    assert "day_ahead_missing" in rules_of(open_context(as_of="2025-10-21T21:31"))
    assert "stale_price" in rules_of(open_context(as_of="2025-10-23T09:00"))


def test_a_hole_is_told_until_its_source_is_known_to_lack_it(store: Store) -> None:
    whole = made_up_prices("2025-10-01T22:00Z", 24 * 20)
    lost = whole.index[100:113]
    store.write("energy_prices", price_frame(whole.drop(lost)), received_at=NOW)
    context = open_context(as_of="2025-10-21T12:00")
    (gap,) = [alert for alert in attention(context).alerts if alert.rule.id == "gap"]
    assert gap.found.facts["hours"].value == 13
    absent = pd.DataFrame(
        {
            "measurement": "energy_prices",
            "feed": "ree",
            "asked": 1,
            "source": "chocolib",
            "available_at": utc("2025-10-20"),
            "flag": "",
        },
        index=lost,
    )
    store.write("absences", absent, received_at=utc("2025-10-20"))
    assert "gap" not in rules_of(context)


def test_heat_that_is_forecast_is_told_and_weather_that_is_not_known_is_not_judged(
    store: Store,
) -> None:
    with_prices(store, "2025-06-01T22:00Z", 24 * 45)
    context = open_context(as_of="2025-07-15T12:00")
    assert "heat" in attention(context).unjudged
    with_forecast_weather(store, context.as_of, 47.0)
    (heat,) = [alert for alert in attention(context).alerts if alert.rule.id == "heat"]
    assert heat.level == "critical"
    assert heat.found.facts["peak"].value == pytest.approx(24.25)
    assert "heat" in attention(open_context(as_of="2025-07-15T11:00")).unjudged


def test_a_plan_made_before_the_prices_is_outdated_once_they_are_there(
    pvpc_csv: Path, store: Store
) -> None:
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    update(open_context(as_of="2025-11-19T12:00"), model="weekly-naive")
    assert "plan_outdated" not in rules_of(open_context(as_of="2025-11-19T20:00"))
    seen = attention(open_context(as_of="2025-11-19T21:00"))
    assert "plan_outdated" in [alert.rule.id for alert in seen.alerts]
    assert "price_deviation" not in seen.unjudged
    assert seen.advice[0].id == "next"


def test_jobs_are_judged_once_there_is_a_history_and_not_in_a_replay(store: Store) -> None:
    assert {"job_failing", "job_late"} <= set(attention(open_context()).unjudged)
    now = open_context().now
    run = JobRun("weather", now - 2 * HOUR, 3, "schedule", "failed", now - HOUR, duration_s=1.0)
    tries = [replace(run, attempt=n, error="no answer") for n in (1, 2, 3)]
    ledger = Ledger(store, keep=90 * DAY)
    ledger.write(tries, now=now)
    with changing(Place.of(read_settings())) as state:
        state.since = dict.fromkeys(["health"], now - 3 * HOUR)
    found = {alert.topic: alert for alert in attention(open_context()).alerts}
    assert found["job_failing:weather"].found.facts["error"].value == "no answer"
    assert found["job_late:health"].found.facts["firings"].value == 36
    assert "job_late:prices" not in found
    ledger.write([replace(run, scheduled=now, attempt=0, outcome="done")], now=now)
    assert "job_failing" not in rules_of(open_context())
    assert "job_failing" in attention(open_context(as_of=AS_OF)).unjudged


def test_what_was_sent_is_not_sent_again(pvpc_csv: Path, store: Store) -> None:
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    context = open_context(as_of=AS_OF)
    seen = attention(context)
    first = to_send(context, seen, [])
    assert {alert.topic for alert in first} == {alert.topic for alert in seen.alerts}
    told = [Told.of(alert, context.as_of) for alert in first]
    quarter = open_context(as_of="2025-11-20T21:15")
    assert to_send(quarter, attention(quarter), told) == []
    tomorrow = open_context(as_of="2025-11-21T21:00")
    assert tomorrow.as_of - context.as_of == DAY
    assert to_send(tomorrow, attention(tomorrow), told)
