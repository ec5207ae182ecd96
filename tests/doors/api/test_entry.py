"""Who comes in: by token, by the trusted proxy's word, by being this machine's user."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from chocolib.doors.answering import Answering
from chocolib.doors.api.app import api
from chocolib.doors.api.desk import Desk
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.gate import Gate
from chocolib.doors.api.routes import routes
from chocolib.doors.trust import Trust
from chocolib.tools.catalogue import tool_called
from tests.doors.api.in_thread import served
from tests.doors.api.server_process import AS_OF, Door, running

TOKEN = "a-token-of-the-tests-only"  # noqa: S105
ADMIN = {"Tailscale-User-Login": "ana@example.org"}
VIEWER = {"Tailscale-User-Login": "eve@example.org"}


@pytest.fixture(scope="module")
def guarded(home: object) -> Iterator[Door]:
    with running(
        home,  # type: ignore[arg-type]
        CHOCOLIB_API_TOKEN=TOKEN,
        CHOCOLIB_API_HOSTS="factory.example.ts.net",
    ) as door:
        yield door


@pytest.mark.parametrize(
    "given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, ADMIN]
)
def test_without_the_token_nothing_is_told(given: dict[str, str], guarded: Door) -> None:
    with guarded.client(**given) as client:
        answer = client.get("/ree/prices/latest", params={"as_of": AS_OF})
        assert client.get("/openapi.json").status_code == 401
        assert client.post("/chat/ask", json={"question": "hola"}).status_code == 401
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "/#no-token"


def test_with_the_token_every_named_host_answers(guarded: Door) -> None:
    with guarded.client(Authorization=f"Bearer {TOKEN}") as client:
        asked = {"as_of": AS_OF}
        assert client.get("/ree/prices/latest", params=asked).status_code == 200
        named = {"Host": "Factory.example.ts.net"}
        assert client.get("/ree/prices/latest", params=asked, headers=named).status_code == 200
        assert client.get("/version", headers={"Host": "other.example"}).status_code == 421
        assert client.get("/openapi.json").json()["security"] == [{"token": []}]


def test_probes_need_neither_token_nor_name(guarded: Door) -> None:
    with guarded.client(Host="10.1.2.3:8868") as client:
        assert client.get("/health").json()["status"] == "ok"
        assert client.get("/ready").json()["ready"] is True


def test_other_machines_are_not_served_without_a_token() -> None:
    command = [sys.executable, "-m", "chocolib", "api", "--host", "::", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "CHOCOLIB_API_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def asked_as(entry: Entry, path: str, **headers: str) -> int:
    """The status of an answer for administrators only, behind this gate."""
    tool = replace(tool_called("job_status"), role="admin")
    app = FastAPI()
    app.include_router(routes((tool,), Desk(Answering(deadline_s=30))))
    app.add_middleware(Gate, entry=entry)
    with served(app) as url:
        return httpx.get(f"{url}{path}", headers=headers, trust_env=False).status_code


@pytest.mark.parametrize(
    ("token", "proxies", "headers", "status"),
    [
        (None, (), {}, 200),
        (None, (), VIEWER, 200),
        (None, ("127.0.0.1",), {}, 403),
        (None, ("127.0.0.1",), VIEWER, 403),
        (None, ("127.0.0.1",), ADMIN, 200),
        (TOKEN, ("127.0.0.1",), ADMIN, 200),
        (TOKEN, ("127.0.0.1",), VIEWER, 403),
        (TOKEN, ("127.0.0.1",), {}, 401),
        (TOKEN, ("10.0.0.0/8",), ADMIN, 401),
        (TOKEN, (), {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, ("127.0.0.1",), {**ADMIN, "Authorization": "Bearer wrong"}, 401),
    ],
)
def test_answers_for_administrators(
    token: str | None, proxies: tuple[str, ...], headers: dict[str, str], status: int
) -> None:
    trust = Trust(proxies, frozenset({"ana@example.org"}))
    entry = Entry(("localhost",), token, trust)
    assert asked_as(entry, "/scheduler/status", **headers) == status


def test_a_forwarded_address_is_never_the_callers(guarded: Door) -> None:
    with guarded.client(**{"X-Forwarded-For": "127.0.0.1", **ADMIN}) as client:
        assert client.get("/version").status_code == 401


def test_the_application_has_no_path_that_the_gate_does_not_see() -> None:
    from chocolib.app.settings import read_settings

    settings = read_settings()
    app = api(settings, Entry.of(settings, "127.0.0.1"), lambda *_: None)  # type: ignore[arg-type, return-value]
    assert app.user_middleware[0].cls is Gate
