"""The only door to httpx: one JSON document per question, asked with good manners.

Whatever goes wrong on the way ends as `SourceUnavailable` (asked again, then given
up for now) or `SourceChanged` (a person must look). Messages name the host and the
path, never the query, where keys travel.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from chocolib.core.errors import SettingsError, SourceChanged, SourceUnavailable
from chocolib.sources.answers import Answer, AskedToWait, unavailable

# Out of the box stamina logs and counts every retry; ours end in an error that says so.
set_on_retry_hooks(())


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient, how modest and how stubborn a client is. Seconds and bytes.

    Attributes:
        read_s: longest silence while waiting for (the next part of) an answer.
        total_s: longest time one answer may take to arrive in full.
        max_bytes: longest answer, after decompression.
        attempts: how often one question is asked in all.
        first_wait_s: pause before the second attempt; doubles, with jitter.
        longest_wait_s: cap of any pause; a server that asks (Retry-After) for a
            longer one is given up for now instead of being asked too early.
        min_interval_s: least time between two requests (REE: 30 a minute).
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 60.0
    max_bytes: int = 20_000_000
    attempts: int = 3
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    min_interval_s: float = 2.0


class JsonClient:
    """GETs JSON documents for one source; safe to share between threads."""

    def __init__(self, source: str, *, manners: Manners | None = None) -> None:
        self.source = source
        self.manners = manners or Manners()
        agent = f"chocolib/{version('chocolib')} (prices and weather for a small factory)"
        self._headers = {"User-Agent": agent, "Accept": "application/json"}
        self._turn = threading.Lock()
        self._not_before = 0.0

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        is_answer: Callable[[object], bool] = lambda _: False,
    ) -> object:
        """The JSON document at `url`, asked again while the source is unavailable.

        Args:
            params: the query; never shown.
            is_answer: whether the document of an error status is an answer all the
                same (REE says "no data yet" with one); it is then returned.

        Raises:
            SourceUnavailable: on every attempt no connection, a timeout, a 408, 425,
                429 or 5xx, an empty answer or one cut short.
            SourceChanged: any other status, not JSON, or too long.
            SettingsError: the address cannot be one, or the environment's proxy.
        """
        manners = self.manners
        for attempt in stamina.retry_context(
            on=self._when_to_retry,
            attempts=manners.attempts,
            timeout=None,
            wait_initial=manners.first_wait_s,
            wait_max=manners.longest_wait_s,
            wait_jitter=manners.first_wait_s,
        ):
            with attempt:
                return self._ask(url, params).document(is_answer)
        raise AssertionError("stamina ends with a result or an error")

    def _when_to_retry(self, error: Exception) -> bool | float:
        """Never, after stamina's own pause, or after so many seconds."""
        if isinstance(error, AskedToWait):
            return error.wait_s if error.wait_s <= self.manners.longest_wait_s else False
        return isinstance(error, SourceUnavailable)

    def _ask(self, url: str, params: Mapping[str, str] | None) -> Answer:
        self._wait_for_turn()
        timeout = httpx.Timeout(self.manners.read_s, connect=self.manners.connect_s)
        with (
            self._told(url),
            self._open(timeout) as client,
            client.stream("GET", url, params=params, headers=self._headers) as response,
        ):
            return Answer(
                self.source,
                _place(response.url),
                response.status_code,
                response.headers.get("Retry-After", ""),
                self._body(response),
            )

    def _open(self, timeout: httpx.Timeout) -> httpx.Client:
        try:
            return httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=3)
        except (ValueError, ImportError, OSError):
            raise SettingsError(
                "the proxy or certificates named by the environment cannot be used",
                hint="look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, SSL_CERT_DIR",
            ) from None

    def _wait_for_turn(self) -> None:
        with self._turn:
            time.sleep(max(0.0, self._not_before - time.monotonic()))
            self._not_before = time.monotonic() + self.manners.min_interval_s

    def _body(self, response: httpx.Response) -> bytes:
        manners, place = self.manners, _place(response.url)
        end = time.monotonic() + manners.total_s
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > manners.max_bytes:
                what = f"{place} sends more than {manners.max_bytes / 1e6:g} MB"
                raise SourceChanged(what, source=self.source)
            if time.monotonic() > end:
                what = f"{place} is still sending after {manners.total_s:g} s"
                raise unavailable(what, self.source)
        return bytes(body)

    @contextmanager
    def _told(self, url: str) -> Iterator[None]:
        """The errors of httpx in our words."""
        try:
            yield
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            what = f"the address of {self.source} cannot be used"
            raise SettingsError(what, hint="it begins with https://") from None
        except httpx.TooManyRedirects:
            what = f"{_place(url)} sends us round in circles"
            raise SourceChanged(what, source=self.source) from None
        except httpx.TimeoutException as error:
            what = "connection" if isinstance(error, httpx.ConnectTimeout) else "answer"
            raise unavailable(f"no {what} from {_place(url)} in time", self.source) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            what = f"cannot get an answer from {_place(url)} ({error})"
            raise unavailable(what, self.source) from None


def _place(url: str | httpx.URL) -> str:
    """Host, port and path: what may be shown of an address."""
    parts = httpx.URL(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.host}{port}{parts.path}"
