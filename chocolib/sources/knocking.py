"""Asking a door of this house whether it lives: one plain request, its status and its time.

Not by `sources.http`: a probe knocks once, waits two seconds, trusts no proxy, and is asked every
minute in a process that shall stay small.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Literal
from urllib.parse import urlsplit

#: Whoever has not answered by then is not well.
PATIENCE_S = 2.0
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class Knock:
    """What came of it.

    Attributes:
        status: of the answer; 0 without one.
        ms: until all of the answer was there, rounded up; `None` without one.
        wrong: why there is none.
    """

    status: int
    ms: int | None
    wrong: Literal["", "silent", "slow"] = ""

    @property
    def well(self) -> bool:
        """Whether it answered that it lives."""
        return self.status == 200


def knock(url: str, *, patience_s: float = PATIENCE_S) -> Knock:
    """Ask once for `url` (http only); never raises for what it finds.

    The Host is this machine's, for doors that answer to no other name.
    """
    parts = urlsplit(url)
    began = time.perf_counter()
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=patience_s)
    try:
        connection.request("GET", parts.path or "/", headers={"Host": "localhost"})
        answer = connection.getresponse()
        answer.read(_LONGEST)
    except TimeoutError:
        return Knock(0, None, "slow")
    except (OSError, HTTPException):
        return Knock(0, None, "silent")
    finally:
        connection.close()
    took = time.perf_counter() - began
    return Knock(answer.status, int(took * 1000) + 1)
