"""A thousand random factories: no plan breaks a rule, no refusal is wrong.

python -m tests.plan_drill [count] [first seed]
"""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from time import perf_counter

from joblib import Parallel, delayed

from tests.plan.random_cases import judge


def outcome(seed: int) -> tuple[int, str]:
    try:
        return seed, judge(seed)
    except Exception as error:  # noqa: BLE001 - a drill counts whatever goes wrong
        where = traceback.extract_tb(error.__traceback__)[-1]
        return seed, f"FAILED {type(error).__name__} at {where.name}:{where.lineno} {error}"[:160]


def main() -> int:
    given = [int(text) for text in sys.argv[1:]]
    count, first = (*given, *(1000, 0)[len(given) :])[:2]
    began = perf_counter()
    seeds = range(first, first + count)
    results = Parallel(n_jobs=2, return_as="generator")(delayed(outcome)(seed) for seed in seeds)
    tally: Counter[str] = Counter()
    for seed, text in results:
        tally["FAILED" if text.startswith("FAILED") else text] += 1
        if text.startswith("FAILED"):
            print(f"seed {seed}: {text}", flush=True)
    for text, number in tally.most_common():
        print(f"{number:6} {text}")
    print(f"{count} factories in {perf_counter() - began:.0f} s")
    return 1 if tally["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())
