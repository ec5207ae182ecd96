"""Rules on published prices: spikes, cheap hours, and what the forecast did not see."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chocolib.core.facts import Fact
from chocolib.core.thresholds import Alerts, Thresholds
from chocolib.core.time import DAY, HOUR, day_window, local_date, midnight
from chocolib.insights.rules import Found, Rule
from chocolib.insights.situation import Situation


def trailing(prices: pd.Series, as_of: pd.Timestamp, days: int) -> pd.Series:
    """Prices of the `days` Madrid days before the one of `as_of`: the same all day long."""
    end = midnight(local_date(as_of))
    return prices[(prices.index >= end - days * DAY) & (prices.index < end)].dropna()


def quantile_of(
    prices: pd.Series, as_of: pd.Timestamp, days: int, share: float, least_days: int
) -> float | None:
    """A quantile of the trailing days, EUR/kWh; None of fewer than `least_days` of hours."""
    values = trailing(prices, as_of, days)
    return float(values.quantile(share)) if len(values) >= least_days * 24 else None


def spike_limit(prices: pd.Series, as_of: pd.Timestamp, thresholds: Thresholds) -> float:
    """Above this an hour is a spike, EUR/kWh: the quantile, or the fixed price if lower."""
    a = thresholds.alerts
    least = thresholds.score.price_least_days
    found = quantile_of(prices, as_of, a.spike_window_days, a.spike_quantile, least)
    return a.spike_eur_kwh if found is None else min(found, a.spike_eur_kwh)


def spikes(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """One alert for each Madrid day that has spikes still to come."""
    if situation.prices is None:
        return
    prices, as_of = situation.prices.dropna(), situation.as_of
    limit = spike_limit(prices, as_of, thresholds)
    today = prices[prices.index >= midnight(local_date(as_of))]
    high = today[today > limit]
    for day in sorted({local_date(hour) for hour in high.index}):
        window = day_window(day)
        hours = high[(high.index >= window.start) & (high.index < window.end)]
        ahead = hours[hours.index >= as_of.floor("h")]
        if len(ahead):
            yield Found(
                start=pd.Timestamp(hours.index[0]),
                end=pd.Timestamp(hours.index[-1]) + HOUR,
                facts={
                    "hours": Fact(len(ahead)),
                    "first": Fact(pd.Timestamp(ahead.index[0]), "time"),
                    "peak": Fact(float(ahead.max()), "EUR/kWh"),
                    "peak_at": Fact(pd.Timestamp(str(ahead.idxmax())), "time"),
                    "limit": Fact(limit, "EUR/kWh"),
                },
            )


def opportunities(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """Enough of the next hours are cheap."""
    if situation.prices is None:
        return
    prices, as_of, a = situation.prices.dropna(), situation.as_of, thresholds.alerts
    least = thresholds.score.price_least_days
    limit = quantile_of(prices, as_of, a.opportunity_window_days, a.opportunity_quantile, least)
    if limit is None:
        return
    first = as_of.floor("h")
    soon = prices[(prices.index >= first) & (prices.index < first + a.opportunity_within_h * HOUR)]
    cheap = soon[soon < limit]
    if len(cheap) < a.opportunity_hours:
        return
    yield Found(
        start=_block_start(prices < limit, pd.Timestamp(cheap.index[0])),
        end=pd.Timestamp(cheap.index[-1]) + HOUR,
        facts={
            "hours": Fact(len(cheap)),
            "first": Fact(pd.Timestamp(cheap.index[0]), "time"),
            "mean": Fact(float(cheap.mean()), "EUR/kWh"),
            "limit": Fact(limit, "EUR/kWh"),
        },
    )


def _block_start(flags: pd.Series, hour: pd.Timestamp) -> pd.Timestamp:
    """The first of the consecutive true hours that lead to `hour`."""
    while flags.get(hour - HOUR, False):
        hour -= HOUR
    return hour


def deviations(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """The newest published day is not the one that was forecast."""
    if situation.prices is None or situation.expected is None:
        return
    prices = situation.prices.dropna()
    if prices.empty:
        return
    window = day_window(local_date(pd.Timestamp(prices.index[-1])))
    guessed = situation.expected[~situation.expected["known"].astype(bool)]
    both = guessed.join(prices.rename("price"), how="inner")
    both = both[(both.index >= window.start) & (both.index < window.end)]
    if len(both) < len(window) / 2:
        return
    outside = (both["price"] < both["q10"]) | (both["price"] > both["q90"])
    share = float(outside.mean())
    if share > thresholds.alerts.deviation_outside_share:
        yield Found(
            start=window.start,
            end=window.end,
            facts={
                "day": Fact(window.start, "day"),
                "outside": Fact(int(outside.sum())),
                "hours": Fact(len(both)),
                "mean": Fact(float(both["price"].mean()), "EUR/kWh"),
                "expected": Fact(float(both["q50"].mean()), "EUR/kWh"),
            },
        )


def _spike_limits(thresholds: Thresholds) -> dict[str, Fact]:
    a: Alerts = thresholds.alerts
    return {
        "quantile": Fact(100 * a.spike_quantile),
        "window": Fact(a.spike_window_days, "days"),
        "price": Fact(a.spike_eur_kwh, "EUR/kWh"),
    }


def _opportunity_limits(thresholds: Thresholds) -> dict[str, Fact]:
    a: Alerts = thresholds.alerts
    return {
        "least": Fact(a.opportunity_hours),
        "within": Fact(a.opportunity_within_h),
        "quantile": Fact(100 * a.opportunity_quantile),
        "window": Fact(a.opportunity_window_days, "days"),
    }


PRICE_RULES = (
    Rule(
        id="price_spike",
        level="warning",
        needs=("prices",),
        title="alert.price_spike.title",
        evidence="alert.price_spike.evidence",
        todo="alert.price_spike.todo",
        when="alert.price_spike.when",
        limits=_spike_limits,
        judge=spikes,
    ),
    Rule(
        id="opportunity",
        level="info",
        needs=("prices",),
        title="alert.opportunity.title",
        evidence="alert.opportunity.evidence",
        todo="alert.opportunity.todo",
        when="alert.opportunity.when",
        limits=_opportunity_limits,
        judge=opportunities,
    ),
    Rule(
        id="price_deviation",
        level="info",
        needs=("prices", "expected"),
        title="alert.price_deviation.title",
        evidence="alert.price_deviation.evidence",
        todo="alert.price_deviation.todo",
        when="alert.price_deviation.when",
        limits=lambda th: {"share": Fact(100 * th.alerts.deviation_outside_share, "%")},
        judge=deviations,
    ),
)
