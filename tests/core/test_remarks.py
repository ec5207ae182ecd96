"""Facts with their units and remarks made of them: in words, and through JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.bottlenecks import BOTTLENECKS, bottleneck_said
from chocolib.core.facts import Fact, Unit
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.remarks import Remark
from chocolib.core.time import utc


@pytest.mark.parametrize(
    ("value", "unit", "es", "en"),
    [
        (24, "h", "24 h", "24 h"),
        (0.25, "h", "0,25 h", "0.25 h"),
        (2.5, "h", "2,5 h", "2.5 h"),
        (1234.5, "kWh", "1.234,5 kWh", "1,234.5 kWh"),
        (87.5, "%", "87,5 %", "87.5%"),
        (60, "%", "60 %", "60%"),
        (22.0, "C", "22,0 °C", "22.0 °C"),
        (15, "min", "15 min", "15 min"),
        ("temper, mould", "name", "templado, moldeado", "tempering, moulding"),
        ("temper", "key", "Templado", "Tempering"),
        ("roast", "name", "roast", "roast"),
    ],
)
def test_a_fact_reads_as_people_write_it(value: float | str, unit: Unit, es: str, en: str) -> None:
    said = (Fact(value, unit).shown("es"), Fact(value, unit).shown("en"))
    assert tuple(text.replace("\xa0", " ") for text in said) == (es, en)


def test_times_are_those_of_madrid() -> None:
    midday = utc("2025-07-16T12:00")
    assert Fact(midday, "time").shown("es") == "mié 16 jul, 12:00"
    assert Fact(midday, "clock").shown("en") == "12:00"
    assert Fact(midday, "day").shown("en") == "Wed 16 Jul"


@given(value=st.floats(0, 1e6).map(lambda x: round(x, 6)), words=st.text(max_size=20))
def test_a_remark_survives_its_json(value: float, words: str) -> None:
    inner = Remark("remark.plain", {"text": words})
    way = Remark("plan.way.machine", {"stage": Fact("conche", "name")})
    made = Remark(
        "plan.short.machines",
        {
            "why": inner,
            "ways": (way, Remark("plan.way.tanks")),
            "needed": Fact(value, "h"),
            "available": Fact(1, "h"),
            "by": Fact(utc("2025-07-16T12:00"), "time"),
            "days": 3,
        },
    )
    again = Remark.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again == made
    assert [again.text(lang) for lang in LANGS] == [made.text(lang) for lang in LANGS]


def test_several_ways_are_one_or_the_other() -> None:
    ways = (Remark("plan.way.tanks"), Remark("plan.way.shifts"))
    said = Remark("plan.short.ways", {"ways": ways})
    assert said.text("es").endswith("cabría con más depósitos, o personal a todas horas")
    assert said.text("en").endswith("it would with more tanks, or staff round the clock")


def test_a_sentence_kept_earlier_is_shown_as_it_was() -> None:
    old = Remark.from_dict("weather: 24 h observed")
    assert [old.text(lang) for lang in LANGS] == ["weather: 24 h observed"] * 2
    assert old.to_dict()["text"] == "weather: 24 h observed"


@pytest.mark.parametrize("lang", LANGS)
def test_every_bottleneck_has_words_of_its_own(lang: Lang) -> None:
    said = {bottleneck_said(name).text(lang) for name in BOTTLENECKS}
    assert len(said) == len(BOTTLENECKS)
    assert bottleneck_said("enrobe").text(lang) == "enrobe"
