"""The only door to influxdb_client: lines in, annotated CSV out, with patience.

The client's own write modes either never ask again or swallow what was refused, so its
plain requests are used, and what an answer means is decided here. Messages name the
host, the organisation and the bucket, never the token.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, urlsplit

import stamina
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from stamina.instrumentation import set_on_retry_hooks
from urllib3.exceptions import HTTPError, LocationValueError, NameResolutionError

from chocolib.core.errors import ChocolibError, DataError, SettingsError
from chocolib.store.delivery import NotTaken

Answer = TypeVar("Answer")

# What goes wrong ends in an error of ours, not in a log on the terminal.
set_on_retry_hooks(())
logging.getLogger("influxdb_client").addHandler(logging.NullHandler())

_LONGEST = 300
_OF_THE_LINES = {400, 413, 422}
_LATER = {408, 425, 429}
_DROPPED = re.compile(r"\bdropped=(\d+)$")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a bucket is.

    Attributes:
        url: http(s)://host:port of the server, without a key.
    """

    url: str
    org: str
    bucket: str
    token: str = field(repr=False)

    @property
    def address(self) -> str:
        """How it may be shown, and how a person writes it."""
        scheme, host = urlsplit(self.url)[:2]
        kind = "influxdbs" if scheme == "https" else "influxdb"
        return f"{kind}://{host}/{quote(self.org, safe='')}/{quote(self.bucket, safe='')}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often to try. Seconds.

    Attributes:
        read_s: longest silence while waiting for (the next part of) an answer.
        attempts: how often one request is made in all.
        first_wait_s: pause before the second attempt; doubles, with jitter.
        longest_wait_s: cap of any pause, also of one that the server asks for.
    """

    connect_s: float = 5.0
    read_s: float = 60.0
    attempts: int = 5
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0


class _Later(Exception):
    """The request may go through another time.

    Attributes:
        wait_s: the pause that the server asks for, if it does.
    """

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class Server:
    """One bucket of one server.

    Every method raises `SettingsError` where the token, the organisation or the bucket
    is not accepted, and `DataError` where no answer came however often it was asked.
    """

    def __init__(self, endpoint: Endpoint, patience: Patience | None = None) -> None:
        self.endpoint = endpoint
        self._patience = patience or Patience()
        limits = (self._patience.connect_s * 1000, self._patience.read_s * 1000)
        client = InfluxDBClient(
            endpoint.url,
            endpoint.token,
            org=endpoint.org,
            timeout=limits,
            enable_gzip=True,
            retries=False,
        )
        self._writer = client.write_api(write_options=SYNCHRONOUS)
        self._reader = client.query_api()
        #: Lets go of the connections.
        self.close: Callable[[], None] = client.close

    def send(self, lines: bytes) -> None:
        """Store lines of line protocol, times in nanoseconds.

        Raises:
            NotTaken: something in them is refused, or they are too many.
        """
        self._patiently(lambda: self._writer.write(self.endpoint.bucket, record=lines))

    def ask(self, question: str) -> bytes:
        """The whole annotated CSV that answers a Flux question.

        Raises:
            DataError: the server does not understand it.
        """
        try:
            return self._patiently(lambda: bytes(self._reader.query_raw(question).data))
        except NotTaken as answer:
            raise self._failed(f"does not answer: {answer.reason}") from None

    def _patiently(self, request: Callable[[], Answer]) -> Answer:
        patience = self._patience
        try:
            for attempt in stamina.retry_context(
                on=self._when_to_retry,
                attempts=patience.attempts,
                timeout=None,
                wait_initial=patience.first_wait_s,
                wait_max=patience.longest_wait_s,
                wait_jitter=patience.first_wait_s,
            ):
                with attempt, self._told():
                    return request()
        except _Later as last:
            hint = "look whether it runs there, then do the same again: nothing comes in twice"
            raise self._failed(str(last), hint) from None
        raise AssertionError("stamina ends with a result or an error")

    def _when_to_retry(self, error: Exception) -> bool | float:
        """Never, after stamina's own pause, or after so many seconds."""
        if isinstance(error, _Later) and error.wait_s is not None:
            return min(error.wait_s, self._patience.longest_wait_s)
        return isinstance(error, _Later)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The client's errors in our words."""
        try:
            yield
        except ApiException as answer:
            raise self._meaning(answer) from None
        except (LocationValueError, NameResolutionError):
            what = f"there is no host at {self.endpoint.address}"
            raise SettingsError(what, hint="write influxdb://HOST:PORT/ORG/BUCKET") from None
        except (HTTPError, OSError) as error:
            raise _Later(f"cannot be reached ({_short(error)})") from None

    def _meaning(self, answer: ApiException) -> Exception:
        """What an answer other than "done" asks us to do."""
        status, said = answer.status or 0, self._said(answer)
        if status in _OF_THE_LINES and said:
            dropped = _DROPPED.search(said) if status == 422 else None
            return NotTaken(said, int(dropped[1]) if dropped else None)
        if status in (401, 403, 404):
            return self._not_allowed(status, said)
        if status in _LATER or status >= 500:
            return _Later(f"answers {status} ({said or 'nothing more'})", _wait_s(answer))
        if not status:
            what = f"no secure connection ({_short(str(answer.reason))})"
            return self._failed(what, "write influxdb:// for a server without TLS")
        return self._failed(f"answers {status}: is it InfluxDB 2 that runs there?")

    def _not_allowed(self, status: int, said: str) -> ChocolibError:
        place = self.endpoint.address
        if status == 401:
            what, hint = f"{place} does not accept the token", "set INFLUXDB_TOKEN"
        elif status == 403:
            what = f"{place} does not allow the token to do this ({said})"
            hint = "set INFLUXDB_TOKEN to one that may read and write the bucket"
        else:
            what = f"{place} is not there ({said or 'not found'})"
            hint = "set INFLUXDB_ORG and INFLUXDB_BUCKET, or make the bucket first"
        return SettingsError(what, hint=hint)

    def _failed(self, what: str, hint: str = "") -> DataError:
        return DataError(what, path=self.endpoint.address, hint=hint)

    def _said(self, answer: ApiException) -> str:
        """The server's own message on one line; "" when it is not InfluxDB that answers."""
        try:
            message = json.loads(answer.body or "")["message"]
        except (ValueError, TypeError, KeyError):
            return ""
        return _cut(" ".join(str(message).replace(self.endpoint.token, "***").split()))


def _cut(text: str) -> str:
    """A long text without its middle: what it is about is at both ends."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"


def _short(error: Exception | str) -> str:
    """The last words of an error: what happened, without objects and addresses."""
    while isinstance(error, Exception) and error.args and isinstance(error.args[-1], Exception):
        error = error.args[-1]
    return " ".join(re.split(r": |\] ", str(error))[-1].split())[:200]


def _wait_s(answer: ApiException) -> float | None:
    """The Retry-After of an answer, s; a date is not read, our own pause will do."""
    text = str(answer.headers["Retry-After"]) if "Retry-After" in (answer.headers or ()) else ""
    return float(text) if text.isdecimal() else None
