"""What the assistant adds to the first token of the bare client, and what an answer costs.

`python -m benchmarks.chat.latency`: both ask the same server, which answers at once, in turn. The
server is a process of its own. Needs no key and no network; the home is made of the real prices
and SIAR days where `--home` names none.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chat.__main__ import make_home
from benchmarks.chat.scoring import AS_OF, questions
from chocolib.app.context import Context, open_context
from chocolib.assistant.claude.cost import Tariff
from chocolib.assistant.claude.request import SYSTEM, declared, request_of
from chocolib.assistant.compact import tokens
from chocolib.assistant.context import consult
from chocolib.assistant.intents import read
from chocolib.assistant.opening import open_assistant
from chocolib.assistant.parts import Consulted, Piece, Tokens
from chocolib.tools.catalogue import offered

#: Asked in turn, so that every kind of context is among them.
QUESTIONS = (
    "¿Cuándo debo producir hoy?",
    "¿Cuánto cuesta la luz ahora?",
    "¿Hay alertas?",
    "How much have we saved this month?",
    "What is the state of the factory?",
    "¿Qué plan hay para mañana?",
)
#: The added time may be so long, ms.
BAR_MS = 200.0
#: An answer of 120 words with its thinking, tokens: an assumption, no model was asked.
ANSWER = 250
_SERVER = """
import sys
from tests.assistant.messages_server import messages_server, replies
with messages_server(replies("Ahora mismo es caro, mejor de madrugada.")) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def a_server() -> Iterator[str]:
    """The address of a server that answers at once, in a process of its own."""
    command = [sys.executable, "-c", _SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        if server.stdout is not None:
            yield server.stdout.readline().strip()
        server.communicate()


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds to the first text: by the clock, and of this process's processor time."""

    wall: float
    cpu: float


class Watch:
    """Begins when it is made."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> Took:
        """What has passed since."""
        wall, cpu = self._began
        return Took(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


def bare_ms(url: str) -> Iterator[Took]:
    """From the call to the first text, by the official client alone."""
    import anthropic

    client = anthropic.Anthropic(api_key="none", base_url=url, max_retries=0)
    while True:
        watch = Watch()
        with client.messages.stream(
            model="claude-haiku-5-5",
            max_tokens=500,
            messages=[{"role": "user", "content": QUESTIONS[0]}],
        ) as stream:
            next(iter(stream.text_stream))
            took = watch.read()
            stream.until_done()
        yield took


def ours_ms(opener_context: Context) -> Iterator[Took]:
    """The same from the question in words: read, looked up, entered in the books, asked."""
    assistant = open_assistant(lambda: opener_context)
    number = 0
    while True:
        watch = Watch()
        took: Took | None = None
        for event in assistant.ask(QUESTIONS[number % len(QUESTIONS)], stop=threading.Event()):
            if took is None and isinstance(event, Piece):
                took = watch.read()
        number += 1
        if took is not None:
            yield took


def tell_added(context: Context, url: str, rounds: int) -> float:
    """Both side by side, in turn; returns the added median, ms."""
    bare, ours = bare_ms(url), ours_ms(context)
    for _ in QUESTIONS:  # imports, first connections, what is kept from question to question
        next(bare), next(ours)
    pairs = [(next(bare), next(ours)) for _ in range(rounds)]
    print(f"\nms to the first text, {rounds} questions each, in turn")
    print("                 median    90 %  processor time (median)")
    for name, found in zip(("bare client", "chocolib"), zip(*pairs, strict=True), strict=True):
        wall = [one.wall for one in found]
        ninety, cpu = statistics.quantiles(wall, n=10)[-1], statistics.median(o.cpu for o in found)
        print(f"{name:15} {statistics.median(wall):7.1f} {ninety:7.1f} {cpu:7.1f}")
    added = statistics.median(ours.wall - bare.wall for bare, ours in pairs)
    busy = statistics.median(ours.cpu - bare.cpu for bare, ours in pairs)
    print(f"added: {added:.1f} ms, of processor time {busy:.1f} (asked: under {BAR_MS:.0f})")
    return added


def tell_costs(context: Context) -> None:
    """What an answer costs by category: the request as it would be sent, in estimated tokens."""
    tariff, tools = Tariff.of(context.settings), offered("viewer")
    fixed = tokens(SYSTEM) + tokens(str([declared(tool) for tool in tools]))
    costs: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for one in questions("questions.toml"):
        asked = read(one["text"], as_of=context.as_of, lang=context.lang, earlier=[])
        if asked.refusal is not None or not asked.categories:
            continue
        seen: Sequence[Consulted] = list(consult(context, asked))
        request = request_of(
            asked,
            seen,
            as_of=context.as_of,
            earlier=[],
            tools=tools,
            tariff=tariff,
            max_tokens=context.settings.chat_max_tokens,
        )
        own = tokens(str(request["messages"]))
        first = tariff.eur([Tokens(read=own, written=ANSWER, cache_written=fixed)])
        later = tariff.eur([Tokens(read=own, written=ANSWER, cache_read=fixed)])
        costs[asked.categories[0]].append((own, first, later))
    print(f"\nEUR an answer, {tariff.model}, one round; rules and tools about {fixed} tokens")
    print("category           n  own tokens  first in 5 min  from the cache")
    for name, found in sorted(costs.items()):
        own, first, later = (statistics.mean(values) for values in zip(*found, strict=True))
        print(f"{name:16} {len(found):3} {own:11.0f} {first:15.6f} {later:15.6f}")


def main() -> int:
    """Measure; 1 where more is added than may be."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, help="with data as of " + AS_OF)
    options.add_argument("--rounds", type=int, default=30)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made, a_server() as url:
        if given.home is None:
            make_home(Path(made))
        os.environ |= {
            "CHOCOLIB_HOME": str(given.home or made),
            "CHOCOLIB_CHAT_URL": url,
            "CHOCOLIB_CHAT_PER_MINUTE": "100000",
            "CHOCOLIB_CHAT_DAILY_EUR": "1000",
            "ANTHROPIC_API_KEY": "none",
        }
        context = open_context(as_of=AS_OF, lang="es")
        tell_costs(context)
        added = tell_added(context, url, given.rounds)
    return 0 if added < BAR_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
