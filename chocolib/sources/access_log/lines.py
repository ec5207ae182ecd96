"""One line of an access log: ours, in JSON, or the combined format; else why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import msgspec

from chocolib.core.traffic import Unusable

#: nginx writes lines of some 2 kB at most; a longer one is an attack, and is not looked into.
LONGEST_BYTES = 16_384

#: Quotes of a line of ours whose values have none: of thirteen keys and ten texts.
_QUOTES = 46
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COMBINED = re.compile(
    rb"(?P<address>[0-9A-Fa-f.:]{2,45}|unix:) \S{1,200} [^\[]{0,200}"
    rb"\[(?P<day>\d{2})/(?P<month>[A-Z][a-z]{2})/(?P<year>\d{4}):(?P<clock>\d{2}:\d{2}:\d{2})"
    rb" (?P<zone>[+-]\d{4})\] "
    rb'"(?P<asked>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?:\d+|-)'
    rb'(?: "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)")?(?: .*)?'
)


class Line(msgspec.Struct, gc=False):
    """What is used of a line of our log format (deploy/nginx): these keys are needed, `by` is not.

    `seconds` is -1 where a format does not tell it; `by` is "script" where a page of ours asked by
    itself, "reader" where somebody opened it, "" where the browser does not say.
    """

    time: str
    login: str
    address: str
    method: str
    path: str
    status: int
    seconds: float
    agent: str
    by: str = ""


_decode = msgspec.json.Decoder(Line).decode


def parse(line: bytes) -> Line | Unusable:
    """A line of a log, or why it is none of which anything can be said.

    Of the combined format neither the login is believed, which a client writes, nor is there a
    time that the answer took. A line that names a key twice is refused, whichever was meant.

    Args:
        line: without its newline.
    """
    if len(line) > LONGEST_BYTES:
        return "hostile"
    if line.endswith(b"\r"):
        return parse(line[:-1])
    if not (line.startswith(b"{") and line.endswith(b"}")):
        return _unended(line)
    try:
        one = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return _otherwise(line, error)
    if line.count(b'"') != _QUOTES and _repeats(line):
        return "hostile"
    return one


def _repeats(line: bytes) -> bool:
    """Whether a key stands twice."""
    seen: list[bool] = []

    def note(pairs: Sequence[tuple[str, object]]) -> None:
        seen.append(len({key for key, _ in pairs}) < len(pairs))

    try:
        json.loads(line, object_pairs_hook=note)
    except (ValueError, RecursionError):
        return True
    return any(seen)


def _unended(line: bytes) -> Line | Unusable:
    """A line that does not end as one of ours: combined, or why it is none."""
    if b"\0" in line:
        return "hostile"
    if line.startswith(b"{"):
        return "torn"
    if b'] "' in line and (found := _COMBINED.fullmatch(line)):
        return _combined(found)
    return "torn" if _is_piece(line) else _no_text(line)


def _otherwise(line: bytes, error: Exception) -> Line | Unusable:
    """A line that ends as one of ours and is none."""
    if not isinstance(error, msgspec.MsgspecError):
        return "hostile"
    if isinstance(error, msgspec.ValidationError) and line[:1] == b"{":
        known = line.startswith(b'{"time":') and "missing required" not in str(error)
        return "hostile" if known else "foreign"
    return _unended(line)


def _is_piece(line: bytes) -> bool:
    """Whether it is the end or the middle of one of ours."""
    return line.endswith(b'"}') or b'","' in line or b'":"' in line


def _no_text(line: bytes) -> Unusable:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return "hostile"
    return "foreign" if text.replace("\t", " ").isprintable() else "hostile"


def _combined(found: re.Match[bytes]) -> Line | Unusable:
    part = {name: (text or b"").decode("latin-1") for name, text in found.groupdict().items()}
    method, _, rest = part["asked"].partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    if part["month"] not in _MONTHS or not path.startswith("/"):
        return "hostile"
    month, zone = _MONTHS.index(part["month"]) + 1, part["zone"]
    time = f"{part['year']}-{month:02}-{part['day']}T{part['clock']}{zone[:3]}:{zone[3:]}"
    return Line(time, "", part["address"], method, path, int(part["status"]), -1.0, part["agent"])


def second(time: str) -> int | None:
    """Seconds since 1970 UTC of an ISO time with a zone; `None`: it is no such time.

    Lines of an hour share what is worked out of it: only the rest is looked up for each.
    """
    within = _WITHIN.get(time[13:19])
    if within is None:
        return _moment(time)
    begin = _hour(time[:13], time[19:])
    return None if begin is None else begin + within


#: ":MM:SS" of an hour.
_WITHIN = {f":{n // 60:02}:{n % 60:02}": n for n in range(3600)}


@lru_cache(256)
def _hour(hour: str, zone: str) -> int | None:
    """When an hour begins, of a clock that is whole hours, halves or quarters from UTC."""
    return _moment(f"{hour}:00:00{zone}")


def _moment(time: str) -> int | None:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    return int(moment.timestamp()) if moment.tzinfo else None
