"""A process that changes the key of the pseudonyms again and again, killed in each statement.

`python -m tests.app.usage.rekey_drill` writes, for each kill, how many keys were there then, and
whether the views had the pseudonyms of the register.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pandas as pd

from chocolib.app.usage.people import finish, rotate
from chocolib.core.usage import KEY_DAYS
from chocolib.store.usage import kept
from chocolib.store.usage import people as register
from chocolib.store.usage.file import UsageFile
from tests.app.usage.homes import ANA, EVA, EVERYBODY, LEO, MINUTE, NOW, PC, home, looked, numbers


def drill() -> None:
    """Kill it in each of its statements, and let another process finish; asserts the numbers."""
    looked(EVERYBODY)
    before, step = numbers(), 0
    while _killed(at=step):
        with UsageFile.people(home()) as people, UsageFile.usage(home()) as usage:
            print(json.dumps(_state(usage, people)))
        looked({who: [NOW - MINUTE] for who in (ANA, EVA, LEO, PC)})  # the log is read meanwhile
        with UsageFile.people(home()) as people, UsageFile.usage(home()) as usage:
            finish(usage, people)
            assert len(register.keys(people)) == 1
            known = {entry.visitor for entry in register.entries(people)}
            assert known == set(kept.visitors(usage))
        people_, sessions, views, returning, _ = numbers()
        assert (people_, sessions, returning) == (before[0], before[1], before[3])
        assert views == before[2] + (step + 1) * len(EVERYBODY)
        step += 1


def _state(usage: UsageFile, people: UsageFile) -> tuple[int, bool]:
    """How many keys there are, and whether views have the pseudonyms of the register."""
    known = {entry.visitor for entry in register.entries(people)}
    return len(register.keys(people)), set(kept.visitors(usage)) == known


def _killed(*, at: int) -> bool:
    """Whether a process that changes the key was ended in its statement of that number."""
    child = os.fork()
    if child == 0:
        _end_in_statement(at)
        with UsageFile.usage(home()) as usage, UsageFile.people(home()) as people:
            rotate(usage, people, NOW + pd.Timedelta(days=KEY_DAYS + at))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _end_in_statement(number: int) -> None:
    left = iter(range(number, -1, -1))

    def ending(method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:
            if next(left) == 0:
                os._exit(9)
            return method(*args, **more)

        return counted

    for name in ("do", "each", "rows", "overwrite"):
        setattr(UsageFile, name, ending(getattr(UsageFile, name)))


if __name__ == "__main__":
    drill()
