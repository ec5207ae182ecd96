"""What stands in a line as numbers, which are worked out once for all the lines that share them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from chocolib.core.traffic import Judges
from chocolib.sources.access_log.counting import NEVER, NOBODY, NOTHING, UNTOLD
from chocolib.sources.access_log.judging import Reader, Verdict, reader, verdict
from chocolib.sources.access_log.lines import second
from chocolib.sources.access_log.plain import login_address, method_path_status

#: What is remembered of each kind, so that a flood stays small.
_REMEMBERED = 16_384
#: Of times fewer: those of a log are in order.
_SECONDS = 512
_Key = TypeVar("_Key")
_Found = TypeVar("_Found")


class Remembered(dict[_Key, _Found]):
    """What is worked out of a key, once; all is forgotten when there is too much of it.

    Looking up a plain dict takes two thirds of what a cache takes that knows what was used last.
    """

    def __init__(self, work_out: Callable[[_Key], _Found], *, most: int = _REMEMBERED) -> None:
        super().__init__()
        self._work_out, self._most = work_out, most

    def __missing__(self, key: _Key) -> _Found:
        if len(self) >= self._most:
            self.clear()
        found = self[key] = self._work_out(key)
        return found


class Numbers:
    """Readers and verdicts by their places in two lists, times in seconds.

    Two places may stand for one reader: what was not met for long is forgotten. Those that begin
    with `plain` know what `plain.find` finds, and b"" for nothing.
    """

    def __init__(self, judges: Judges) -> None:
        self.readers: list[Reader] = []
        self.verdicts: list[Verdict] = []
        self._judges = judges
        remembered = lru_cache(_REMEMBERED)
        self.reader = remembered(self._reader)
        self.verdict = remembered(self._verdict)
        self.plain_reader = Remembered(self._plain_reader)
        self.plain_verdict = Remembered(self._plain_verdict)
        self.plain_moment = Remembered(_plain_moment, most=_SECONDS)
        self.plain_seconds = Remembered(_plain_seconds)

    def __len__(self) -> int:
        return len(self.readers) + len(self.verdicts)

    def _reader(self, login: str, address: str, agent: str) -> int:
        one = reader(self._judges, login, address, agent)
        if one is None:
            return NOBODY
        self.readers.append(one)
        return len(self.readers) - 1

    def _verdict(self, method: str, path: str, status: int, by: str) -> int:
        one = verdict(self._judges, method, path, status, by)
        if one is None:
            return NOTHING["hostile"]
        self.verdicts.append(one)
        return len(self.verdicts) - 1

    def _plain_reader(self, key: tuple[bytes, bytes]) -> int:
        who, agent = key
        return self.reader(*login_address(who), agent.decode()) if who else NOBODY

    def _plain_verdict(self, key: tuple[bytes, bytes]) -> int:
        asked, by = key
        if not asked:
            return NOTHING["hostile"]
        return self.verdict(*method_path_status(asked), by.decode())


def moment(time: str) -> int:
    """Seconds since 1970 UTC of an ISO time with a zone, or `NEVER`."""
    at = second(time)
    return NEVER if at is None else at


def _plain_moment(time: bytes) -> int:
    return moment(time.decode())


def _plain_seconds(seconds: bytes) -> float:
    return float(seconds) if seconds else UNTOLD
