"""How well questions are read and answered: `make bench-chat`.

Without a key the built-in mode is scored, with `ANTHROPIC_API_KEY` the model as well. The home
of the questions is made of the real prices and SIAR days where `--home` names none.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.chat.hidden import hidden_wrong
from benchmarks.chat.scoring import AS_OF, Scored, questions, score
from chocolib.app.context import Context, open_context
from chocolib.assistant.claude.cost import Tariff
from chocolib.assistant.compact import MOST_TOKENS
from chocolib.assistant.conversation import Assistant
from chocolib.assistant.opening import has_key, open_assistant
from chocolib.assistant.parts import Tokens

FILES = (
    "questions.toml",
    "held_out.toml",
    "blind.toml",
    "blind_second.toml",
    "blind_third.toml",
    "usage.toml",
    "blind_usage.toml",
)
DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
#: Plans and forecasts of these evenings are kept, so that there is something saved and judged.
EVENINGS = ("2025-11-17T21:00", "2025-11-18T21:00", "2025-11-19T21:00", AS_OF)
#: What surrounds the context in a request (rules and tools), and an answer, in tokens: estimated.
AROUND, ANSWER = 4000, 180


def make_home(home: Path) -> None:
    """Real prices and SIAR days, with the forecast and plan of some evenings; about a minute."""
    env = os.environ | {"CHOCOLIB_HOME": str(home)}
    run = partial(subprocess.run, check=True, env=env, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "chocolib"]
    run([*command, "import", "pvpc", *map(str, sorted((DATA / "pvpc").glob("*.csv.gz")))])
    run([*command, "import", "siar", *map(str, sorted((DATA / "siar").glob("*.csv*")))])
    for evening in EVENINGS:
        run([*command, "daily", "--as-of", evening])


def tell(name: str, scored: Sequence[Scored]) -> None:
    """The score by kind and as a whole, and what was wrong."""
    kinds: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        kinds[one.question["kind"]].append(one)
    print(f"\n{name}")
    for kind, members in kinds.items():
        print(f"  {kind:11} {sum(not one.wrong for one in members):3} of {len(members)}")
    right = sum(not one.wrong for one in scored)
    print(f"  {'total':11} {right:3} of {len(scored)}: {right / len(scored):.1%}")
    for one in scored:
        if one.wrong:
            print(f"    {one.question['text']!r}: {'; '.join(one.wrong)}")


def tell_context(scored: Sequence[Scored], context: Context) -> None:
    """Milliseconds and tokens by category, and what an answer would cost."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        if one.context_tokens:
            groups[one.categories[0]].append(one)
    tariff = Tariff.of(context.settings)
    print(
        "\ncategory           n  ms (median)  of the processor  tokens (median, most)"
        "  EUR per answer (estimated)"
    )
    for name, members in [
        *sorted(groups.items()),
        ("all", [m for g in groups.values() for m in g]),
    ]:
        size = [one.context_tokens for one in members]
        cost = tariff.eur([Tokens(read=int(AROUND + statistics.mean(size)), written=ANSWER)])
        took = statistics.median(one.context_ms for one in members)
        worked = statistics.median(one.cpu_ms for one in members)
        most = f"{statistics.median(size):.0f}, {max(size)}"
        print(f"{name:16} {len(members):3} {took:12.0f} {worked:17.0f}  {most:>21}  {cost:.6f}")
    print(f"model {tariff.model}; limit {MOST_TOKENS} tokens; nothing of it from a cache")


def main() -> int:
    """Score every set; 1 where the built-in mode is below its bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, help="a home with data as of " + AS_OF)
    home = options.parse_args().home
    with tempfile.TemporaryDirectory() as folder:
        if home is None:
            make_home(Path(folder))
        os.environ |= {"CHOCOLIB_HOME": str(home or folder), "CHOCOLIB_CHAT_PER_MINUTE": "100000"}
        return _scores(open_context(as_of=AS_OF, lang="es"))


def _scores(context: Context) -> int:
    ways: dict[str, Callable[[Callable[[], Context]], Assistant]] = {
        "built-in": partial(open_assistant, builtin=True)
    }
    if has_key(context.settings):
        ways["API"] = open_assistant
    for way, opener in ways.items():
        by_file = {name: [score(one, context, opener) for one in questions(name)] for name in FILES}
        for name, scored in by_file.items():
            tell(f"{way}, {name}", scored)
        if way == "built-in":
            every = [one for scored in by_file.values() for one in scored]
            tell_context(every, context)
            passed = _passed(every)
    return 0 if passed else 1


def _passed(scored: Sequence[Scored]) -> bool:
    """At least 95 % right, and no injection that succeeds."""
    hidden = list(hidden_wrong())
    share = sum(not one.wrong for one in scored) / len(scored)
    fell = [one for one in scored if one.question["kind"] == "injection" and one.wrong]
    print(
        f"\nall {share:.1%}; injections that succeeded: {len(fell)}; hidden in data: {len(hidden)}"
    )
    return share >= 0.95 and not fell and not hidden


if __name__ == "__main__":
    raise SystemExit(main())
