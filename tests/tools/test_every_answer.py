"""What holds for every answer: it only reads, tells nothing of later, and is valid JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chocolib.app.context import Context, clock, demo_store, open_context
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.core.schema import MEASUREMENTS
from chocolib.store.sqlite import SqliteStore
from chocolib.tools.answer import Answer
from chocolib.tools.arguments import arguments_of
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.telling import frame, told
from tests.tools.conftest import EVENING, Makes, Opens

#: How the description of a number says what it is in.
UNIT = re.compile(
    r"EUR(/kWh)?\b|\bkWh?\b|%|\b(C|h|min|s|ms|kg|mm|hours|points|days|probability|unit|number)\b"
)
EVERY = pytest.mark.parametrize("name", TOOLS)


def document(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it; NaN and infinity are refused."""
    text = json.dumps(answer.model_dump(mode="json"), allow_nan=False)
    found: dict[str, Any] = json.loads(text)
    return found


@EVERY
def test_an_answer_is_valid_json_that_reads_back_as_it_was(real: Context, name: str) -> None:
    answer = TOOLS[name].ask(real)
    schema = TOOLS[name].answer.model_json_schema(mode="serialization")
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        document(answer)
    )
    assert type(answer).model_validate_json(answer.model_dump_json()) == answer


@EVERY
def test_an_answer_knows_nothing_of_later(real: Context, name: str) -> None:
    answer = TOOLS[name].ask(real)
    assert answer.as_of == real.as_of
    assert all(origin.known_since <= real.as_of for origin in answer.origins)
    assert all(origin.age_h >= 0 for origin in answer.origins)


@pytest.fixture(scope="session")
def cut_home(home_until: Makes) -> Path:
    """The same evenings in a home whose prices end with what was published."""
    return home_until("2025-11-21")


@EVERY
def test_rows_that_came_later_change_no_answer(
    real: Context, cut_home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = document(TOOLS[name].ask(real))
    monkeypatch.setenv("CHOCOLIB_HOME", str(cut_home))
    store = SqliteStore(cut_home / "chocolib.sqlite")
    cut = document(TOOLS[name].ask(open_context(as_of=EVENING, lang="en", store=store)))
    store.close()
    for one in (whole, cut):
        for series in one.get("series", ()):
            series.pop("rows", None)  # rows are counted as they are stored
    assert whole == cut


@EVERY
def test_an_answer_writes_nothing(real: Context, name: str) -> None:
    before = {one: real.store.revision(one) for one in MEASUREMENTS}
    TOOLS[name].ask(real)
    assert {one: real.store.revision(one) for one in MEASUREMENTS} == before


@EVERY
def test_an_answer_tells_people_every_field_in_both_languages(opened: Opens, name: str) -> None:
    for lang in ("es", "en"):
        context = opened(lang=lang)
        answer = TOOLS[name].ask(context)
        found = told(answer, context.lang)
        shown = {*(fact for fact, _, _ in found.facts), *found.sentences, *found.tables}
        assert shown == set(type(answer).model_fields) - set(Answer.model_fields)
        assert "2025" in next(iter(frame(answer, context.lang)))


@EVERY
def test_every_field_of_an_answer_that_is_a_number_says_its_unit(name: str) -> None:
    schema = TOOLS[name].answer.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        for field, said in part.get("properties", {}).items():
            kinds = [said.get("type"), *(one.get("type") for one in said.get("anyOf", ()))]
            if "number" in kinds:
                assert UNIT.search(said.get("description", "")), f"{part['title']}.{field}"


def _faults(name: str) -> Iterator[dict[str, Any]]:
    """Arguments that are out of bounds, one at a time."""
    for one in arguments_of(TOOLS[name]):
        if one.least is not None and one.most is not None:
            yield {one.name: one.least - 1}
            yield {one.name: one.most + 1}
            yield {one.name: "many"}
        if one.kind == "date":
            yield {one.name: "1890-01-01"}
            yield {one.name: "2200-01-01"}
            yield {one.name: "31/12/2025"}
        if one.choices:
            yield {one.name: "minute"}


@EVERY
def test_what_cannot_be_asked_is_refused_by_name(real: Context, name: str) -> None:
    for given in [*_faults(name), {"no_such_argument": 1}]:
        with pytest.raises(SettingsError) as refused:
            TOOLS[name].ask(real, given)
        assert next(iter(given)) in refused.value.message


@EVERY
def test_a_day_of_which_nobody_knows_is_refused_in_words(real: Context, name: str) -> None:
    for one in arguments_of(TOOLS[name]):
        for day in (date(2001, 2, 3), date(2099, 2, 3)):
            if one.kind == "date":
                with pytest.raises((NotEnoughData, SettingsError)) as refused:
                    TOOLS[name].ask(real, {one.name: day})
                assert refused.value.hint


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with demonstration data and nothing else."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOCOLIB_HOME", str(home))
        store = demo_store(read_settings())
        fill_demo(store, now=clock())
        store.close()
    return home


def answers_or_says_why(name: str, context: Context) -> Answer | None:
    """The answer, or none where the error has a hint; anything else is raised."""
    try:
        return TOOLS[name].ask(context)
    except NotEnoughData as error:
        if not error.hint:
            raise
        return None


@EVERY
def test_on_demonstration_data_every_answer_says_so(
    demo_home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOCOLIB_HOME", str(demo_home))
    context = open_context(lang="en")
    answer = answers_or_says_why(name, context)
    context.store.close()
    if answer is not None:
        assert answer.synthetic
        assert answer.remarks[0].startswith("Demo data")
        document(answer)


@EVERY
def test_on_an_empty_store_no_number_is_made_up(name: str) -> None:
    context = open_context(lang="en")
    answer = answers_or_says_why(name, context)
    replayed = answers_or_says_why(name, replace(context, as_of=context.as_of.floor("D")))
    context.store.close()
    for one in (answer, replayed):
        if one is not None:
            assert one.origins == ()
            document(one)


def test_without_prices_the_house_is_not_well() -> None:
    context = open_context(as_of="2025-11-20T21:00")
    assert not document(TOOLS["system_health"].ask(context))["ok"]
    context.store.close()
