"""What an HTTP answer means: a document, "later", or "call a person".

Reads the clock for one thing only: how long a Retry-After that names a date asks us to wait.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from chocolib.core.errors import SourceChanged, SourceUnavailable

_LATER = {408, 425, 429}
_REFUSED = {
    401: "wants a key, or does not accept the one it was given",
    403: "forbids the request",
    404: "has nothing at this address",
}
_NOT_JSON = object()


class AskedToWait(SourceUnavailable):
    """The server named the pause it wants, in seconds."""

    def __init__(self, message: str, *, source: str, wait_s: float) -> None:
        super().__init__(message, source=source, hint=f"it asks to wait {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in full.

    Attributes:
        source: who was asked.
        place: host and path, as it may be shown.
        retry_after: that header, or "".
        body: decompressed bytes.
    """

    source: str
    place: str
    status: int
    retry_after: str
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def document(self, is_answer: Callable[[object], bool]) -> object:
        """The JSON document it carries.

        Args:
            is_answer: whether the document of an error status counts all the same.

        Raises:
            SourceUnavailable: 408, 425, 429, 5xx, an empty answer or one cut short.
            SourceChanged: any other status, or something that is not JSON.
        """
        document = self._json()
        understood = document is not _NOT_JSON
        if not self.is_success and not (understood and is_answer(document)):
            raise self._refusal()
        if not understood:
            raise self._not_json()
        return document

    def _json(self) -> object:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return _NOT_JSON

    def _refusal(self) -> SourceUnavailable | SourceChanged:
        status, phrase = self.status, _phrase(self.status)
        if status in _LATER or status >= 500:
            message = f"{self.place} answered {status} ({phrase})"
            wait_s = _seconds(self.retry_after)
            if wait_s is not None:
                return AskedToWait(message, source=self.source, wait_s=wait_s)
            return unavailable(message, self.source)
        why = _REFUSED.get(status, f"did not accept the question ({phrase})")
        hint = "check the key" if status in {401, 403} else "check the address"
        return SourceChanged(f"{self.place} {why} ({status})", source=self.source, hint=hint)

    def _not_json(self) -> SourceUnavailable | SourceChanged:
        text = self.body.strip()
        if not text:
            return unavailable(f"{self.place} sent an empty answer", self.source)
        if text.startswith((b"{", b"[")) and not text.endswith((b"}", b"]")):
            what = f"{self.place} stopped in the middle of its JSON, after {len(self.body)} bytes"
            return unavailable(what, self.source)
        found = "a web page (HTML)" if text.startswith(b"<") else "something else"
        return SourceChanged(f"{self.place}: expected JSON, found {found}", source=self.source)


def unavailable(message: str, source: str) -> SourceUnavailable:
    """A fault that may pass by itself."""
    return SourceUnavailable(message, source=source, hint="try again later")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "a status nobody knows"


def _seconds(retry_after: str) -> float | None:
    """Seconds of a Retry-After header: a number or an HTTP date (RFC 9110, 10.2.3)."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
