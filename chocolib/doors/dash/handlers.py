"""What every answer of the dashboard server has, and the pages that Voila runs.

There are no accounts: whoever reaches the port may read, nobody can write. None of
Voila's own handlers (files, contents, kernels, extensions) is served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import nbformat
from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler
from voila.handler import VoilaHandler
from voila.notebook_renderer import NotebookRenderer

from chocolib.core.i18n import Lang
from chocolib.core.roles import Role
from chocolib.doors.access import is_loopback
from chocolib.doors.dash.kernels import Lease
from chocolib.doors.dash.reader import lang_of, name_of, role_of
from chocolib.doors.dash.shell import Shell
from chocolib.doors.trust import Trust

#: The polite page of a status; every other one is "failed".
PAGES = {400: "moment", 403: "refused", 404: "missing", 503: "busy"}
#: What a page that finds no room is told to wait, in seconds.
RETRY_S = 10


class Polite:
    """Security headers on every answer, and errors as a short page without details."""

    settings: dict[str, Any]
    request: HTTPServerRequest
    set_header: Callable[[str, str], None]
    finish: Callable[..., Any]

    @property
    def shell(self) -> Shell:
        """What the server hands to its handlers."""
        shell: Shell = self.settings["shell"]
        return shell

    @property
    def reader_lang(self) -> Lang:
        """The language of the reader."""
        return lang_of(self.request, self.shell.lang)

    @property
    def reader_role(self) -> Role:
        """What the reader may see."""
        trust = self.shell.site.trust if self.shell.site else Trust()
        return role_of(self.request, trust, local_only=self.shell.local_only)

    @property
    def reader_name(self) -> str:
        """Who the reader is, or a name that stands for them."""
        trust = self.shell.site.trust if self.shell.site else Trust()
        return name_of(self.request, trust, self.shell.secret, local_only=self.shell.local_only)

    def set_default_headers(self) -> None:
        """The server's headers, also on errors."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse a foreign Host on a server for this machine only, or of named ones; ask no user.

        Else a page elsewhere could have its own name lead here, and read what we answer.
        """
        hosts = self.shell.site.hosts if self.shell.site else frozenset()
        asked = self.request.host_name
        if (self.shell.local_only or hosts) and asked not in hosts and not is_loopback(asked):
            raise HTTPError(403)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The polite page of an error."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        if status_code == 503:
            self.set_header("Retry-After", str(RETRY_S))
        self.finish(self.shell.errors[self.reader_lang][PAGES.get(status_code, "failed")])


class Missing(Polite, RequestHandler):  # type: ignore[misc]
    """Everything else."""

    def prepare(self) -> None:
        """Not found, whatever the method."""
        super().prepare()
        raise HTTPError(404)


class Notebook(NotebookRenderer):  # type: ignore[misc]
    """Voila's renderer, reading the file itself: no trust database, no checkpoints."""

    async def load_notebook(self, path: str) -> Any:
        """The notebook, with the kernel it will run in."""
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        return await self.fix_notebook(notebook)


class Page(Polite, VoilaHandler):  # type: ignore[misc]
    """A notebook, run in a kernel of its own that ends with the answer."""

    lease: Lease | None = None
    gone = False

    async def get(self, name: str) -> None:
        """Send the skeleton at once, then the cells as they finish."""
        self._begin(name)
        self.lease = lease = self.shell.kernels.lease(self.kernel_manager, self.shell.env)
        if lease is None:
            raise HTTPError(503)
        try:
            renderer = await self._renderer(name)
            if not self.gone:
                lease.page = asyncio.ensure_future(self._stream(renderer, lease))
                await lease.page
        except (asyncio.CancelledError, StreamClosedError):
            return
        finally:
            lease.end()

    async def head(self, name: str) -> None:
        """The headers of the page; nothing is run for them."""
        self._begin(name)
        await self.flush()

    def on_connection_close(self) -> None:
        """Do not go on computing for nobody."""
        self.gone = True
        if self.lease:
            self.lease.leave()

    def send_error(self, status_code: int = 500, **facts: Any) -> None:
        """The polite page; its last part only when the skeleton has already been sent."""
        if self._headers_written:
            self.finish(self.shell.errors[self.reader_lang]["rest"])
        else:
            super().send_error(status_code, **facts)

    def _begin(self, name: str) -> None:
        if name not in self.shell.pages():
            raise HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")

    async def _stream(self, renderer: Notebook, lease: Lease) -> None:
        kernel = lease.start(renderer.notebook.metadata.kernelspec.name)
        try:
            async for html, _ in renderer.generate_content_generator(lease.kernel_id, kernel):
                self.write(html)
                await self.flush()
        finally:
            kernel.close()
            client = getattr(getattr(renderer, "executor", None), "kc", None)
            if client:
                client.stop_channels()

    async def _renderer(self, name: str) -> Notebook:
        renderer = Notebook(
            request_handler=self,
            voila_configuration=self.voila_configuration,
            traitlet_config=self.traitlet_config,
            notebook_path=str(self.shell.notebooks / f"{name}.ipynb"),
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url="/",
            kernel_spec_manager=self.kernel_spec_manager,
            page_config={},
        )
        await renderer.initialize()
        renderer.resources["revision"] = self.shell.revision_now()
        return renderer
