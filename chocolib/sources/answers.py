"""What an HTTP answer means: a document, "later", or "call a person".

Reads the clock for two things only: how long a Retry-After that names a date asks us to
wait, and whether the server's Date agrees with this machine's clock.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from chocolib.core.errors import SourceChanged, SourceUnavailable
from chocolib.sources.documents import json_of, shown

_LATER = {408, 425, 429}
_REFUSED = {
    401: "wants a key, or does not accept the one it was given",
    403: "forbids the request",
    404: "has nothing at this address",
}
_NOT_JSON = object()
#: Clocks further apart than this would put readings into the wrong hour.
LARGEST_CLOCK_GAP_S = 30 * 60


class StillSending(SourceUnavailable):
    """The answer takes too long to arrive; another one would too."""


class AskedToWait(SourceUnavailable):
    """The server named the pause it wants, in seconds."""

    def __init__(self, message: str, *, source: str, wait_s: float) -> None:
        super().__init__(message, source=source, hint=f"it asks to wait {wait_s:.0f} s")
        self.wait_s = wait_s


class ClocksDiffer(SourceUnavailable):
    """The server's clock and ours disagree: asking again does not help."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an error document says by itself.

    Attributes:
        status: an HTTP status, or None where it names none.
        why: the reason, as the source puts it.
    """

    status: int | None
    why: str


#: What a document says went wrong; None: nothing.
Says = Callable[[object], Said | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in full.

    Attributes:
        source: who was asked.
        place: host and path, as it may be shown.
        headers: of the answer, lower case; only Age, Date and Retry-After are looked at.
        body: decompressed bytes.
        said: how the source speaks of errors inside its JSON.
        key_hint: what to do when the key is refused.
    """

    source: str
    place: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    said: Says = field(default=lambda _: None)
    key_hint: str = "check the key"

    def document(self, is_answer: Callable[[object], bool]) -> object:
        """The JSON document it carries.

        Args:
            is_answer: whether the document of an error status counts all the same.

        Raises:
            SourceUnavailable: 408, 425, 429, 5xx (of the answer or in its document), an
                empty answer or one cut short, or a clock that differs from ours.
            SourceChanged: any other status, or something that is not JSON.
        """
        document = self._json()
        understood = document is not _NOT_JSON
        fault = self.said(document) if understood else None
        failed = fault is not None or not _is_success(self.status)
        if failed and not (understood and is_answer(document)):
            raise self._refusal(fault)
        if not understood:
            raise self._not_json()
        self._compare_clocks()
        return document

    def _json(self) -> object:
        try:
            return json_of(self.body)
        except ValueError:
            return _NOT_JSON

    def _refusal(self, fault: Said | None) -> SourceUnavailable | SourceChanged:
        status = (fault.status if fault else None) or self.status
        if fault and _is_success(status):
            status = HTTPStatus.BAD_REQUEST  # an error is an error, whatever it is sent with
        phrase = _phrase(status)
        why = f": {shown(fault.why, 160)}" if fault and fault.why else ""
        if status in _LATER or status >= 500:
            return self._later(f"{self.place} answered {status} ({phrase}){why}")
        what = _REFUSED.get(status, f"did not accept the question ({phrase})")
        hint = self.key_hint if status in {401, 403} else "check the address"
        message = f"{self.place} {what} ({status}){why}"
        return SourceChanged(message, source=self.source, hint=hint)

    def _later(self, message: str) -> SourceUnavailable:
        wait_s = _seconds(self.headers.get("retry-after", ""))
        if wait_s is not None:
            return AskedToWait(message, source=self.source, wait_s=wait_s)
        return unavailable(message, self.source)

    def _not_json(self) -> SourceUnavailable | SourceChanged:
        text = self.body.strip()
        if not text:
            return unavailable(f"{self.place} sent an empty answer", self.source)
        if text.startswith((b"{", b"[")) and _is_cut(text):
            what = f"{self.place} stopped in the middle of its JSON, after {len(self.body)} bytes"
            return unavailable(what, self.source)
        found = "a web page (HTML)" if text.startswith(b"<") else "something else"
        return SourceChanged(f"{self.place}: expected JSON, found {found}", source=self.source)

    def _compare_clocks(self) -> None:
        gap_s = _clock_gap(self.headers.get("date", ""), self.headers.get("age", ""))
        if abs(gap_s) > LARGEST_CLOCK_GAP_S:
            host = self.place.partition("/")[0]
            raise ClocksDiffer(
                f"this machine's clock and {host}'s differ by {abs(gap_s) / 60:.0f} min: "
                "set the clock, nothing was stored",
                source=self.source,
            )


def _is_cut(text: bytes) -> bool:
    """Whether JSON stops where more should follow."""
    try:
        json_of(text)
    except json.JSONDecodeError as error:
        at_end = not error.doc[error.pos :].strip()
        return at_end or "Unterminated" in error.msg or not text.endswith((b"}", b"]"))
    except ValueError:
        return False
    return False


def unavailable(message: str, source: str) -> SourceUnavailable:
    """A fault that may pass by itself."""
    return SourceUnavailable(message, source=source, hint="try again later")


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "a status nobody knows"


def _seconds(retry_after: str) -> float | None:
    """Seconds of a Retry-After header: a number or an HTTP date (RFC 9110, 10.2.3)."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    moment = _http_date(retry_after)
    return None if moment is None else max(0.0, moment - time.time())


def _clock_gap(date: str, age: str) -> float:
    """Seconds that a server's clock is ahead of ours; 0 where it tells no time.

    A cached answer is as old as its Age says (RFC 9111, 5.1).
    """
    moment = _http_date(date)
    if moment is None:
        return 0.0
    cached_s = int(age) if age.isascii() and age.isdigit() and len(age) < 9 else 0
    return moment + cached_s - time.time()


def _http_date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date, which is always GMT."""
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
