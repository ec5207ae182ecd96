"""Alerts that are sent: new ones once, over ones once, and those that stay not again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.app.alert_notices import send_news
from chocolib.app.alerts import Attention, attention
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.settings import read_settings
from chocolib.core.ports import Store
from tests.app.test_notices import Box
from tests.conftest import NOW, made_up_prices, price_frame

#: Two days after the last price of the store.
AS_OF = "2025-11-20T12:00"
MINUTE = pd.Timedelta(minutes=1)


@pytest.fixture
def store() -> Store:
    store = real_store(read_settings())
    rows = price_frame(made_up_prices("2025-10-19T22:00", 30 * 24))
    store.write("energy_prices", rows, received_at=NOW)
    return store


@pytest.fixture
def context(store: Store) -> Context:
    return open_context(as_of=AS_OF, lang="en", store=store)


def sent(context: Context, box: Box, minute: int) -> list[str]:
    """What goes out so many minutes later: the titles."""
    then = replace(context, as_of=context.as_of + minute * MINUTE)
    done = send_news(then, attention(then), through=[box])
    return [notice.title for notice in done.sent]


def test_an_alert_that_stays_is_told_once_a_day(context: Context) -> None:
    box = Box()
    first = sent(context, box, 0)
    assert first
    assert all(sent(context, box, minute) == [] for minute in range(5, 120, 15))
    assert sent(context, box, 24 * 60) == first


def test_the_notice_says_the_evidence_and_what_to_do(context: Context) -> None:
    box = Box()
    sent(context, box, 0)
    (alert,) = (one for one in attention(context).alerts if one.rule.id == "stale_price")
    (came,) = (one for one in box.came if one.topic == "stale_price")
    assert came.text == f"{alert.evidence('en')}\nWhat to do: {alert.todo('en')}"
    assert came.urgency == alert.level


def test_an_alert_that_ends_says_so_once_and_is_news_when_it_comes_back(
    context: Context, store: Store
) -> None:
    box = Box()
    before = sent(context, box, 0)
    quiet = without(attention(context), "stale_price")
    later = replace(context, as_of=context.as_of + 20 * MINUTE)
    done = send_news(later, quiet, through=[box])
    title = next(one.title for one in box.came if one.topic == "stale_price")
    assert [notice.title for notice in done.sent] == [f"Over: {title}"]
    assert send_news(later, quiet, through=[box]).sent == []
    assert title in before
    assert sent(context, box, 40) == [title]


def test_an_alert_that_comes_and_goes_does_not_speak_every_time(context: Context) -> None:
    box, seen = Box(), attention(context)
    for minute in range(0, 60, 5):
        then = replace(context, as_of=context.as_of + minute * MINUTE)
        there = seen if minute % 10 == 0 else without(seen, "stale_price")
        send_news(then, there, through=[box])
    assert 2 <= len([one for one in box.came if one.topic == "stale_price"]) <= 4


def test_what_cannot_be_judged_is_not_over(context: Context) -> None:
    box = Box()
    sent(context, box, 0)
    blind = without(attention(context), "stale_price")
    blind = replace(blind, unjudged={**blind.unjudged, "stale_price": ("prices_fresh",)})
    later = replace(context, as_of=context.as_of + 20 * MINUTE)
    assert send_news(later, blind, through=[box]).sent == []


def test_without_a_channel_nothing_is_remembered_as_told(context: Context) -> None:
    assert not send_news(context, attention(context)).on
    assert sent(context, Box(), 5)


def test_a_channel_that_was_down_gets_it_when_it_is_back(context: Context) -> None:
    box = Box(refuses=True)
    assert sent(context, box, 0) == []
    box.refuses = False
    assert sent(context, box, 15)
    assert sent(context, box, 30) == []


def without(seen: Attention, rule: str) -> Attention:
    kept = tuple(alert for alert in seen.alerts if alert.rule.id != rule)
    return replace(seen, alerts=kept)
