"""A time that a question names is the one that is answered, or it is said that it is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.assistant.arguments import arguments
from chocolib.assistant.days import when
from chocolib.assistant.intents import read
from chocolib.assistant.opening import open_assistant
from chocolib.assistant.parts import Reply
from tests.tools.conftest import EVENING, Opens

TODAY = date(2025, 11, 20)


def told(opened: Opens, question: str, as_of: str = EVENING) -> Reply:
    context = opened(as_of)
    events = open_assistant(lambda: context, builtin=True).ask(question)
    return next(one for one in events if isinstance(one, Reply))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hace 3 dias", "2025-11-17"),
        ("hace tres semanas", "2025-10-30"),
        ("a week ago", "2025-11-13"),
        ("two months ago", "2025-09-20"),
        ("en 3 dias", "2025-11-23"),
        ("dentro de una semana", "2025-11-27"),
        ("in 3 weeks", "2025-12-11"),
        ("precio en 2030", "2030-01-01"),
    ],
)
def test_a_day_so_far_from_today_is_read(text: str, day: str) -> None:
    assert when(text, TODAY).day == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "now", "day", "hour"),
    [
        ("precio dentro de 2 horas", "2025-11-20T20:40Z", "2025-11-20", 23),
        ("precio dentro de tres horas", "2025-11-20T20:40Z", "2025-11-21", 0),
        ("price in 2 hours", "2025-11-20T20:40Z", "2025-11-20", 23),
        ("what does it cost one hour from now", "2025-11-20T20:40Z", "2025-11-20", 22),
        ("dentro de una hora", "2025-10-26T00:30Z", "2025-10-26", 2),  # 02:30 comes twice
        ("in 2 hours", "2025-03-29T23:30Z", "2025-03-30", 3),  # 02:30 never comes
    ],
)
def test_hours_from_now_are_an_hour_of_a_day(text: str, now: str, day: str, hour: int) -> None:
    found = when(text, TODAY, pd.Timestamp(now))
    assert (found.day, found.numbers["at"]) == (date.fromisoformat(day), hour)


@pytest.mark.parametrize("question", ["precio dentro de 2 horas", "price in 2 hours"])
def test_the_price_in_two_hours_is_not_that_of_now(question: str, opened: Opens) -> None:
    assert "23:00" in told(opened, question, "2025-11-20T21:00").text.splitlines()[0]


@given(st.integers(0, 9999), st.sampled_from(["days ago", "weeks ago", "months ago", "years ago"]))
def test_no_distance_is_too_far_to_be_read(count: int, unit: str) -> None:
    when(f"price {count} {unit}", TODAY)


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("precio medio de 2024", ("2024-01-01", "2024-12-31")),
        ("what did electricity cost last year?", ("2024-01-01", "2024-12-31")),
        ("precio medio de este año", ("2025-01-01", "2025-11-20")),
        ("precio medio en octubre de 2023", ("2023-10-01", "2023-10-31")),
    ],
)
def test_a_year_is_asked_whole_as_far_as_it_is_past(question: str, period: tuple[str, str]) -> None:
    asked = read(question, as_of=pd.Timestamp(EVENING, tz="Europe/Madrid"), lang="es")
    assert asked.topics == ("price_past",)
    since, until = map(date.fromisoformat, period)
    assert arguments("price_statistics", asked, TODAY) == {"since": since, "until": until}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("precio medio de 2024", ["lun 1 ene de 2024", "mar 31 dic de 2024"]),
        (
            "¿Cuánto costó la luz el 29 de octubre de 2025 a las 20:00?",
            ["El mié 29 oct, 20:00 la luz costó 0,29083 €/kWh."],
        ),
        (
            "price at 02:30 on 26 october 2025",
            ["the first of the two hours", "0.13107", "the second of them, it cost 0.12646"],
        ),
        ("precio el 30 de marzo de 2025 a las 2:30", ["A esa hora de ese día no hay precio."]),
        ("precio del 31 de febrero", ["no existe en el calendario"]),
        ("price in 3 weeks", ["The forecast does not reach Thu 11 Dec."]),
        ("precio en 2030", ["La previsión no llega al mar 1 ene de 2030."]),
        ("Will it rain tomorrow?", ["Of the weather I only know that of now"]),
        ("¿Qué tiempo hará mañana?", ["Del tiempo solo sé el de ahora"]),
    ],
)
def test_the_reply_is_of_the_time_asked_for_or_says_so(
    opened: Opens, question: str, said: list[str]
) -> None:
    reply = told(opened, question)
    assert [one for one in said if one not in reply.text] == []
    assert reply.unmatched == ()


def test_the_weather_of_today_is_told_as_it_is(opened: Opens) -> None:
    assert "solo sé el de ahora" not in told(opened, "¿Qué tiempo hace hoy?").text


def test_late_in_the_day_no_more_is_promised_than_was_looked_at(opened: Opens) -> None:
    reply = told(opened, "Cuando debo producir hoy?", "2025-11-19T23:30")
    assert "lo más barato que se ve hasta el jue 20 nov" in reply.text


def test_what_is_watched_and_has_no_data_is_not_passed_over(opened: Opens) -> None:
    reply = told(opened, "¿Falta algún dato?")
    assert "tiempo observado: sin datos" in reply.text
    assert "No falta nada" not in reply.text


_GIVEN: Mapping[str, str] = {"since": "2025-10-29", "until": "2025-10-29"}


def test_an_hour_is_looked_up_by_hour(opened: Opens) -> None:
    [one] = told(opened, "¿Cuánto costó la luz el 29 de octubre de 2025 a las 20:00?").consulted
    assert {name: str(value) for name, value in one.arguments.items()} == {**_GIVEN, "by": "hour"}
