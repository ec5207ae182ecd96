"""The server: uvicorn, on one socket, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from chocolib.app.context import open_context
from chocolib.app.logs import keep_logs
from chocolib.app.settings import Settings, read_settings
from chocolib.core.i18n import Lang
from chocolib.doors.api.app import api
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.reader import Reader
from chocolib.doors.api.sessions import Answerer
from chocolib.doors.listening import address, listen

#: Seconds within which the head of a request has to have come, from the first word on.
HEAD_S = 10.0
#: Seconds that answers underway get when the server stops.
ENDING_S = 8
#: Connections at a time; more are told to come back.
MOST = 400
#: What every answer has. Nothing here is run, framed, or fetched from elsewhere.
HEADERS = [
    ("Server", "chocolib"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
    ),
]


class Prompt(H11Protocol):
    """HTTP/1.1 that hangs up on who opens a connection and does not ask."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not forever."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Some of a request: whole, or the rest is waited for."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._come()
        elif self._waiting is None:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._come()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._waiting = self.loop.call_later(HEAD_S, self.transport.close)

    def _come(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def serve_api(*, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the HTTP door at http://host:port; see `serve`."""
    serve(partial(api, opening=opened), host=host, port=port, name="The API", say=say)


def serve(
    made: Callable[[Settings, Entry], ASGIApp],
    *,
    host: str,
    port: int,
    name: str,
    say: Callable[[str], None],
    path: str = "",
) -> None:
    """Serve an application for programs at http://host:port until SIGINT or SIGTERM.

    Args:
        made: the application, of the settings and of who may come in.
        port: 0 is any that is free.
        name: what it is called where it is said that it listens.
        say: told where it listens, once it answers.
        path: where callers find it.

    Raises:
        SettingsError: the port is taken, or other machines would reach it without a token.
    """
    settings = read_settings()
    entry = Entry.of(settings, host)
    with listen(host, port) as listening:
        keep_logs(settings)
        url = address(host, int(listening.getsockname()[1])) + path
        who = "with the token" if entry.token else "from this machine"
        said = f"{name} is at {url} ({who}; stop with Ctrl-C)"
        server = Announcing(configuration(made(settings, entry)), lambda: say(said))
        server.run(sockets=[listening])


class Announcing(uvicorn.Server):
    """Says once that it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Begin to answer, and say so."""
        await super().startup(sockets)  # type: ignore[arg-type]
        self._ready()


def configuration(app: object) -> uvicorn.Config:
    """How uvicorn serves: no forwarded headers believed, no sockets, no log of its own."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=Prompt,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        headers=HEADERS,
        limit_concurrency=MOST,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=ENDING_S,
    )


def opened(reader: Reader, lang: Lang | None, as_of: str | None, session: str) -> Answerer:
    """The assistant of a session, at a moment (UTC; None: now); read when first asked."""
    from chocolib.assistant.opening import open_assistant

    context = partial(open_context, as_of=as_of, lang=lang, role=reader.role)
    return open_assistant(context, role=reader.role, lang=lang, user=reader.name, session=session)
