"""The only door to httpx: one JSON document per question, asked with good manners.

Whatever goes wrong on the way ends as `SourceUnavailable` (asked again, then given
up for now) or `SourceChanged` (a person must look). Messages name the host and the
path, never the query, where keys travel; a key goes to one host only, is taken out of
whatever comes back, and httpx, which would write addresses to the log, is silent.
"""

from __future__ import annotations

import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from chocolib.core.errors import SettingsError, SourceChanged, SourceUnavailable
from chocolib.sources.answers import (
    Answer,
    AskedToWait,
    ClocksDiffer,
    Says,
    StillSending,
    unavailable,
)

# Out of the box stamina logs and counts every retry; ours end in an error that says so.
set_on_retry_hooks(())
# httpx logs every address in full, and httpcore what redirects say.
logging.getLogger("httpx").addFilter(lambda record: record.levelno >= logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

_NO_KEY = "it needs no key: check the address, and what stands between here and there"
_POSSIBLE_KEY = re.compile(r"[\x21-\x7e]+")
#: No real key is shorter, and shorter ones may stand in an answer by chance.
_SHORTEST_KEY = 8


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
        min_interval_s: least time between two requests to one host, whoever asks
            (REE: 30 a minute).
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 60.0
    max_bytes: int = 20_000_000
    attempts: int = 3
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    min_interval_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that goes with every question, to the host it is for and no other.

    Attributes:
        secret: never shown.
        home: an address of that host.
        header: the request header it travels in, or "".
        query: the name it has in the query, or "".
        hint: what to do when it is refused.
    """

    secret: str = field(repr=False)
    home: str
    header: str = ""
    query: str = ""
    hint: str = "check the key"

    @property
    def sent(self) -> str:
        """The secret as it travels: without the line break of the file it came from."""
        return self.secret.strip()


class JsonClient:
    """GETs JSON documents for one source; safe to share between threads."""

    def __init__(
        self,
        source: str,
        *,
        manners: Manners | None = None,
        key: Key | None = None,
        said: Says = lambda _: None,
        accept: str = "application/json",
    ) -> None:
        self.source = source
        self.manners = manners or Manners()
        agent = f"chocolib/{version('chocolib')} (prices and weather for a small factory)"
        self._headers = {"User-Agent": agent, "Accept": accept}
        self._key = key
        self._said = said

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        is_answer: Callable[[object], bool] = lambda _: False,
    ) -> object:
        """The JSON document at `url`, asked again while the source is unavailable.

        Args:
            params: the query, without the key; never shown.
            is_answer: whether the document of an error status is an answer all the
                same (REE says "no data yet" with one); it is then returned.

        Raises:
            SourceUnavailable: on every attempt no connection, a timeout, a 408, 425,
                429 or 5xx, an empty answer or one cut short; or the server's clock and
                ours differ, at once.
            SourceChanged: any other status, not JSON, too long, or the way leads to
                another host than the key is for.
            SettingsError: the address or the key cannot be one, or the environment's proxy.
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
                return self._ask(url, dict(params or {})).document(is_answer)
        raise AssertionError("stamina ends with a result or an error")

    def _when_to_retry(self, error: Exception) -> bool | float:
        """Never, after stamina's own pause, or after so many seconds."""
        if isinstance(error, AskedToWait):
            return error.wait_s if error.wait_s <= self.manners.longest_wait_s else False
        once = isinstance(error, ClocksDiffer | StillSending)
        return isinstance(error, SourceUnavailable) and not once

    def _ask(self, url: str, params: dict[str, str]) -> Answer:
        headers = self._headers | self._keys(params)
        timeout = httpx.Timeout(self.manners.read_s, connect=self.manners.connect_s)
        with (
            self._told(url),
            self._open(timeout) as client,
            client.stream("GET", url, params=params or None, headers=headers) as response,
        ):
            return Answer(
                self.source,
                _place(response.url),
                response.status_code,
                {name: response.headers.get(name, "") for name in ("age", "date", "retry-after")},
                self._without_key(self._body(response)),
                self._said,
                self._key.hint if self._key else _NO_KEY,
            )

    def _keys(self, params: dict[str, str]) -> dict[str, str]:
        """Headers that carry the key; one that travels in the query is put into `params`."""
        if self._key is None:
            return {}
        if not _POSSIBLE_KEY.fullmatch(self._key.sent):
            what = f"the key of {self.source} cannot be one: it is empty or has odd characters"
            raise SettingsError(what, hint=self._key.hint)
        if self._key.query:
            params[self._key.query] = self._key.sent
        return {self._key.header: self._key.sent} if self._key.header else {}

    def _open(self, timeout: httpx.Timeout) -> httpx.Client:
        try:
            return httpx.Client(
                verify=self._certificates,
                timeout=timeout,
                follow_redirects=True,
                max_redirects=3,
                event_hooks={"request": [self._before_request]},
            )
        except (ValueError, ImportError, OSError):
            raise SettingsError(
                "the proxy or certificates named by the environment cannot be used",
                hint="look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, SSL_CERT_DIR",
            ) from None

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        """Whom to trust; read once, which takes longer than a question."""
        return httpx.create_ssl_context()

    def _before_request(self, request: httpx.Request) -> None:
        """Run before every request, also those that a redirect asks for."""
        home = self._key.home if self._key else ""
        if same_host(home, home) and not same_host(str(request.url), home):
            host = httpx.URL(home).host
            what = f"{host} sends us on to another address: the key is for {host} alone"
            raise SourceChanged(what, source=self.source)
        _TURNS.wait(request.url.netloc, self.manners.min_interval_s)

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
                raise StillSending(what, source=self.source, hint="try again later")
        return bytes(body)

    def _without_key(self, body: bytes) -> bytes:
        """The body with the key, should the server repeat it, taken out."""
        known = self._key.sent if self._key else ""
        return body.replace(known.encode(), b"***") if len(known) >= _SHORTEST_KEY else body

    @contextmanager
    def _told(self, url: str) -> Iterator[None]:
        """The errors of httpx in our words."""
        try:
            yield
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            if same_host(url, url):
                what = f"{_place(url)} sends us on to an address that cannot be used"
                raise SourceChanged(what, source=self.source) from None
            what = f"the address of {self.source} cannot be used"
            raise SettingsError(what, hint="it begins with https://") from None
        except httpx.TooManyRedirects:
            what = f"{_place(url)} sends us round in circles"
            raise SourceChanged(what, source=self.source) from None
        except httpx.TimeoutException as error:
            what = "connection" if isinstance(error, httpx.ConnectTimeout) else "answer"
            raise unavailable(f"no {what} from {_place(url)} in time", self.source) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            why = self._without_key(str(error).encode(errors="replace")).decode()
            what = f"cannot get an answer from {_place(url)} ({' '.join(why.split())[:200]})"
            raise unavailable(what, self.source) from None


class _Turns:
    """When each host may be asked next, whichever client asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free_at: dict[bytes, float] = {}

    def wait(self, host: bytes, interval_s: float) -> None:
        with self._lock:
            turn = max(time.monotonic(), self._free_at.get(host, 0.0))
            self._free_at[host] = turn + interval_s
        time.sleep(max(0.0, turn - time.monotonic()))


_TURNS = _Turns()


def same_host(url: str, home: str) -> bool:
    """Whether `url` is an address of the host of `home`, on a way no less safe."""
    try:
        there, here = httpx.URL(url), httpx.URL(home)
    except httpx.InvalidURL:
        return False
    usable = bool(here.host) and here.scheme in {"http", "https"}
    as_safe = (there.scheme, there.port) in {(here.scheme, here.port), ("https", None)}
    return usable and there.host == here.host and as_safe


def _place(url: str | httpx.URL) -> str:
    """Host, port and path: what may be shown of an address."""
    parts = httpx.URL(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.host}{port}{parts.path}"
