"""`serve`: a standalone Voila that shows a folder of notebooks as live pages.

Voila runs the notebooks; its front end, its file, contents and kernel handlers
and all lab extensions stay out. Pages have no widgets, so a page's kernel ends
with the answer: opening pages cannot pile up kernels.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import tornado.web
from jupyter_client.kernelspec import KernelSpecManager
from tornado.httpserver import HTTPServer
from traitlets.config import Config
from voila.app import Voila

from chocolib.app.context import clock
from chocolib.core.errors import SettingsError
from chocolib.core.i18n import Lang
from chocolib.core.roles import Role
from chocolib.doors.access import is_loopback
from chocolib.doors.dash import reports, seen
from chocolib.doors.dash.answers import (
    Doorways,
    Health,
    Home,
    Painted,
    Revision,
    Script,
    first_page,
)
from chocolib.doors.dash.channel import Channel
from chocolib.doors.dash.gallery import Gallery
from chocolib.doors.dash.handlers import Missing, Page
from chocolib.doors.dash.kernels import Kernels
from chocolib.doors.dash.logs import log_cells, log_failures
from chocolib.doors.dash.pool import Pool
from chocolib.doors.dash.shell import (
    TEMPLATE,
    Shell,
    polite,
    security_headers,
    words,
)
from chocolib.doors.dash.site import Asked, Site
from chocolib.doors.dash.sitting import Sittings
from chocolib.doors.dash.visits import Visits
from chocolib.doors.dash.warm import Warm
from chocolib.doors.dash.wire import LONGEST
from chocolib.doors.listening import listen

#: How many pages may compute at the same time; so many more wait behind their skeleton.
KERNELS, WAITING = 4, 40
#: Seconds that kernels get to end when the server stops.
ENDING_S = 10
#: Seconds a cell may take before its page gives up.
CELL_TIMEOUT_S = 60
#: How often a socket is asked whether its browser is still there, in seconds.
PING_S = 20
#: A kernel nobody released is ended after this many idle seconds.
IDLE_S, LOOK_S = 120, 30


class OwnPython(KernelSpecManager):
    """Only the kernel of the Python that runs this server, whatever else is installed."""

    def _kernel_dirs_default(self) -> list[str]:
        return []


class Dashboards(Voila):  # type: ignore[misc]
    """Voila with our template, our handlers and nothing else."""

    name = "chocolib-dash"
    shell: Shell

    def setup_template_dirs(self) -> None:
        """Only the template beside this module: no search, no CDN."""
        self.template_paths = [str(TEMPLATE)]
        self.static_paths: list[str] = []

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings with compression, our headers and a quiet access log."""
        settings: dict[str, Any] = super().init_settings()
        return settings | {
            "compress_response": True,
            "shell": self.shell,
            "headers": security_headers(),
            "log_function": self.answered,
            "websocket_max_message_size": 4 * LONGEST,
            "websocket_ping_interval": PING_S,
            "websocket_ping_timeout": PING_S * 0.75,
        }

    def answered(self, handler: tornado.web.RequestHandler) -> None:
        """After each answer: tell of failures, keep the visit."""
        log_failures(handler)
        if self.shell.visits:
            self.shell.visits(handler)

    def init_handlers(self) -> list[Any]:
        """Our pages and JSON answers; every other address is not found."""
        page = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        return [
            (Doorways(self.shell), Painted),
            (r"/", Home),
            (r"/healthz", Health),
            (r"/revision", Revision),
            (reports.ROUTE, reports.ReportFile),
            (seen.ROUTE, seen.Seen),
            (r"/static/([\w.]+)", Script),
            (r"/live/([\w-]+)", Channel),
            (r"/(?:voila/render/)?([\w-]+)(?:\.ipynb)?", Page, page),
            (r"/.*", Missing),
        ]

    async def run(self, listening: socket.socket, ready: Callable[[], None] | None) -> None:
        """Serve on the socket until SIGINT or SIGTERM, then end every kernel."""
        stopped = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C still ends it
                asyncio.get_running_loop().add_signal_handler(name, stopped.set)
        with tempfile.TemporaryDirectory(
            prefix="chocolib-dash-", ignore_cleanup_errors=True
        ) as connections:
            self.connection_dir = connections
            await self._open_site(Path(connections))
            app = tornado.web.Application(**self.init_settings())
            app.add_handlers(".*$", self.init_handlers())
            server = HTTPServer(app)
            server.add_socket(listening)
            try:
                if ready:
                    ready()
                await stopped.wait()
            finally:
                server.stop()
                await self._close_site()
                await self.shell.kernels.close(ENDING_S)
                await self.kernel_manager.shutdown_all(now=True)

    async def _open_site(self, folder: Path) -> None:
        """Paint the first page and warm kernels, so that the first reader does not wait."""
        shell, site = self.shell, self.shell.site
        if site is None or shell.gallery is None:
            return
        first = first_page(site.roles)
        role: Role = "admin" if shell.local_only else "viewer"
        await shell.gallery.open(Asked(first, shell.lang, role, site.at) if first else None)
        if site.controls:
            readers = sittings(site, folder, shell.env)
            self.shell = replace(shell, sittings=readers)
            readers.open()

    async def _close_site(self) -> None:
        if self.shell.sittings:
            await self.shell.sittings.close()
        if self.shell.gallery:
            await self.shell.gallery.close()


def sittings(site: Site, folder: Path, env: Mapping[str, str]) -> Sittings:
    """Room for readers at pages with controls.

    Args:
        folder: where the files of kernels lie.
        env: of kernels that cannot be forked.
    """
    ready, most, idle_s = site.kernels
    pool = Pool(partial(Warm.started, folder, site.preload, env), ready, most)
    return Sittings(pool, idle_s)


def serve(
    *,
    notebooks: Path,
    host: str = "127.0.0.1",
    port: int = 8866,
    lang: Lang = "es",
    env: Mapping[str, str] | None = None,
    revision: Callable[[], str] | None = None,
    ready: Callable[[], None] | None = None,
    site: Site | None = None,
    visits: Path | None = None,
) -> None:
    """Serve a folder of notebooks as live pages until stopped.

    Args:
        notebooks: the folder; each `name.ipynb` in it is the page `/name`.
        host: address to listen on.
        port: port to listen on.
        lang: language of what is around the pages (loading, errors, offline).
        env: added to the environment of the notebooks' kernels.
        revision: changes when the data change; open pages then refresh themselves.
        ready: called once the server answers.
        site: the pages that are painted without a kernel where a notebook is their doorway.
        visits: the access log to write; default none, as where a proxy keeps one.

    Raises:
        SettingsError: no such folder, no notebook in it, or the port is taken.
    """
    build = secrets.token_hex(6)
    shell = Shell(
        notebooks=notebooks.resolve(),
        env={**os.environ, **(env or {})},
        revision=revision,
        errors=polite(),
        kernels=Kernels(KERNELS, WAITING),
        lang=lang,
        build=build,
        site=site,
        gallery=Gallery(site, build, clock) if site else None,
        visits=Visits(visits, clock, site.trust if site else None) if visits else None,
    )
    if not shell.pages():
        raise SettingsError(
            f"{notebooks} has no notebook to show", hint="name a folder with today.ipynb in it"
        )
    with listen(host, port) as listening:
        app = Dashboards(config=configuration(shell.notebooks, lang, live=revision is not None))
        app.shell = replace(shell, local_only=is_loopback(str(listening.getsockname()[0])))
        app.initialize([])
        log_cells()
        asyncio.run(app.run(listening, ready))


def configuration(notebooks: Path, lang: Lang, *, live: bool) -> Config:
    """Everything Voila must know; nothing is read from Jupyter's config files."""
    config = Config()
    config.Dashboards.root_dir = str(notebooks)
    config.Dashboards.config_file_paths = []
    config.Dashboards.log_level = logging.ERROR
    config.Dashboards.open_browser = False
    config.VoilaConfiguration.template = "chocolib"
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.strip_sources = True
    config.VoilaConfiguration.extension_allowlist = []
    config.VoilaConfiguration.kernel_spec_manager_class = OwnPython
    config.VoilaConfiguration.resources = {"choco": words(lang, live=live)}
    config.VoilaExecutor.timeout = CELL_TIMEOUT_S
    config.MappingKernelManager.cull_idle_timeout = IDLE_S
    config.MappingKernelManager.cull_interval = LOOK_S
    config.MappingKernelManager.cull_connected = True
    if sys.platform != "win32":
        config.KernelManager.transport = "ipc"
    return config
