"""The server's own access log, where no nginx writes one: the same keys, a line of JSON each."""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from tornado.web import RequestHandler

from chocolib.doors.trust import LOGIN, Trust

#: A full log, or one of another day, is put aside; so many are kept, for so long, as nginx's are.
FULL_BYTES, KEPT, KEPT_FOR = 10_000_000, 30, pd.Timedelta(days=30)
#: Characters of a path and of an agent that are written; the rest is cut.
LONGEST = 512
#: What nginx leaves out too: scripts, and the checks of this machine.
UNWORTHY = re.compile(r"/static/|/healthz$")
#: Who asks, by what browsers say of it; see the log format of deploy/nginx.
BY = {"document": "reader", "empty": "script"}
PLAIN = re.compile(r"[ -~]*")
#: By what name we look at a page ourselves (`chocolib dash --check`): nobody visits.
CHECK = "chocolib-check"

log = logging.getLogger(__name__)


class Visits:
    """Writes a line for each answer; the log that cannot be written is told of once.

    Args:
        path: the log; its folder is made when it is needed.
        clock: the time now, UTC.
        trust: who may say who a reader is.
    """

    def __init__(
        self, path: Path, clock: Callable[[], pd.Timestamp], trust: Trust | None = None
    ) -> None:
        self._path = path
        self._clock = clock
        self._trust = trust or Trust()
        self._told = False

    def __call__(self, handler: RequestHandler) -> None:
        """Keep who asked for what; never the query, which may hold a question or a key."""
        if not worth_keeping(handler):
            return
        now = self._clock()
        try:
            self._write(line(handler, now, self._trust), now)
        except OSError as error:
            if not self._told:
                log.warning("the access log cannot be written, usage stays unknown: %s", error)
            self._told = True

    def _write(self, written: bytes, now: pd.Timestamp) -> None:
        self._turn_over(now)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            place = os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            place = os.open(self._path, flags, 0o600)
        try:
            os.write(place, written)
        finally:
            os.close(place)

    def _turn_over(self, now: pd.Timestamp) -> None:
        """Put a full log, or that of another day, aside; delete what is too old."""
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return
        newest = pd.Timestamp(facts.st_mtime, unit="s", tz="UTC")
        if facts.st_size < FULL_BYTES and newest.date() == now.date():
            return
        aside = self._path.with_name(f"{self._path.name}-{now:%Y%m%d}-{int(now.timestamp())}")
        if not aside.exists():
            self._path.rename(aside)
        for old in too_old(self._path, now):
            old.unlink(missing_ok=True)


def worth_keeping(handler: RequestHandler) -> bool:
    """Whether an answer tells of a reader, or of something wrong."""
    if handler.request.headers.get("User-Agent") == CHECK:
        return False
    return handler.get_status() not in (200, 304) or not UNWORTHY.match(handler.request.path)


def too_old(path: Path, now: pd.Timestamp) -> list[Path]:
    """The logs put aside that are more than are kept, or older, by the second in their names."""
    name = re.compile(rf"{re.escape(path.name)}-\d{{8}}-(\d{{1,12}})")
    found = ((name.fullmatch(one.name), one) for one in path.parent.iterdir())
    aged = sorted(((int(when[1]), one) for when, one in found if when), reverse=True)
    oldest = (now - KEPT_FOR).timestamp()
    return [one for n, (when, one) in enumerate(aged) if n >= KEPT or when < oldest]


def line(handler: RequestHandler, now: pd.Timestamp, trust: Trust) -> bytes:
    """An answer as nginx's log format has it, ASCII, at most some 2 kB.

    Args:
        now: UTC.
        trust: whose word for the login is believed.
    """
    request = handler.request
    address = str(request.remote_ip)
    facts: dict[str, Any] = {
        "time": now.isoformat(),
        "request": secrets.token_hex(16),
        "login": _plain(trust.login_of(address, request.headers.get(LOGIN)) or ""),
        "address": address[:LONGEST],
        "method": str(request.method)[:LONGEST],
        "path": _plain(request.path),
        "status": handler.get_status(),
        "bytes": _sent(handler),
        "seconds": round(request.request_time(), 3),
        "upstream_status": "",
        "upstream_seconds": "",
        "agent": _plain(request.headers.get("User-Agent", "")),
        "by": BY.get(request.headers.get("Sec-Fetch-Dest", ""), ""),
    }
    return json.dumps(facts, separators=(",", ":")).encode("ascii") + b"\n"


def _plain(text: str) -> str:
    return text[:LONGEST] if PLAIN.fullmatch(text) else "<not ASCII>"


def _sent(handler: RequestHandler) -> int:
    """Bytes of the body, as far as its length was told."""
    length = handler._headers.get("Content-Length", "")
    return int(length) if length.isdigit() else 0
