"""How an admin reaches what the edge does not serve: a port of this machine, carried by SSH."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.edge import HOST, TapServer
from tests.deploy.test_compose import ROOT
from tests.doors.api.server_process import Door, running
from tests.doors.mcp.test_http import HELLO, TOKEN

GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The API as compose starts it, behind another port as `ssh -L` gives it."""
    home: Path = tmp_path_factory.mktemp("api")
    told = {"CHOCOLIB_API_TOKEN": TOKEN, "CHOCOLIB_API_HOSTS": "api"}
    with (
        running(home, "--host", "0.0.0.0", **told) as api,  # noqa: S104
        TapServer((HOST, api.port)) as tunnel,
    ):
        threading.Thread(target=tunnel.serve_forever, daemon=True).start()
        yield Door(api.process, tunnel.server_address[1], api.later)
        tunnel.shutdown()


def test_by_the_carried_port_the_token_opens_the_api_and_mcp(carried: Door) -> None:
    with carried.client(Authorization=f"Bearer {TOKEN}") as admin:
        assert "/ree/prices/latest" in admin.get("/openapi.json").json()["paths"]
        usual = {"Accept": "application/json, text/event-stream"}
        assert "serverInfo" in admin.post("/mcp", json=HELLO, headers=usual).text


def test_without_the_token_or_by_another_name_nobody_comes_in(carried: Door) -> None:
    with carried.client() as nobody:
        assert nobody.get("/health").status_code == 200
        assert nobody.get("/ree/prices/latest").status_code == 401
        assert nobody.post("/mcp", json=HELLO).status_code == 401
    with carried.client(Authorization=f"Bearer {TOKEN}", Host="chocolib.example.ts.net") as other:
        assert other.get("/openapi.json").status_code >= 400


def test_the_ports_that_the_guide_carries_are_those_of_production() -> None:
    env = (ROOT / "deploy" / "env" / "prod.env").read_text()
    published = set(re.findall(r"_PORT=(\d+)$", env, re.MULTILINE))
    carried = set(re.findall(r"-L \d+:127\.0\.0\.1:(\d+)", GUIDE))
    assert carried
    assert carried <= published
