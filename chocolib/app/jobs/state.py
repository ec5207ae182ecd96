"""What people and the worker decided and a restart must not forget: pauses, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd

from chocolib.app.jobs.place import Place, read_json, write_json
from chocolib.core.time import iso
from chocolib.store.locks import locked

_PATIENCE_S = 10


@dataclass(slots=True)
class State:
    """Of every job by name.

    Attributes:
        since: from when on its firings are answered for, UTC: when it came into the
            schedule, or when its last pause ended.
        paused: when it was paused, UTC.
    """

    since: dict[str, pd.Timestamp] = field(default_factory=dict)
    paused: dict[str, pd.Timestamp] = field(default_factory=dict)

    def know(self, jobs: Iterable[str], now: pd.Timestamp) -> None:
        """Answer for new jobs from now on, and forget those that are gone."""
        names = list(jobs)
        self.since = {name: self.since.get(name, now) for name in names}
        self.paused = {name: at for name, at in self.paused.items() if name in names}

    def pause(self, job: str, now: pd.Timestamp) -> bool:
        """Let it begin nothing; whether that is new."""
        is_new = job not in self.paused
        self.paused.setdefault(job, now)
        return is_new

    def resume(self, job: str, now: pd.Timestamp) -> bool:
        """Let it begin again, what fired meanwhile is passed over; whether that is new."""
        was_paused = self.paused.pop(job, None) is not None
        if was_paused:
            self.since[job] = now
        return was_paused


def read_state(place: Place) -> State:
    """The state as it is kept; empty where there is none."""
    found = read_json(place.state)
    return State(*({name: pd.Timestamp(at) for name, at in found.get(key, {}).items()}
                   for key in ("since", "paused")))  # fmt: skip


@contextmanager
def changing(place: Place) -> Iterator[State]:
    """The state, to be changed by one process at a time and kept when it differs.

    Raises:
        DataError: it cannot be written.
    """
    with locked(place.folder / ".state.lock", patience_s=_PATIENCE_S):
        state = read_state(place)
        before = _facts(state)
        yield state
        if _facts(state) != before:
            write_json(place.state, _facts(state))


def _facts(state: State) -> dict[str, dict[str, str]]:
    return {
        "since": {name: iso(at) for name, at in state.since.items()},
        "paused": {name: iso(at) for name, at in state.paused.items()},
    }
