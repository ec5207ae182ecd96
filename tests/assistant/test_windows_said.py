"""How a window is told: what is published as certain, what is expected never."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.prices import windows
from chocolib.core.time import MADRID
from chocolib.tools.answer import Span
from chocolib.tools.predictions import OptimalWindow, OptimalWindows

START = datetime(2025, 11, 24, 3, tzinfo=MADRID)


def told(below_mean: float, published: int) -> str:
    one = OptimalWindow(
        day=date(2025, 11, 24),
        spans=(Span(start=START, end=START + timedelta(hours=3)),),
        mean_eur_kwh=0.10843,
        day_mean_eur_kwh=0.15648,
        saving_eur=1.73,
        below_mean=below_mean,
        published=published,
    )
    answer = OptimalWindows(
        as_of=START,
        synthetic=False,
        hours=3,
        load_kw=12,
        model="champion",
        forecast_made_at=START,
        windows=(one,),
    )
    return "\n".join(windows(answer, Asked("when?", "en", ("optimal_windows",))))


@pytest.mark.parametrize(
    ("below_mean", "published", "said"),
    [(1.0, 3, "published prices"), (0.83, 1, "83 % likely"), (0.997, 0, "almost surely below")],
)
def test_what_is_expected_is_never_certain(below_mean: float, published: int, said: str) -> None:
    text = told(below_mean, published)
    assert said in text
    assert "100 %" not in text
