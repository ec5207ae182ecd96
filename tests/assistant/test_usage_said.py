"""What the built-in mode says of usage and health, and what of it goes to no model and no book."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

from chocolib.app.chat_turns import kept_in
from chocolib.app.context import Context, open_context
from chocolib.app.settings import read_settings
from chocolib.app.usage.reading import read_logs
from chocolib.assistant.arguments import arguments
from chocolib.assistant.books import Books
from chocolib.assistant.builtin import BuiltinSpeaker
from chocolib.assistant.compact import MOST_TOKENS, compact, tokens
from chocolib.assistant.context import consult
from chocolib.assistant.conversation import Assistant
from chocolib.assistant.intents import read
from chocolib.assistant.opening import open_assistant
from chocolib.assistant.parts import Asked, Consulted, Piece, Reply, Spoken, Turn
from chocolib.core.remarks import Remark
from chocolib.core.roles import Role
from chocolib.core.time import local_date
from chocolib.core.usage import Probe
from chocolib.store.usage import probes
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.views import add_views
from tests.assistant.claude.conftest import context, speaker_of
from tests.assistant.messages_server import asks, messages_server, replies
from tests.usage_home import ADMIN, THEN, use

__all__ = ["context"]

AS_OF = "2025-11-20T21:00"
WHO, MOST, SLOW = "¿Quién está usando el panel?", "¿Qué es lo más usado?", "¿Hay algo lento?"
Opens = Callable[..., Context]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def at() -> Iterator[Opens]:
    """Contexts at a moment, for a role."""
    opened: list[Context] = []

    def one(role: Role = "admin", as_of: str = AS_OF) -> Context:
        opened.append(open_context(as_of=as_of, lang="es", role=role))
        return opened[-1]

    yield one
    for each in opened:
        each.store.close()


def reply(context: Context, question: str) -> Reply:
    *_, last = open_assistant(lambda: context, role=context.role, builtin=True).ask(question)
    assert isinstance(last, Reply)
    assert last.unmatched == (), "every number is of an answer"
    return last


def said(context: Context, question: str) -> str:
    return reply(context, question).text


@pytest.mark.parametrize(
    ("question", "one", "few", "none"),
    [
        (WHO, "Ahora hay 1 persona", "menos de tres personas", "Ahora no hay nadie"),
        ("Who is connected?", "1 person is", "Fewer than three people", "Nobody is"),
    ],
)
def test_one_few_and_nobody(
    question: str, one: str, few: str, none: str, home: Path, at: Opens
) -> None:
    use(home, people=1)
    assert said(at("admin"), question).startswith(one)
    assert ADMIN in said(at("admin"), question)
    later = "2025-11-20T22:30"
    read_logs(read_settings(), now=at("admin", later).as_of)
    assert said(at("admin", later), question).startswith(none)
    hidden = said(at("viewer"), question)
    assert few in hidden
    assert hidden.split("21:00")[0] == said(at("viewer", later), question).split("22:30")[0], (
        "one and nobody are told alike"
    )


def test_what_is_most_used_and_what_nobody_opens(home: Path, at: Opens) -> None:
    use(home)
    most = said(at(), MOST)
    assert "En 7 días: personas 4, sesiones 5, vistas 5." in most
    assert "Lo más visto: «Hoy» (vistas: 2)" in most
    assert "«Precio de la luz ahora» de «Hoy» (vistas: 2)" in most
    assert "a las 20 h" in most
    assert ADMIN not in most, "nobody asked who"
    least = said(at(), "Which pages does nobody look at?")
    assert "Nobody opened: «Home»" in least
    assert "«Today»" not in least.partition("least viewed")[0]
    for one in (said(at("viewer"), MOST), said(at("viewer"), "¿Qué páginas no mira nadie?")):
        assert "personas 4" in one
        assert "«Modelos»" not in one


def test_three_people_on_a_page_are_told_to_viewers(home: Path, at: Opens) -> None:
    use(home)
    second = int(THEN.timestamp()) - 60
    with UsageFile.usage(home) as file, file.writing():
        add_views(
            file, [(second, f"{n:016x}", "desktop", "page", "climate", "", 2, 0) for n in range(5)]
        )
    told = said(at("viewer"), "What is most used?")
    assert "«Climate» (views: 10)" in told
    assert "people 9" in told


def test_what_is_down_is_named_with_its_reason(home: Path, at: Opens) -> None:
    use(home)
    bad = Probe("api", ok=False, why=Remark("usage.probe.silent", {}))
    with UsageFile.usage(home) as file:
        probes.add(file, THEN, [bad, Probe("dashboards", ok=True, ms=12)])
    told = said(at(), "¿Se ha caído el panel?")
    assert told.startswith("Ahora no va todo bien")
    assert "- la API, desde jue 20 nov, 21:00: «No responde.»" in told
    english = said(at("viewer"), "Is the dashboard down?")
    assert english.startswith("Not all is well now")
    assert "In the last seven days 9" in english


def test_slow_paths_are_told_with_how_slow(home: Path, at: Opens) -> None:
    use(home)
    told = said(at(), SLOW)
    assert told.startswith("Sí.")
    assert "«/models»: diecinueve de cada veinte veces, hasta 2.500 ms" in told
    viewers = said(at("viewer"), SLOW)
    assert "De las rutas de las que se puede hablar, ninguna" in viewers
    assert "/models" not in viewers, "one person opened it"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("¿Quién ha producido más este mes?", "Eso no se mide"),
        ("¿Qué productividad tiene cada empleado?", "Eso no se mide"),
        ("Who is the best operator?", "That is not measured"),
        ("How many hours did Ana work yesterday?", "That is not measured"),
    ],
)
def test_peoples_work_is_refused_with_the_reason(question: str, reason: str, at: Opens) -> None:
    for role in ("admin", "viewer"):
        told = reply(at(role), question)
        assert told.asked.refusal == "unmeasured"
        assert told.text.startswith(reason)
        assert told.consulted == ()


@pytest.mark.parametrize(
    ("question", "tool", "given"),
    [
        (WHO, "active_users", {}),
        ("¿Cuántas visitas hubo esta semana?", "usage_stats", {}),
        ("¿Cuántas visitas hubo en los últimos 30 días?", "usage_stats", {"days": 30}),
        ("¿Quién ha entrado hoy en el panel?", "usage_stats", {"days": 1}),
        ("¿Cuántas sesiones hubo ayer?", "usage_stats", {"days": 2}),
        ("What was our uptime last month?", "system_performance", {"days": 30}),
        ("Was the site slow 3 days ago?", "system_performance", {"days": 4}),
    ],
)
def test_the_days_of_a_question_reach_the_tool(
    question: str, tool: str, given: dict[str, int], at: Opens
) -> None:
    context = at()
    asked = read(question, as_of=context.as_of, lang="es")
    assert tool in {one.tool.short for one in consult(context, asked)}
    assert arguments(tool, asked, local_date(context.as_of)) == given


def test_too_many_days_are_refused_with_the_bounds(at: Opens) -> None:
    assert "90" in said(at(), "¿Cuántos usuarios en los últimos 400 días?")


@pytest.mark.parametrize("role", ["admin", "viewer"])
def test_a_crowd_fits_what_a_model_reads(role: Role, home: Path, at: Opens) -> None:
    use(home)
    second = int(THEN.timestamp())
    with UsageFile.usage(home) as file, file.writing():
        for n in range(300):
            card = "a" * 30 + chr(97 + n % 26)
            row = (second - n, f"{n:016x}", "desktop", "card", "today", card, 1, 0)
            add_views(file, [row, (second - n, f"{n:016x}", "phone", "page", "today", "", 3, 0)])
    context = at(role)
    found = [
        one
        for question in (WHO, MOST, SLOW)
        for one in consult(context, read(question, as_of=context.as_of, lang="es"), role=role)
    ]
    assert len(found) == 3
    assert all(tokens(compact([one])) <= MOST_TOKENS for one in found)
    assert tokens(compact(found)) <= MOST_TOKENS


@dataclass
class Model:
    """A speaker that would send all it is given to somebody else."""

    given: list[str] = field(default_factory=list)
    mode: Literal["builtin", "claude"] = "claude"

    def speak(
        self,
        asked: Asked,
        consulted: Sequence[Consulted],
        *,
        context: Context,
        earlier: Sequence[Turn],
        stop: threading.Event,
    ) -> Iterator[Consulted | Piece | Spoken]:
        self.given.append(repr((asked, compact(consulted), earlier)))
        yield Piece("Dicho.")
        yield Spoken()


def talk(context: Context, model: Model, *questions: str) -> list[Reply]:
    one = Assistant(lambda: context, (model, BuiltinSpeaker()), role=context.role)
    return [last for question in questions for *_, last in [list(one.ask(question))]]  # type: ignore[misc]


def test_names_go_to_no_model_neither_at_once_nor_later(home: Path, at: Opens) -> None:
    use(home)
    model = Model()
    first, second = talk(at("admin"), model, WHO, "¿A cuánto está la luz?")
    assert (first.mode, second.mode) == ("builtin", "claude")
    assert ADMIN in first.text
    assert ADMIN not in "".join(model.given)
    assert WHO not in "".join(model.given)


def test_what_viewers_may_know_a_model_may_say(home: Path, at: Opens) -> None:
    used = use(home)
    model = Model()
    (told,) = talk(at("viewer"), model, WHO)
    assert told.mode == "claude"
    assert "people: 4" in model.given[0]
    assert used.leaks(model.given[0]) == []


def test_a_tool_that_claude_asks_for_an_admin_names_nobody(context: Context) -> None:
    used = use(context.settings.home)
    asked = (asks("get_active_users", {}), asks("get_usage_stats", {}), replies("Cuatro."))
    with messages_server(*asked) as server:
        speaker = speaker_of(context, server.url, role="admin")
        list(
            speaker.speak(
                Asked("¿Cuántos somos?", "es"),
                (),
                context=replace(context, role="admin"),
                earlier=(),
                stop=threading.Event(),
            )
        )
    assert "people: 4" in repr(server.bodies[-1])
    assert used.leaks(repr(server.bodies)) == []


@pytest.mark.parametrize(("question", "kept"), [(WHO, ""), (SLOW, SLOW)])
def test_no_book_keeps_what_names_people(
    question: str, kept: str, home: Path, at: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(home)
    monkeypatch.setenv("CHOCOLIB_CHAT_KEEP_TEXT", "on")
    context = at("admin")
    books = Books(user="ana", session="s", most_eur=None)
    one = Assistant(lambda: context, (BuiltinSpeaker(),), role="admin", ledger=books)
    *_, told = one.ask(question)
    assert isinstance(told, Reply)
    with kept_in(context) as store:
        turns = store.latest("chat_turns", as_of=pd.Timestamp.max.tz_localize("UTC"))
    assert turns["question"].fillna("").tolist() == [kept]
    assert ADMIN not in "".join(turns["reply"].fillna(""))
