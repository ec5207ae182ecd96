"""Every alert: raised by its event, silent on a quiet day, told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chocolib.core.gaps import freshness
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.jobs.state import FailingJob, LateJob
from chocolib.core.results import Task
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import DAY, HOUR, Window, known_until, utc
from chocolib.insights.alerts import RULES, Told, alerts, news, unjudged
from chocolib.insights.situation import Errors, Gap, PlanState, Situation

NOW = utc("2025-07-15T21:00")
LIMITS = Thresholds()
TOMORROW = Window(utc("2025-07-16"), utc("2025-07-17"))


def price_wave(until: pd.Timestamp, days: int = 100) -> pd.Series:
    """Prices whose every day is the same: 0.10 to 0.20, cheapest in the afternoon."""
    hours = pd.date_range(until - days * DAY, until, freq="h", inclusive="left", name="time")
    local = hours.tz_convert("Europe/Madrid").hour
    return pd.Series(0.15 + 0.05 * np.cos((local + 8) / 24 * 2 * np.pi), index=hours)


def plan_of(*tasks: Task, made: str = "2025-07-15T20:45") -> PlanState:
    return PlanState(utc(made), tasks, news=utc("2025-07-15T20:30"))


def task(stage: str, start: str, hours: int = 2) -> Task:
    first = utc(start)
    return Task("0716-S1", "standard", stage, f"{stage}-1", first, first + hours * HOUR, 6.0, 0.6)


def room(temperature: float, humidity: float) -> pd.DataFrame:
    hours = pd.date_range(NOW, periods=100, freq="h", name="time")
    return pd.DataFrame(
        {"temperature_c": float(temperature), "humidity_pct": float(humidity)}, index=hours
    )


def quiet() -> Situation:
    """A day on which nothing is worth telling, and everything is known."""
    prices = price_wave(known_until(NOW))
    hours = pd.DatetimeIndex(prices.index[-24:])
    mid = prices.iloc[-24:].to_numpy()
    expected = pd.DataFrame({"q10": mid - 0.01, "q50": mid, "q90": mid + 0.01}, index=hours)
    return Situation(
        as_of=NOW,
        prices=prices,
        prices_fresh=freshness(prices.index[-1], ENERGY_PRICES, NOW),
        weather_fresh=freshness(NOW - 3 * HOUR, WEATHER_DATA, NOW),
        room=room(21, 45),
        gaps=(),
        expected=expected.assign(known=False),
        errors=Errors("champion", 0.015, 0.022, 14, 336),
        plan=plan_of(task("temper", "2025-07-16T06:00")),
        jobs=(),
        late=(),
        untrained=(),
    )


def with_price(situation: Situation, hours: slice, value: float) -> Situation:
    assert situation.prices is not None
    prices = situation.prices.copy()
    tomorrow = np.flatnonzero((prices.index >= TOMORROW.start) & (prices.index < TOMORROW.end))
    prices.iloc[tomorrow[hours]] = value
    return replace(situation, prices=prices)


def cheap_night(situation: Situation) -> Situation:
    assert situation.prices is not None
    prices = situation.prices.copy()
    prices.loc[NOW + HOUR : NOW + 4 * HOUR] = 0.02
    return replace(situation, prices=prices)


def without_tomorrow(situation: Situation, *, days: int = 1) -> Situation:
    assert situation.prices is not None
    prices = situation.prices[situation.prices.index < TOMORROW.start - (days - 1) * DAY]
    as_of = utc("2025-07-15T21:45")
    fresh = freshness(prices.index[-1], ENERGY_PRICES, as_of)
    return replace(situation, as_of=as_of, prices=prices, prices_fresh=fresh)


def hot(situation: Situation, temperature: float) -> Situation:
    inside = room(21, 45)
    inside.iloc[18:20, 0] = temperature
    return replace(situation, room=inside)


def humid(situation: Situation, percent: float) -> Situation:
    inside = room(21, 45)
    inside.iloc[30, 1] = percent
    return replace(situation, room=inside)


Event = Callable[[Situation], Situation]
GAP = Gap("energy_prices", Window(NOW - 10 * DAY, NOW - 10 * DAY + 13 * HOUR), 13)
JOB = FailingJob("weather", 3, NOW - 2 * HOUR, "429 Too Many Requests")
EVENTS: dict[str, tuple[str, Event]] = {
    "price_spike": ("warning", lambda s: with_price(s, slice(19, 21), 0.24)),
    "opportunity": ("info", cheap_night),
    "price_deviation": ("info", lambda s: with_price(s, slice(0, 24), 0.17)),
    "heat": ("warning", lambda s: hot(s, 23)),
    "humidity": ("warning", lambda s: humid(s, 65)),
    "stale_price": ("critical", lambda s: without_tomorrow(s, days=3)),
    "day_ahead_missing": ("warning", without_tomorrow),
    "stale_weather": (
        "warning",
        lambda s: replace(s, weather_fresh=freshness(NOW - 7 * HOUR, WEATHER_DATA, NOW)),
    ),
    "gap": ("warning", lambda s: replace(s, gaps=(GAP,))),
    "plan_late": ("warning", lambda s: replace(s, plan=replace(s.plan, late={"0716-S1": 5.0}))),
    "plan_outdated": (
        "info",
        lambda s: replace(s, plan=replace(s.plan, made_at=utc("2025-07-15T05:30"))),
    ),
    "drift": (
        "warning",
        lambda s: replace(s, errors=Errors("champion", 0.025, 0.022, 14, 336)),
    ),
    "untrained": ("info", lambda s: replace(s, untrained=("production",))),
    "job_failing": ("warning", lambda s: replace(s, jobs=(JOB,))),
    "job_late": ("warning", lambda s: replace(s, late=(LateJob("prices", NOW - HOUR, 12),))),
}


def test_a_quiet_day_raises_nothing_and_leaves_nothing_unjudged() -> None:
    assert alerts(quiet(), LIMITS) == []
    assert unjudged(quiet()) == {}


@pytest.mark.parametrize("rule", EVENTS)
@pytest.mark.parametrize("lang", LANGS)
def test_an_event_raises_its_alert_and_no_other(rule: str, lang: Lang) -> None:
    level, event = EVENTS[rule]
    (found,) = alerts(event(quiet()), LIMITS)
    assert (found.rule.id, found.level) == (rule, level)
    document = found.to_dict(lang)
    for text in ("title", "evidence", "todo", "threshold"):
        assert document[text]
        assert "{" not in document[text]
        assert " nan" not in document[text]


def test_every_rule_of_the_table_has_an_event() -> None:
    tried_apart = {"plan_forbidden"}
    assert {rule.id for rule in RULES} == set(EVENTS) | tried_apart


def test_a_plan_in_forbidden_hours_is_told_with_the_heat_that_forbids_them() -> None:
    as_planned = replace(quiet(), plan=plan_of(task("temper", "2025-07-16T14:00", hours=4)))
    found = alerts(hot(as_planned, 24.5), LIMITS)
    assert [(alert.rule.id, alert.level) for alert in found] == [
        ("heat", "critical"),
        ("plan_forbidden", "critical"),
    ]
    assert "mié 16 jul, 15:00" in found[1].evidence("es")
    assert "24.5 °C" in found[1].evidence("en")


def test_a_task_that_has_ended_is_no_longer_at_risk() -> None:
    done = replace(quiet(), plan=plan_of(task("temper", "2025-07-15T10:00")))
    inside = room(24.5, 45)
    inside.index = inside.index - 20 * HOUR
    assert [a.rule.id for a in alerts(replace(done, room=inside), LIMITS)] == ["heat"]


def test_the_evidence_has_the_numbers_and_the_times() -> None:
    (found,) = alerts(EVENTS["price_spike"][1](quiet()), LIMITS)
    assert found.evidence("es") == (
        "Horas por encima de 0,200 €/kWh: 2, la primera, mié 16 jul, 19:00. "
        "La más cara: 0,240 €/kWh (mié 16 jul, 19:00)."
    )
    assert found.to_dict("en")["facts"]["peak"] == {"value": 0.24, "unit": "EUR/kWh"}


def test_a_spike_is_above_the_limit_and_not_at_it() -> None:
    assert alerts(with_price(quiet(), slice(19, 20), 0.2), LIMITS) == []


def test_a_fixed_price_alarms_where_there_is_too_little_past_for_a_percentile() -> None:
    short = replace(quiet(), prices=price_wave(known_until(NOW), days=5))
    assert alerts(with_price(short, slice(19, 20), 0.29), LIMITS) == []
    (found,) = alerts(with_price(short, slice(19, 20), 0.31), LIMITS)
    assert found.rule.id == "price_spike"


def test_spikes_of_two_days_are_two_alerts_and_those_gone_by_are_none() -> None:
    both = with_price(quiet(), slice(19, 21), 0.24)
    assert both.prices is not None
    today = both.prices.copy()
    today.loc[utc("2025-07-15T19:00") : utc("2025-07-15T22:00")] = 0.25
    found = alerts(replace(both, prices=today), LIMITS)
    assert [alert.found.facts["hours"].value for alert in found] == [2, 2]
    later = replace(both, prices=today, as_of=utc("2025-07-15T23:10"))
    assert len([a for a in alerts(later, LIMITS) if a.rule.id == "price_spike"]) == 1


def test_two_cheap_hours_are_no_opportunity() -> None:
    assert quiet().prices is not None
    prices = quiet().prices.copy()  # type: ignore[union-attr]
    prices.loc[NOW + HOUR : NOW + 2 * HOUR] = 0.02
    assert alerts(replace(quiet(), prices=prices), LIMITS) == []


def test_tomorrow_is_not_missing_before_half_past_nine() -> None:
    late = without_tomorrow(quiet())
    early = utc("2025-07-15T21:29")
    fresh = freshness(late.prices.index[-1], ENERGY_PRICES, early)  # type: ignore[union-attr]
    assert alerts(replace(late, as_of=early, prices_fresh=fresh), LIMITS) == []


def test_a_model_is_not_called_worse_on_too_few_days() -> None:
    few = replace(quiet(), errors=Errors("champion", 0.05, 0.02, 5, 120))
    assert alerts(few, LIMITS) == []


def test_very_humid_air_is_one_critical_alert_for_all_stages() -> None:
    (found,) = alerts(humid(quiet(), 80), LIMITS)
    assert (found.topic, found.level) == ("humidity", "critical")
    (some,) = alerts(humid(quiet(), 65), LIMITS)
    assert some.topic == "humidity:temper+mould"


def test_what_is_not_known_is_named_and_not_judged() -> None:
    nothing = Situation(as_of=NOW)
    assert alerts(nothing, LIMITS) == []
    assert set(unjudged(nothing)) == {rule.id for rule in RULES}
    assert unjudged(replace(quiet(), room=None)) == {
        "heat": ("room",),
        "humidity": ("room",),
        "plan_forbidden": ("room",),
    }


def minutes(count: float) -> pd.Timedelta:
    return pd.Timedelta(minutes=count)


def test_a_topic_is_told_at_most_every_quarter_of_an_hour() -> None:
    (found,) = alerts(with_price(quiet(), slice(19, 21), 0.24), LIMITS)
    for ago, fresh in ((0, 0), (14.9, 0), (15, 1), (90, 1)):
        start = found.found.start - 3 * DAY
        other = Told(found.topic, "warning", NOW - minutes(ago), start, start + HOUR)
        assert len(news([found], [other], as_of=NOW, thresholds=LIMITS)) == fresh


def test_the_same_event_is_told_again_only_when_worse_or_after_a_day() -> None:
    (found,) = alerts(hot(quiet(), 23), LIMITS)
    (worse,) = alerts(hot(quiet(), 25), LIMITS)
    before = [Told.of(found, NOW - HOUR)]
    assert news([found], before, as_of=NOW, thresholds=LIMITS) == []
    assert news([worse], before, as_of=NOW, thresholds=LIMITS) == [worse]
    assert news([found], [Told.of(worse, NOW - HOUR)], as_of=NOW, thresholds=LIMITS) == []
    assert news([found], [Told.of(found, NOW - DAY)], as_of=NOW, thresholds=LIMITS) == [found]


def test_a_heat_wave_that_goes_on_is_no_news_and_a_new_spike_is() -> None:
    (wave,) = alerts(hot(quiet(), 23), LIMITS)
    gone_by = replace(wave, found=replace(wave.found, start=wave.found.start + HOUR))
    assert news([gone_by], [Told.of(wave, NOW - HOUR)], as_of=NOW, thresholds=LIMITS) == []
    (spike,) = alerts(with_price(quiet(), slice(19, 21), 0.24), LIMITS)
    span = {"start": spike.found.start - DAY, "end": spike.found.end - DAY}  # type: ignore[operator]
    today = replace(spike, found=replace(spike.found, **span))
    assert news([spike], [Told.of(today, NOW - HOUR)], as_of=NOW, thresholds=LIMITS) == [spike]


def test_a_replay_does_not_know_what_was_told_later() -> None:
    (found,) = alerts(hot(quiet(), 23), LIMITS)
    later = [Told.of(found, NOW + minutes(30))]
    assert news([found], later, as_of=NOW, thresholds=LIMITS) == [found]


def test_two_alerts_of_one_topic_are_told_one_after_the_other() -> None:
    gaps = (GAP, replace(GAP, window=Window(NOW - 5 * DAY, NOW - 4 * DAY), hours=24))
    both = alerts(replace(quiet(), gaps=gaps), LIMITS)
    assert len(both) == 2
    (first,) = news(both, [], as_of=NOW, thresholds=LIMITS)
    (second,) = news(both, [Told.of(first, NOW)], as_of=NOW + minutes(15), thresholds=LIMITS)
    assert [first, second] == both
