"""What a line of an access log is counted as, and how far a log was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from chocolib.core.usage import Kind

#: Why a line is not used. Torn: a piece of one of ours; foreign: another program's; hostile: too
#: long, no text, or values that cannot be; future and past: its time is not to be believed.
Unusable = Literal["torn", "foreign", "hostile", "future", "past"]
#: A line counts as its kind, or as failed (5xx), or as a program's that is no reader.
What = Kind | Unusable | Literal["failed", "program"]

UNUSABLE: tuple[Unusable, ...] = ("torn", "foreign", "hostile", "future", "past")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for, by the path alone.

    Attributes:
        kind: what it is when it is answered.
        page: the page, of a view; else "".
        cards: the cards that were on screen, of kind "card"; of a report, its kind.
        seconds: how long the page was visible, of kind "stay".
        path: as its times are kept: of a small number of names, "(other)" for the rest.
    """

    kind: Kind
    page: str = ""
    cards: tuple[str, ...] = ()
    seconds: int = 0
    path: str = "(other)"


@dataclass(frozen=True, slots=True)
class Judges:
    """How a line is judged by what is in it; pure functions.

    Attributes:
        asked: of a path.
        device: kind of device of a user agent; "" for a program that is no reader.
    """

    asked: Callable[[str], Asked]
    device: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a log was read; it is known by its beginning, whatever it is called later.

    Attributes:
        log: its name when it was last read.
        mark: how many bytes of its beginning were hashed, and their SHA-256: "1024:0f3a...".
        offset: bytes read, of what is in it when it is unpacked.
        size: of the file when it was read, bytes.
    """

    log: str
    mark: str
    offset: int
    size: int
