"""The files of an access log: as it is called now, and as rotation called it before."""

from __future__ import annotations

import glob
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chocolib.core.traffic import Position
from chocolib.sources.access_log import marks
from chocolib.sources.access_log.pieces import DAMAGED, opened

#: What a log can lack: it is not there, may not be read, or is a pipe, a folder, a device.
Fault = Literal["missing", "unreadable", "no_file", "damaged", "foreign", "shortened"]
_WILD = "*?["
#: How rotation calls what was a log: access.json.1, access.json.2.gz, access.json-20261121.gz.
_ROTATED = ("", ".[0-9]*", "-[0-9]*")


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that can be read.

    Attributes:
        beginning: its first bytes, unpacked.
        size: of the file, bytes, packed as it is.
        position: how far it was read; `None`: never.
    """

    path: Path
    beginning: bytes
    size: int
    position: Position | None

    @property
    def packed(self) -> bool:
        """Whether it is gzipped, and so will not grow."""
        return self.path.suffix == ".gz"

    @property
    def read(self) -> bool:
        """Whether there is nothing in it that was not read."""
        was = self.position
        if was is None:
            return False
        if self.packed:
            return was.log.endswith(".gz") and was.size == self.size
        return was.offset == self.size


@dataclass(frozen=True, slots=True)
class Found:
    """The logs there are, the oldest first, and what is wrong: (fault, name)."""

    files: tuple[LogFile, ...]
    faults: tuple[tuple[Fault, str], ...]


def find(patterns: Iterable[str], positions: Iterable[Position]) -> Found:
    """The logs that the patterns name.

    One log that is there twice (a copy just before the original is emptied, a packed one beside
    its original) is found once.

    Args:
        patterns: paths; one without wildcards names its rotated files too.
        positions: what is remembered.
    """
    known = list(positions)
    files: list[LogFile] = []
    faults: list[tuple[Fault, str]] = []
    for pattern in patterns:
        paths = _named(pattern)
        if not paths:
            faults.append(("missing", Path(pattern).name))
        for path in paths:
            found = _looked_into(path, known)
            if isinstance(found, LogFile):
                files.append(found)
            elif found:
                faults.append((found, path.name))
    once = _each_once(files)
    return Found(tuple(once), tuple(dict.fromkeys(faults)))


def _wild(pattern: str) -> bool:
    return any(sign in pattern for sign in _WILD)


def _named(pattern: str) -> list[Path]:
    if _wild(pattern):
        return [Path(name) for name in sorted(glob.glob(pattern))]
    plain = glob.escape(pattern)
    return [Path(name) for end in _ROTATED for name in sorted(glob.glob(plain + end))]


def _looked_into(path: Path, known: list[Position]) -> LogFile | Fault | None:
    """The log at a place; `None`: it is empty, or was taken away just now."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return "no_file"
        with opened(path) as file:
            beginning = marks.head(file)
    except FileNotFoundError:
        return None
    except DAMAGED:
        return "damaged"
    except OSError:
        return "unreadable"
    if not beginning:
        return None
    return LogFile(path, beginning, facts.st_size, marks.known(beginning, known))


def _each_once(files: list[LogFile]) -> list[LogFile]:
    """Of those that begin alike one: not packed if possible, then the longest; oldest first."""
    kept: list[LogFile] = []
    for one in sorted(files, key=lambda file: (file.packed, -file.size, file.path.name)):
        if not any(_alike(one.beginning, other.beginning) for other in kept):
            kept.append(one)
    return sorted(kept, key=_age)


def _alike(one: bytes, other: bytes) -> bool:
    return one.startswith(other) or other.startswith(one)


def _age(file: LogFile) -> tuple[float, str]:
    try:
        return file.path.stat().st_mtime, file.path.name
    except OSError:
        return 0.0, file.path.name
