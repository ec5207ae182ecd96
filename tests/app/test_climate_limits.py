"""Hours that the room's climate closes: by the best weather known at `as_of`, and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chocolib.app.climate_limits import climate_limits
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.planning import planned
from chocolib.app.settings import read_settings
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.plan_parts import Halt
from chocolib.core.remarks import Remark
from chocolib.core.results import Forecast
from chocolib.core.thresholds import IndoorModel
from chocolib.core.time import DAY, HOUR, Window, utc
from tests.conftest import NOW, made_up_prices, price_frame

AS_OF = utc("2025-07-15T21:00")
NEXT_DAYS = Window(AS_OF, AS_OF + 2 * DAY)
#: Outdoor air (C, %) whose room is fit for everything, too humid for tempering, too humid for all.
FIT, HUMID, WET = (20.0, 50.0), (20.0, 65.0), (20.0, 90.0)


@pytest.fixture
def context() -> Context:
    return open_context(as_of="2025-07-15T21:00")


def weather(
    measurement: str, window: Window, air: tuple[float, float], known: pd.Timestamp | None = None
) -> None:
    """Keep the same air for every hour of a window, known from a moment or from each hour's end."""
    hours = window.hours().rename("time")
    temperature, humidity = air
    rows = pd.DataFrame(
        {
            "station": "om-linares",
            "temperature_c": temperature,
            "humidity_pct": humidity,
            "source": "open-meteo",
            "available_at": hours + HOUR if known is None else known,
            "flag": "",
        },
        index=hours,
    )
    for name in ("pressure_hpa", "wind_ms", "wind_direction_deg", "wind_gust_ms"):
        rows[name] = float("nan")
    rows["radiation_wm2"] = rows["precipitation_mm"] = float("nan")
    store = real_store(read_settings())
    store.write(measurement, rows, received_at=NOW if known is None else known)


def observed(window: Window, air: tuple[float, float]) -> None:
    weather("weather_data", window, air)


def foretold(window: Window, air: tuple[float, float], known: pd.Timestamp) -> None:
    weather("weather_forecast", window, air, known)


def spans(halts: tuple[Halt, ...], stage: str) -> list[tuple[int, int, str]]:
    """From and to, in hours after `AS_OF`, and why."""
    return [
        (int((h.start - AS_OF) / HOUR), int((h.end - AS_OF) / HOUR), h.reason)
        for h in halts
        if h.stage == stage
    ]


def keys(notes: tuple[Remark, ...]) -> dict[str, str]:
    return {note.key.rpartition(".")[2]: note.values["hours"].shown("en") for note in notes}  # type: ignore[union-attr]


def test_each_hour_rests_on_the_best_that_is_known(context: Context) -> None:
    observed(Window(AS_OF - 3 * DAY, AS_OF), HUMID)
    foretold(Window(AS_OF, AS_OF + 6 * HOUR), FIT, AS_OF - HOUR)
    foretold(Window(AS_OF + 6 * HOUR, AS_OF + 10 * HOUR), WET, AS_OF - HOUR)
    halts, notes = climate_limits(context, NEXT_DAYS)
    assert spans(halts, "temper") == [(6, 10, "pause"), (10, 48, "humidity")]
    assert spans(halts, "conche") == [(6, 10, "pause")]
    assert keys(notes) == {"forecast": "10 h", "persistence": "38 h"}


def test_hours_that_have_been_observed_are_not_foretold(context: Context) -> None:
    observed(Window(AS_OF - 3 * DAY, AS_OF), FIT)
    foretold(Window(AS_OF - DAY, AS_OF + DAY), WET, AS_OF - 2 * DAY)
    halts, notes = climate_limits(context, Window(AS_OF - 4 * HOUR, AS_OF + DAY))
    assert spans(halts, "mix") == [(0, 24, "pause")]
    assert keys(notes) == {"observed": "4 h", "forecast": "24 h"}


def test_weather_that_came_later_changes_nothing(context: Context) -> None:
    observed(Window(AS_OF - 3 * DAY, AS_OF), FIT)
    foretold(Window(AS_OF, AS_OF + DAY), HUMID, AS_OF - HOUR)
    before = climate_limits(context, NEXT_DAYS)
    observed(Window(AS_OF, AS_OF + 2 * DAY), WET)
    foretold(Window(AS_OF, AS_OF + 2 * DAY), WET, AS_OF + HOUR)
    assert climate_limits(context, NEXT_DAYS) == before
    later = replace(context, as_of=AS_OF + 3 * DAY)
    halts, notes = climate_limits(later, NEXT_DAYS)
    assert spans(halts, "mix") == [(0, 48, "pause")]
    assert keys(notes) == {"observed": "48 h"}


def test_a_halt_says_the_worst_of_its_hours_and_the_limit_that_is_passed(context: Context) -> None:
    foretold(Window(AS_OF, AS_OF + HOUR), HUMID, AS_OF)
    foretold(Window(AS_OF + HOUR, AS_OF + 2 * HOUR), (20.0, 70.0), AS_OF)
    foretold(Window(AS_OF + 2 * HOUR, AS_OF + 3 * HOUR), (50.0, 5.0), AS_OF)
    halts, _ = climate_limits(context, Window(AS_OF, AS_OF + 3 * HOUR))
    humid, hot = (halt for halt in halts if halt.stage == "temper")
    assert (humid.reason, round(humid.value, 6), humid.limit) == ("humidity", 70.0, 60.0)
    room = IndoorModel()
    warm = room.set_point_c + room.drift * (50 - room.drift_above_c)
    assert (hot.reason, hot.value, hot.limit) == ("temperature", warm, 24.0)


def test_weather_of_which_nothing_is_known_limits_nothing_and_is_said(context: Context) -> None:
    halts, (note,) = climate_limits(context, NEXT_DAYS)
    assert halts == ()
    assert note.text("en") == (
        "no weather is known of 48 h, from Tue 15 Jul, 21:00 on: "
        "no climate limit is applied in them"
    )
    assert note.text("es") == (
        "no se sabe el tiempo de 48 h, desde el mar 15 jul, 21:00: "
        "en ellas no se aplica ningún límite de clima"
    )


def test_a_forecast_that_ends_early_limits_its_own_hours_only(context: Context) -> None:
    foretold(Window(AS_OF, AS_OF + 12 * HOUR), WET, AS_OF)
    halts, notes = climate_limits(context, NEXT_DAYS)
    assert {(halt.start, halt.end) for halt in halts} == {(AS_OF, AS_OF + 12 * HOUR)}
    assert keys(notes) == {"forecast": "12 h", "none": "36 h"}


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_says_which_rule_stands_in_for_what_is_not_known(
    context: Context, lang: Lang
) -> None:
    prices = made_up_prices("2025-07-01T22:00Z", 24 * 40)
    context.store.write("energy_prices", price_frame(prices), received_at=NOW)
    observed(Window(AS_OF - 3 * DAY, AS_OF), FIT)
    foretold(Window(AS_OF, AS_OF + 30 * HOUR), FIT, AS_OF)
    ahead = prices[prices.index >= AS_OF].iloc[: 24 * 10]
    frame = pd.DataFrame(dict.fromkeys(("q10", "q50", "q90"), ahead))
    frame["known"] = np.arange(len(ahead)) < 27
    simpler = Remark("forecast.fitted_now")
    made = planned(context, Forecast(AS_OF, AS_OF, "t", frame, remarks=(simpler,)), days=1)
    said = " | ".join(note.text(lang) for note in made.notes)
    expected = {
        "es": ("pronóstico del tiempo guardado", "último día completo", "no se sabe el tiempo de"),
        "en": ("stored weather forecast", "the last whole day", "no weather is known of"),
    }
    assert [words for words in (*expected[lang], simpler.text(lang)) if words not in said] == []
    document = made.to_dict()["notes"]
    assert {"key", "values", "text"} == set(document[0])
    assert document[0]["text"] == made.notes[0].text("en")
