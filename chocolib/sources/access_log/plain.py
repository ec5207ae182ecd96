"""The plain lines of our log format, many at once: what nginx writes of nearly every request.

A line is plain when it is, to the byte, of the format in deploy/nginx, and its values are ASCII
without quotes, backslashes and controls. What is read of it is then what `lines.parse` reads of it,
in a third of the time; whatever is not plain is left to that.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: A line with as many of them as ours has is shorter than `lines.LONGEST_BYTES`.
_TEXT = rb"[ !#-\[\]-~]{0,1500}+"
_DIGITS = rb"(?:0|[1-9]\d{0,14}+)"
#: Between the two values of a pair.
_ADDRESS, _PATH, _STATUS = b'","address":"', b'","path":"', b'","status":'
_LINE = re.compile(
    rb'\{"time":"([0-9T:+Z-]{1,40}+)","request":"' + _TEXT
    + rb'","login":"(' + _TEXT + _ADDRESS + _TEXT
    + rb')","method":"(' + _TEXT + _PATH + _TEXT + _STATUS + rb"[1-5]\d\d)"
    + rb',"bytes":' + _DIGITS + rb',"seconds":(' + _DIGITS + rb"\.\d{3})"
    + rb',"upstream_status":"' + _TEXT + rb'","upstream_seconds":"' + _TEXT
    + rb'","agent":"(' + _TEXT + rb')","by":"(' + _TEXT + rb')"\}\n'
    + rb"|(.*+)\n"
)  # fmt: skip


class Found(NamedTuple):
    """The lines of a text in their order, a tuple for each fact; a line is one place in all.

    Attributes:
        times: as they are written; b"" of a line that is not plain.
        who: login and address, for `login_address`.
        asked: method, path and status, for `method_path_status`.
        seconds: as they are written.
        agents: user agents.
        by: who asked, "reader" or "script".
        others: the lines that are not plain, without their newlines; b"" of a plain one.
    """

    times: tuple[bytes, ...]
    who: tuple[bytes, ...]
    asked: tuple[bytes, ...]
    seconds: tuple[bytes, ...]
    agents: tuple[bytes, ...]
    by: tuple[bytes, ...]
    others: tuple[bytes, ...]


def find(text: bytes) -> Found:
    """What is in whole lines, each with its newline."""
    return Found(*zip(*_LINE.findall(text), strict=True)) if text else Found(*[()] * 7)


def login_address(who: bytes) -> tuple[str, str]:
    """The two values of a pair."""
    login, _, address = who.partition(_ADDRESS)
    return login.decode(), address.decode()


def method_path_status(asked: bytes) -> tuple[str, str, int]:
    """The three values of `asked`."""
    method, _, rest = asked.partition(_PATH)
    path, _, status = rest.partition(_STATUS)
    return method.decode(), path.decode(), int(status)
