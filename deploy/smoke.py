"""Whether what runs answers as it should: asked over HTTP, as a reader would.

    python3 -m deploy.smoke http://127.0.0.1:8000 --api http://127.0.0.1:8002

Only Python's own library is needed, so that any host with Python 3.11 can run it.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

#: An answer of a page that is drawn for the first time may take so long.
ANSWER_S = 30.0
PAUSE_S = 0.5
LARGEST = 5_000_000

#: Asked past any proxy of the environment: it is this host that is judged.
_OPENER = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Check:
    """An address that has to answer 200, and what must stand in its answer."""

    url: str
    holds: str = ""

    def fault(self, *, answer_s: float = ANSWER_S) -> str:
        """Why it does not hold; empty when it does."""
        try:
            with _OPENER.open(self.url, timeout=answer_s) as answer:
                text = answer.read(LARGEST).decode("utf-8", errors="replace")
        except HTTPError as error:
            return f"{self.url} answered {error.code}"
        except (URLError, OSError, http.client.HTTPException) as error:
            return f"{self.url} does not answer ({getattr(error, 'reason', None) or error!r})"
        return "" if self.holds in text else f"{self.url} answered without {self.holds!r}"


def checks(dashboards: str = "", api: str = "", *, version: str = "") -> tuple[Check, ...]:
    """What is asked of the dashboards and of the HTTP API; an empty address is not asked.

    Args:
        version: that the API has to call itself; empty: any.
    """
    pages = ("today", "week")  # those that every reader may see
    return (
        *([Check(f"{dashboards}/healthz", '"ok": true')] if dashboards else []),
        *([Check(f"{dashboards}/{page}", "</html>") for page in pages] if dashboards else []),
        *([Check(f"{api}/health", version), Check(f"{api}/ready")] if api else []),
    )


def faults(asked: Iterable[Check], *, within_s: float, answer_s: float = ANSWER_S) -> list[str]:
    """What does not hold when the time is over; asked again until all of it does.

    Args:
        within_s: seconds that all of it may take to become true.
        answer_s: seconds that one answer may take.
    """
    until, left = time.monotonic() + within_s, list(asked)
    while True:
        found = [(check, check.fault(answer_s=answer_s)) for check in left]
        left = [check for check, fault in found if fault]
        if not left or time.monotonic() >= until:
            return [fault for _, fault in found if fault]
        time.sleep(PAUSE_S)


def main(words: Sequence[str] | None = None) -> int:
    """Name what does not answer; 1 where there is something."""
    parser = argparse.ArgumentParser(description="Ask what runs whether it answers.")
    parser.add_argument("dashboards", help="address of the dashboards")
    parser.add_argument("--api", default="", help="address of the HTTP API")
    parser.add_argument("--version", default="", help="version the API has to name")
    parser.add_argument("--within", type=float, default=120, help="seconds it may take")
    asked = parser.parse_args(words)
    found = faults(
        checks(asked.dashboards.rstrip("/"), asked.api.rstrip("/"), version=asked.version),
        within_s=asked.within,
    )
    print("\n".join(found) or "Everything answers.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
