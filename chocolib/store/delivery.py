"""Lines to a server that may refuse some: every good one arrives, every bad one is known.

A server that refuses a batch does not say which line it was. The batch is sent again in
halves until single lines are left; sending a line twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

#: InfluxData's own advice for one request.
LINES = 5000
BYTES = 8_000_000


class NotTaken(Exception):
    """A server refused a batch because of what is in it.

    Attributes:
        reason: in the server's words.
        dropped: how many lines it says it left out, at least; None when it does not say.
    """

    def __init__(self, reason: str, dropped: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.dropped = dropped


def deliver(lines: Sequence[bytes], send: Callable[[bytes], None]) -> dict[int, str]:
    """Send all lines, in batches.

    Args:
        send: takes lines joined by line breaks; raises `NotTaken`, or another error that
            ends the delivery.

    Returns:
        The positions of the lines that were refused, each with the reason.
    """
    refused: dict[int, str] = {}
    for begin, end in _batches(lines):
        refused.update(_settle(lines, begin, end, send))
    return refused


def _batches(lines: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    begin, size = 0, 0
    for position, line in enumerate(lines):
        if position > begin and (position - begin == LINES or size + len(line) > BYTES):
            yield begin, position
            begin, size = position, 0
        size += len(line) + 1
    if lines:
        yield begin, len(lines)


def _settle(
    lines: Sequence[bytes], begin: int, end: int, send: Callable[[bytes], None]
) -> Iterator[tuple[int, str]]:
    try:
        send(b"\n".join(lines[begin:end]))
    except NotTaken as answer:
        count = end - begin
        if count in (1, answer.dropped):
            yield from ((position, answer.reason) for position in range(begin, end))
            return
        middle = begin + count // 2
        yield from _settle(lines, begin, middle, send)
        yield from _settle(lines, middle, end, send)
