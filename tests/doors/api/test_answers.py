"""Every tool at its path, on real prices, as its model and its document say."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pandas as pd
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chocolib.tools.catalogue import TOOLS
from chocolib.tools.tool import Tool
from tests.doors.api.server_process import AS_OF, Door


@pytest.fixture(scope="module")
def document(door: Door) -> dict[str, Any]:
    with door.client() as asking:
        found: dict[str, Any] = asking.get("/openapi.json").json()
    return found


def schema(document: dict[str, Any], path: str, status: int, media: str) -> dict[str, Any]:
    content = document["paths"][path]["get"]["responses"][str(status)]["content"]
    return {**content[media]["schema"], "components": document["components"]}


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_every_tool_answers_at_its_path_as_described(
    tool: Tool, client: httpx.Client, document: dict[str, Any]
) -> None:
    answer = client.get(tool.path, params={"as_of": AS_OF})
    media = answer.headers["content-type"]
    Draft202012Validator(schema(document, tool.path, answer.status_code, media)).validate(
        answer.json()
    )
    if answer.status_code == 200:
        assert answer.json()["as_of"].startswith(AS_OF)
        assert answer.json()["synthetic"] is False
        assert json.loads(tool.answer.model_validate_json(answer.content).model_dump_json())
    else:
        assert answer.status_code == 404
        assert answer.json()["hint"]


def test_the_price_is_the_one_that_was_published(
    client: httpx.Client, real_prices: pd.Series
) -> None:
    told = client.get("/ree/prices/latest", params={"as_of": AS_OF}).json()
    hour = pd.Timestamp("2025-11-20T20:00Z")
    assert told["price"]["value"] == pytest.approx(real_prices[hour], abs=1e-6)
    assert told["price"]["time"] == "2025-11-20T21:00:00+01:00"


def test_a_replay_sees_nothing_published_later(client: httpx.Client) -> None:
    asked = {"as_of": "2025-11-20T20:00"}
    assert client.get("/ree/prices/latest", params=asked).json()["published_until"] == (
        "2025-11-21T00:00:00+01:00"
    )


def test_the_document_is_valid_and_describes_every_tool(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()
    for tool in TOOLS.values():
        told = document["paths"][tool.path]["get"]
        assert told["operationId"] == tool.name
        assert told["tags"] == [tool.group]
        assert {one["name"] for one in told["parameters"]} == {
            *tool.arguments.model_fields,
            "as_of",
            "lang",
        }
        assert "application/problem+json" in told["responses"]["422"]["content"]


def test_every_bound_and_example_of_the_document_is_kept(
    document: dict[str, Any], client: httpx.Client
) -> None:
    tried = 0
    for tool in TOOLS.values():
        for one in document["paths"][tool.path]["get"]["parameters"]:
            for value in beyond(one["schema"]):
                refused = client.get(tool.path, params={"as_of": AS_OF, one["name"]: value})
                assert refused.status_code == 422, (tool.path, one["name"], value)
                assert one["name"] in refused.json()["detail"]
                tried += 1
    assert tried >= 2 * len(TOOLS)


def beyond(schema: dict[str, Any]) -> list[str]:
    """Values just outside what a parameter's schema allows."""
    kinds = [schema, *schema.get("anyOf", ())]
    found = [str(kind["maximum"] + 1) for kind in kinds if "maximum" in kind]
    found += [str(kind["minimum"] - 1) for kind in kinds if "minimum" in kind]
    found += ["x" * (kind["maxLength"] + 1) for kind in kinds if "maxLength" in kind]
    return found + ["none-of-these" for kind in kinds if "enum" in kind]


def test_what_is_known_is_not_sent_again(client: httpx.Client) -> None:
    asked = {"as_of": AS_OF}
    first = client.get("/ree/prices/latest", params=asked)
    mark = first.headers["etag"]
    second = client.get("/ree/prices/latest", params=asked, headers={"If-None-Match": mark})
    if second.status_code == 200:  # the minute ended in between
        mark = second.headers["etag"]
        second = client.get("/ree/prices/latest", params=asked, headers={"If-None-Match": mark})
    assert (second.status_code, second.content) == (304, b"")
    other = client.get("/ree/prices/latest", params={"as_of": "2025-11-20T20:00"})
    assert other.headers["etag"] != mark
    assert "private" in first.headers["cache-control"]


def test_new_rows_change_the_mark(home: Any, client: httpx.Client) -> None:
    from chocolib.store.sqlite import SqliteStore
    from tests.conftest import NOW, made_up_prices, price_frame

    asked = {"as_of": AS_OF}
    before = client.get("/ree/prices/latest", params=asked).headers["etag"]
    store = SqliteStore(home / "chocolib.sqlite")
    rows = price_frame(made_up_prices("2026-01-10T00:00Z", 3))
    store.write("energy_prices", rows, received_at=NOW)
    store.close()
    assert client.get("/ree/prices/latest", params=asked).headers["etag"] != before


def test_a_head_has_the_headers_of_the_answer_and_no_body(client: httpx.Client) -> None:
    answer = client.head("/ree/prices/latest", params={"as_of": AS_OF})
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 200


def test_what_is_long_is_packed(client: httpx.Client) -> None:
    answer = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["info"]["title"] == "chocolib"


def test_fifty_callers_at_once_all_have_their_answer(door: Door) -> None:
    paths = ("/ree/prices/latest", "/insights/optimal-windows")

    def ask(number: int) -> tuple[int, str]:
        with door.client() as asking:
            answer = asking.get(paths[number % 2], params={"as_of": AS_OF, "lang": "en"})
        return answer.status_code, answer.json()["as_of"]

    with ThreadPoolExecutor(50) as callers:
        found = list(callers.map(ask, range(50)))
    assert found == [(200, f"{AS_OF}:00+01:00")] * 50
