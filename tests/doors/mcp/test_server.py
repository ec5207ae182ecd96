"""The MCP server with a real client in memory: what it offers is the catalogue, and it holds."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client, types
from mcp.shared.exceptions import MCPError

from chocolib.core.schema import MEASUREMENTS
from chocolib.tools.catalogue import TOOLS, offered
from tests.doors.mcp.conftest import AS_OF

Runs = Callable[[Any], Any]


def text_of(result: types.CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, types.TextContent)
    return block.text


def test_the_tools_are_those_of_the_catalogue_with_their_schemas(using: Runs) -> None:
    async def listing(client: Client) -> list[types.Tool]:
        return (await client.list_tools()).tools

    listed = using(listing)
    assert [tool.name for tool in listed] == [tool.name for tool in offered("admin")]
    for tool in listed:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert {"as_of", "lang"} <= set(tool.input_schema["properties"])
        assert tool.input_schema["additionalProperties"] is False
        assert "required" not in tool.input_schema, "every argument has a default"
        assert tool.description
        assert tool.annotations
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint


def test_every_tool_answers_on_real_data_as_its_schema_says(home: Path, using: Runs) -> None:
    async def all_of_them(client: Client) -> dict[str, tuple[types.Tool, types.CallToolResult]]:
        listed = (await client.list_tools()).tools
        return {tool.name: (tool, await client.call_tool(tool.name, {})) for tool in listed}

    answers = using(all_of_them)
    assert len(answers) == len(TOOLS)
    for name, (tool, result) in answers.items():
        assert not result.is_error, (name, text_of(result))
        jsonschema.validate(result.structured_content, tool.output_schema)
        assert json.loads(text_of(result)) == result.structured_content
        told = datetime.fromisoformat(result.structured_content["as_of"])
        assert told == datetime.fromisoformat(f"{AS_OF}+01:00"), name
        assert result.structured_content["synthetic"] is False


def test_a_call_says_its_own_moment_and_language(home: Path, using: Runs) -> None:
    async def earlier(client: Client) -> types.CallToolResult:
        given = {"as_of": "2025-10-26T02:30", "lang": "en"}
        return await client.call_tool("get_current_price", given)

    found = using(earlier).structured_content
    assert found["as_of"] == "2025-10-26T02:30:00+02:00", "the first of the two"


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("get_optimal_windows", {"hours": 10_000}, "hours: .*24"),
        ("get_optimal_windows", {"hours": "many"}, "hours: .*integer"),
        ("get_optimal_windows", {"horizon": 3}, "horizon: .*not permitted"),
        ("get_optimal_windows", {"hours": None}, "hours: .*integer"),
        ("get_current_price", {"as_of": "1890-01-01"}, "1890-01-01"),
        ("get_current_price", {"as_of": "tomorrow"}, "not a moment"),
        ("get_current_price", {"as_of": 3}, "as_of is text"),
        ("get_current_price", {"as_of": ["2025"]}, "as_of is text"),
        ("get_current_price", {"lang": "fr"}, "language 'fr'"),
        ("get_optimal_window", {}, "perhaps: optimal_windows"),
        ("drop_table", {}, "no answer called"),
        ("get_" + "x" * 5_000, {}, "no answer called"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    name: str, given: dict[str, Any], said: str, home: Path, using: Runs
) -> None:
    async def asking(client: Client) -> types.CallToolResult:
        return await client.call_tool(name, given)

    result = using(asking)
    assert result.is_error
    assert re.search(said, text_of(result)), text_of(result)
    assert "What to do: " in text_of(result)
    assert "Traceback" not in text_of(result)
    assert len(text_of(result)) < 1_000


def test_an_empty_store_is_told_with_what_to_do(using: Runs) -> None:
    async def asking(client: Client) -> types.CallToolResult:
        return await client.call_tool("get_current_price", {"as_of": AS_OF})

    result = using(asking)
    assert result.is_error
    assert "What to do: chocolib ingest" in text_of(result)


def test_every_answer_to_an_empty_store_is_an_answer_or_a_sentence(using: Runs) -> None:
    async def all_of_them(client: Client) -> list[tuple[types.Tool, types.CallToolResult]]:
        listed = (await client.list_tools()).tools
        return [(tool, await client.call_tool(tool.name, {"as_of": AS_OF})) for tool in listed]

    for tool, result in using(all_of_them):
        if result.is_error:
            assert "fault of chocolib's own" not in text_of(result), tool.name
        else:
            jsonschema.validate(result.structured_content, tool.output_schema)


def test_a_hundred_calls_at_once_are_all_answered(home: Path, using: Runs) -> None:
    names = [tool.name for tool in offered("viewer")]

    async def at_once(client: Client) -> list[types.CallToolResult]:
        calls = (client.call_tool(names[n % len(names)], {}) for n in range(100))
        return await asyncio.gather(*calls)

    results = using(at_once)
    assert len(results) == 100
    assert [text_of(one) for one in results if one.is_error] == []


def test_the_pages_can_be_read(home: Path, using: Runs) -> None:
    async def reading(client: Client) -> dict[str, str]:
        listed = (await client.list_resources()).resources
        found = {one.uri: (await client.read_resource(one.uri)).contents[0] for one in listed}
        assert all(isinstance(one, types.TextResourceContents) for one in found.values())
        return {uri: one.text for uri, one in found.items()}

    found = using(reading)
    assert "[[stages]]" in found["chocolib://factory.toml"]
    assert json.loads(found["chocolib://factory.json"])["stages"]
    assert all(f"## {name}\n" in found["chocolib://nomenclature"] for name in MEASUREMENTS)
    assert all(f"## {tool.name}\n" in found["chocolib://tools"] for tool in offered("viewer"))
    (listed,) = json.loads(found["chocolib://reports"])
    assert listed["uri"] == "chocolib://reports/daily/2025-11-20"
    assert found[listed["uri"]] == ("# El plan\nHoras baratas: 14–17 h\nhoy | 0,122 €/kWh")


@pytest.mark.parametrize(
    "uri",
    [
        "chocolib://reports/../chocolib.sqlite",
        "chocolib://reports/..%2F..%2Fetc%2Fpasswd/2025-11-20",
        "chocolib://reports/../../2025-11-20",
        "chocolib://reports/daily/2025-11-20.html",
        "chocolib://reports/daily/..",
        "chocolib://reports/weekly/2025-11-20",
        "chocolib://reports/daily/2025-11-20/../../x",
        "chocolib://nomenclature/../factory.toml",
        "chocolib://nomenclature/passwords",
        "file:///etc/passwd",
        "chocolib://",
    ],
)
def test_nothing_else_can_be_read(uri: str, home: Path, using: Runs) -> None:
    async def reading(client: Client) -> None:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        assert "What to do: " in refused.value.message
        assert str(home) not in refused.value.message

    using(reading)


def test_the_usual_questions_come_in_both_languages(using: Runs) -> None:
    async def asking(client: Client) -> list[str]:
        names = [prompt.name for prompt in (await client.list_prompts()).prompts]
        return [
            (await client.get_prompt(name, {"lang": lang})).messages[0].content.text
            for name in names
            for lang in ("es", "en")
        ]

    texts = using(asking)
    assert len(texts) == 12
    assert all("Responda en español" in text for text in texts[::2])
    assert all("Reply in English" in text for text in texts[1::2])


@pytest.mark.parametrize(
    ("name", "given"), [("poem", {}), ("status", {"lang": "fr"}), ("status", {"day": "2025"})]
)
def test_a_prompt_that_is_none_is_refused(name: str, given: dict[str, str], using: Runs) -> None:
    async def asking(client: Client) -> None:
        with pytest.raises(MCPError, match="What to do: "):
            await client.get_prompt(name, given)

    using(asking)


@pytest.mark.parametrize(
    ("blank", "begun", "settled", "values"),
    [
        ("name", "da", {}, ["daily"]),
        ("day", "2025-11", {"name": "daily"}, ["2025-11-20"]),
        ("day", "", {"name": "weekly"}, []),
        ("measurement", "energy", {}, ["energy_prices"]),
        ("lang", "", {}, ["es", "en"]),
        ("password", "", {}, []),
    ],
)
def test_blanks_are_completed(
    blank: str, begun: str, settled: dict[str, str], values: list[str], home: Path, using: Runs
) -> None:
    async def typing(client: Client) -> list[str]:
        page = types.ResourceTemplateReference(uri="chocolib://reports/{name}/{day}")
        argument = {"name": blank, "value": begun}
        return (await client.complete(page, argument, settled)).completion.values

    assert using(typing) == values


def test_the_server_says_what_it_is(using: Runs) -> None:
    async def known(client: Client) -> tuple[str, str]:
        assert client.server_info
        return client.server_info.name, client.instructions or ""

    name, instructions = using(known)
    assert name == "chocolib"
    assert "Solo se lee" in instructions
