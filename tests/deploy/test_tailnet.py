"""The files of the Tailnet: nothing for the internet, and a policy that keeps its own tests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.test_compose import SERVICES

FOLDER = Path(__file__).parents[2] / "deploy" / "tailscale"


def hujson(path: Path) -> dict[str, Any]:
    """JSON with comments and commas at ends; strings of ours hold no `//` but in addresses."""
    text = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
    read: dict[str, Any] = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
    return read


POLICY = hujson(FOLDER / "policy.hujson")


def names_of(who: str) -> set[str]:
    """A person's names in the policy: their own and their groups'."""
    groups = {name for name, members in POLICY["groups"].items() if who in members}
    return {who} | groups


def is_granted(who: str, target: str) -> bool:
    """Whether the grants let somebody reach `tag:prod:443`; what is not granted is denied."""
    tag, _, port = target.rpartition(":")
    return any(
        names_of(who) & set(grant["src"]) and tag in grant["dst"] and f"tcp:{port}" in grant["ip"]
        for grant in POLICY["grants"]
    )


@pytest.mark.parametrize("case", POLICY["tests"], ids=lambda case: case["src"])
def test_the_policy_keeps_its_own_tests(case: dict[str, Any]) -> None:
    assert [one for one in case.get("accept", []) if not is_granted(case["src"], one)] == []
    assert [one for one in case.get("deny", []) if is_granted(case["src"], one)] == []


def test_every_tag_has_a_test_and_an_owner() -> None:
    tags = set(POLICY["tagOwners"])
    assert tags == {"tag:git", "tag:dev", "tag:prod"}
    assert tags <= {case["src"] for case in POLICY["tests"]}
    reached = {tag for grant in POLICY["grants"] for tag in grant["dst"]}
    assert reached == tags


def test_nothing_is_granted_to_everybody_and_funnel_to_nobody() -> None:
    words = json.dumps(POLICY)
    assert '"*"' not in words
    assert "funnel" not in words
    assert POLICY["nodeAttrs"] == []


def test_the_sidecar_serves_nginx_by_https_and_nothing_to_the_internet() -> None:
    serve = json.loads((FOLDER / "serve" / "serve.json").read_text())
    assert "AllowFunnel" not in serve
    assert serve["TCP"] == {"443": {"HTTPS": True}}
    (site,) = serve["Web"].values()
    port = SERVICES["nginx"]["environment"]["CHOCOLIB_EDGE_PORT"]
    assert site == {"Handlers": {"/": {"Proxy": f"http://127.0.0.1:{port}"}}}


def test_the_sidecar_keeps_its_state_and_says_how_it_is() -> None:
    lines = (FOLDER / "sidecar.env").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    mounted = [volume.rpartition(":")[2] for volume in SERVICES["tailscale"]["volumes"][:1]]
    assert told["TS_STATE_DIR"] == mounted[0]
    assert told["TS_AUTH_ONCE"] == "true"
    assert told["TS_AUTHKEY"].startswith("file:/run/secrets/")
    health = " ".join(SERVICES["tailscale"]["healthcheck"]["test"])
    assert f"http://{told['TS_LOCAL_ADDR_PORT']}/healthz" in health
    assert told["TS_ENABLE_HEALTH_CHECK"] == "true"
    assert told["TS_SERVE_CONFIG"] == "/config/serve.json"
