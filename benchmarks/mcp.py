"""MCP as a client feels it: `python -m benchmarks.mcp`. Start, each tool, a hundred calls at once.

A real client and a real `chocolib mcp`, over standard streams and over HTTP on loopback. Every
answer is validated against the schema its tool is listed with.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import jsonschema
from mcp import Client, StdioServerParameters, types

from benchmarks.chat.__main__ import make_home
from benchmarks.chat.scoring import AS_OF

WORDS = [sys.executable, "-m", "chocolib", "mcp"]
STARTS, ROUNDS, AT_ONCE = 5, 10, 100


def process() -> StdioServerParameters:
    """The command as a client starts it."""
    return StdioServerParameters(command=WORDS[0], args=WORDS[1:], env=dict(os.environ))


async def started() -> float:
    """Seconds from starting the process to having the list of tools."""
    began = perf_counter()
    async with Client(process()) as client:
        await client.list_tools()
        return perf_counter() - began


async def timed(client: Client, tool: types.Tool) -> tuple[float, types.CallToolResult]:
    """Seconds of one call, and what came: an answer that is as its schema says."""
    began = perf_counter()
    result = await client.call_tool(tool.name, {})
    seconds = perf_counter() - began
    if not result.is_error:
        jsonschema.validate(result.structured_content, tool.output_schema)
    return seconds, result


async def each(client: Client) -> None:
    """Print the first call of each tool, then the median and the 95th percentile of more."""
    print(f"\nOne call, ms (n = {ROUNDS} after the first)\n{'first':>8} {'median':>8} {'p95':>8}")
    for tool in (await client.list_tools()).tools:
        first, result = await timed(client, tool)
        more = sorted([(await timed(client, tool))[0] for _ in range(ROUNDS)])
        p95 = statistics.quantiles(more, n=20, method="inclusive")[-1]
        line = " ".join(f"{1000 * s:8.1f}" for s in (first, statistics.median(more), p95))
        print(f"{line}  {tool.name}{'  ERROR' if result.is_error else ''}", flush=True)


async def crowd(client: Client, way: str) -> None:
    """Print how long a hundred calls at once take, all tools in turn, and how many failed."""
    tools = (await client.list_tools()).tools
    began = perf_counter()
    calls = [timed(client, tools[n % len(tools)]) for n in range(AT_ONCE)]
    results = [result for _, result in await asyncio.gather(*calls)]
    seconds = perf_counter() - began
    errors = sum(result.is_error for result in results)
    print(f"{way}: {AT_ONCE} calls at once in {seconds:.2f} s, {errors} errors", flush=True)


@contextmanager
def served() -> Iterator[str]:
    """The address of the server over HTTP."""
    words = [*WORDS, "--http", "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr  # noqa: S101
        found = re.search(r"http://\S+/mcp", server.stderr.readline())
        try:
            assert found  # noqa: S101
            yield found[0]
        finally:
            server.terminate()


async def measured() -> None:
    """All of it."""
    starts = [await started() for _ in range(STARTS)]
    told = f"{statistics.median(starts):.2f} s (n = {STARTS}, at most {max(starts):.2f} s)"
    print(f"From starting the process to the list of tools: median {told}", flush=True)
    async with Client(process()) as client:
        await each(client)
        print()
        await crowd(client, "stdio")
    with served() as url:
        async with Client(url) as client:
            await crowd(client, "HTTP, a new server")
            await crowd(client, "HTTP, again")


def main() -> None:
    """Measure on a home, which is made of the real data where none is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a home with real data")
    home = parser.parse_args().home
    with tempfile.TemporaryDirectory() as made:
        os.environ["CHOCOLIB_HOME"] = str(home or made)
        os.environ["CHOCOLIB_AS_OF"] = AS_OF
        if home is None:
            make_home(Path(made))
        asyncio.run(measured())


if __name__ == "__main__":
    main()
