"""Of people, viewers are told nothing by any door; nobody gets an answer of another role."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from chocolib.app.context import Context, open_context
from chocolib.app.settings import read_settings
from chocolib.app.usage import forgetting
from chocolib.assistant.opening import open_assistant
from chocolib.assistant.parts import Reply
from chocolib.core.roles import Role
from chocolib.doors.answering import Answering, Question
from chocolib.doors.api.marks import mark_of
from chocolib.doors.mcp.server import open_server
from chocolib.doors.pages import PAGES
from chocolib.doors.tools import Tools
from chocolib.doors.workbench import Workbench
from chocolib.tools.catalogue import TOOLS
from tests.doors.api.server_process import Door, running
from tests.doors.test_cli import chocolib
from tests.usage_home import ADMIN, THEN, UsedHome, use

AS_OF = "2025-11-20T21:00"
ANSWERS = [name for name, tool in TOOLS.items() if tool.group == "usage"]
QUESTIONS = (
    "¿Quién está usando el panel?",
    "¿Qué es lo más usado?",
    "¿Quién ha entrado hoy en el panel?",
    "¿Hay algo lento?",
    "Which pages does nobody look at?",
)
VIEWER = {"Tailscale-User-Login": "eve@example.org"}
ADMINISTRATOR = {"Tailscale-User-Login": ADMIN}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> UsedHome:
    return use(tmp_path_factory.mktemp("used"))


@pytest.fixture
def as_role(used: UsedHome, monkeypatch: pytest.MonkeyPatch) -> Callable[[Role], Context]:
    """Contexts of the used home at the moment when everybody is there."""
    monkeypatch.setenv("CHOCOLIB_HOME", str(used.path))
    return lambda role: open_context(as_of=AS_OF, lang="es", role=role)


@pytest.fixture(scope="module")
def door(used: UsedHome) -> Iterator[Door]:
    with running(used.path, CHOCOLIB_TRUSTED_PROXY="127.0.0.1", CHOCOLIB_ADMINS=ADMIN) as served:
        yield served


def test_the_home_has_what_must_not_be_told(
    used: UsedHome, as_role: Callable[[Role], Context]
) -> None:
    context = as_role("admin")
    told = "".join(TOOLS[name].ask(context).model_dump_json() for name in ANSWERS)
    found = set(used.leaks(told))
    assert {ADMIN, "mallory", "<script>", "203.0.113.77", "lonely_card"} <= found


@pytest.mark.parametrize("name", ANSWERS)
def test_a_viewer_is_told_of_nobody_in_python(
    name: str, used: UsedHome, as_role: Callable[[Role], Context]
) -> None:
    for days in (1, 7, 30) if name != "active_users" else (5, 60, 1440):
        given = {next(iter(TOOLS[name].arguments.model_fields)): days}
        answer = getattr(Tools(as_role("viewer")), name)(**given)
        assert used.leaks(answer.model_dump_json()) == []
        assert used.leaks(repr(answer)) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_a_viewer_is_told_of_nobody_over_http(name: str, used: UsedHome, door: Door) -> None:
    asked = {"as_of": AS_OF, "lang": "es"}
    with door.client(**ADMINISTRATOR) as client:
        admins = client.get(TOOLS[name].path, params=asked)
    with door.client(**VIEWER) as client:
        answer = client.get(TOOLS[name].path, params=asked)
        marked = client.get(
            TOOLS[name].path, params=asked, headers={"If-None-Match": admins.headers["etag"]}
        )
    assert answer.status_code == marked.status_code == 200, "an admin's mark is none of theirs"
    assert admins.headers["etag"] != answer.headers["etag"]
    assert used.leaks(answer.text + marked.text) == []
    if name != "system_performance":
        assert ADMIN in admins.text


def test_http_has_the_fields_of_the_former_replies(door: Door) -> None:
    def get(name: str, **headers: str) -> dict[str, Any]:
        with door.client(**headers) as client:
            found: dict[str, Any] = client.get(TOOLS[name].path, params={"as_of": AS_OF}).json()
        return found

    logs = get("active_users", **ADMINISTRATOR)
    assert set(logs["logs"][0]) == {"user", "device", "endpoint", "timestamp"}
    assert logs["summary"] == {"unique_users": 4, "total_requests": 4}
    stats = get("usage_stats", **ADMINISTRATOR)
    assert stats["most_viewed_cards"][0] == {"card": "today/energy_score", "views": 2}
    assert set(stats["user_sessions"][0]) == {"user", "sessions", "favorite_features"}
    history = get("system_performance", **ADMINISTRATOR)
    assert history["uptime_last_7d"] == 100.0
    assert history["avg_api_response_ms"] == pytest.approx(286)
    assert history["slowest_endpoints"][0] == {"/models": "2500ms"}
    viewers = get("usage_stats", **VIEWER)
    assert (viewers["user_sessions"], viewers["users"]) == ([], [])
    assert viewers["returning"] is None, "one person came back"
    assert any("menos de 3" in one for one in viewers["remarks"])


@pytest.mark.parametrize("stream", [False, True])
def test_a_viewer_is_told_of_nobody_in_the_chat_over_http(
    stream: bool, used: UsedHome, door: Door
) -> None:
    accept = {"Accept": "text/event-stream"} if stream else {}
    for question in QUESTIONS:
        asked = {"question": question, "as_of": AS_OF}
        with door.client(**VIEWER) as client:
            said = client.post("/chat/ask", json=asked, headers=accept).text
        assert "active_users" in said or "usage_stats" in said or "performance" in said
        assert used.leaks(said) == []


def reply_of(context: Context, question: str, role: Role) -> Reply:
    *_, last = open_assistant(lambda: context, role=role, builtin=True).ask(question)
    assert isinstance(last, Reply)
    return last


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_viewer_is_told_of_nobody_in_words_even_in_an_admins_context(
    question: str, used: UsedHome, as_role: Callable[[Role], Context]
) -> None:
    for context in (as_role("viewer"), as_role("admin")):
        reply = reply_of(context, question, "viewer")
        assert reply.asked.categories[0] == "usage"
        assert reply.unmatched == ()
        assert used.leaks(reply.text + repr(reply.consulted)) == []


def test_an_admin_is_told_who_is_there_and_who_came(as_role: Callable[[Role], Context]) -> None:
    now = reply_of(as_role("admin"), QUESTIONS[0], "admin")
    assert f"«{ADMIN}», con móvil, en «Hoy»" in now.text
    assert now.unmatched == ()
    came = reply_of(as_role("admin"), QUESTIONS[2], "admin")
    assert f"«{ADMIN}»: sesiones 1, vistas 1" in came.text


def by_mcp(role: Role) -> str:
    """All that a connection of this role gets: the list, the three answers, every resource."""

    async def everything() -> str:
        server = open_server(answering, read_settings(), role_of=lambda _request: role)
        async with Client(server) as client:
            listed = (await client.list_tools()).model_dump_json()
            given = {"as_of": AS_OF}
            calls = [await client.call_tool(TOOLS[name].name, given) for name in ANSWERS]
            found = (await client.list_resources()).resources
            read = [(await client.read_resource(one.uri)).model_dump_json() for one in found]
        return "".join([listed, *(one.model_dump_json() for one in calls), *read])

    answering = Answering(deadline_s=60)
    try:
        return asyncio.run(everything())
    finally:
        answering.close()


def test_a_viewers_mcp_connection_gets_no_names(
    used: UsedHome, as_role: Callable[[Role], Context]
) -> None:
    as_role("viewer").store.close()
    told = by_mcp("viewer")
    assert "get_active_users" in told
    assert used.leaks(told) == []


def test_an_admins_mcp_connection_gets_names(as_role: Callable[[Role], Context]) -> None:
    as_role("admin").store.close()
    assert ADMIN in by_mcp("admin")


@pytest.mark.skipif("usage" not in PAGES, reason="there is no page on usage yet")
def test_a_viewers_page_and_export_have_nobody(
    used: UsedHome, as_role: Callable[[Role], Context]
) -> None:
    context = as_role("viewer")
    assert used.leaks(PAGES["usage"].html(context, "viewer")) == []
    assert used.leaks(repr(PAGES["usage"].gathered(context))) == []


def test_the_same_question_of_two_roles_is_worked_out_twice(
    as_role: Callable[[Role], Context],
) -> None:
    as_role("viewer").store.close()
    tool = TOOLS["active_users"]
    asked = [Question(tool, as_of=AS_OF, role=role) for role in ("admin", "viewer")]

    async def both() -> list[Any]:
        return list(await asyncio.gather(*(answering.answer(one) for one in asked)))

    answering = Answering(deadline_s=60)
    try:
        admins, viewers = asyncio.run(both())
    finally:
        answering.close()
    assert len(admins.present) == 4
    assert viewers.present == ()
    assert asked[0].key != asked[1].key


def test_a_mark_changes_with_the_role_and_with_what_is_read_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = use(tmp_path / "home", people=1)
    monkeypatch.setenv("CHOCOLIB_HOME", str(home.path))
    monkeypatch.setattr("chocolib.app.context.clock", lambda: THEN)

    def marks() -> list[str]:
        tool = TOOLS["active_users"]
        return [mark_of(Question(tool, role=role), "build") for role in ("admin", "viewer")]

    before = marks()
    assert before[0] != before[1]
    assert marks() == before, "reading changes nothing"
    assert len(TOOLS["active_users"].ask(open_context(role="admin")).present) == 1
    assert marks() == before, "nor does an answer"
    use(home.path, people=3)
    assert not set(marks()) & set(before)
    price = Question(TOOLS["current_price"])
    kept = mark_of(price, "build")
    use(home.path, people=4)
    assert mark_of(price, "build") == kept, "other answers are not told by the log"


def test_the_chat_is_told_of_a_forgotten_person_no_more_over_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = use(tmp_path / "home", people=2)
    with running(home.path) as served, served.client() as client:
        path, asked = TOOLS["active_users"].path, {"as_of": AS_OF}
        first = client.get(path, params=asked)
        assert ADMIN in first.text
        forget(home.path, ADMIN, monkeypatch)
        again = client.get(path, params=asked, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert ADMIN not in again.text


def forget(home: Path, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `chocolib usage forget` does."""
    monkeypatch.setenv("CHOCOLIB_HOME", str(home))
    assert forgetting.forget(read_settings(), login).views


def test_the_workbench_of_this_machine_is_its_owners(
    as_role: Callable[[Role], Context],
) -> None:
    wb = Workbench(as_role("admin"))
    assert len(wb.tools.active_users().present) == 4
    assert json.loads(wb.tools.usage_stats(days=7).model_dump_json())["people"] == 4


def test_the_command_line_tells_who_is_there_and_what_is_used(used: UsedHome) -> None:
    home = {"CHOCOLIB_HOME": str(used.path)}
    asked = chocolib("ask", "Quien esta usando el panel?", "--as-of", AS_OF, **home)
    assert f"«{ADMIN}»" in asked.stdout
    assert "[active_users]" in asked.stderr
    told = chocolib("tool", "usage_stats", "--days", "7", "--as-of", AS_OF, "--json", **home)
    found = json.loads(told.stdout)
    assert (found["people"], found["sessions"], found["views"]) == (4, 5, 5)
    assert found["user_sessions"][0]["user"] == ADMIN
