"""What the dashboard server answers: pages, the way to the first one, and two JSON answers.

There are no accounts: whoever reaches the port may read, nobody can write. None of
Voila's own handlers (files, contents, kernels, extensions) is served.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import nbformat
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler
from voila.handler import VoilaHandler
from voila.notebook_renderer import NotebookRenderer

from chocolib.doors.dash.shell import Shell


class Polite:
    """Security headers on every answer, and errors as a short page without details."""

    settings: dict[str, Any]
    set_header: Callable[[str, str], None]
    finish: Callable[..., Any]

    @property
    def shell(self) -> Shell:
        """What the server hands to its handlers."""
        shell: Shell = self.settings["shell"]
        return shell

    def set_default_headers(self) -> None:
        """The server's headers, also on errors."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The polite page of an error."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.shell.errors["missing" if status_code == 404 else "failed"])


class Home(Polite, RequestHandler):  # type: ignore[misc]
    """`/`: on to the first page."""

    def get(self) -> None:
        """Redirect to "today", or to the first page there is."""
        names = self.shell.pages()
        if not names:
            raise HTTPError(404)
        self.redirect("/today" if "today" in names else f"/{names[0]}")


class Health(Polite, RequestHandler):  # type: ignore[misc]
    """`/healthz`: whether the server lives and how many kernels run."""

    def get(self) -> None:
        """JSON with `ok` and `kernels`."""
        kernels = len(self.settings["kernel_manager"].list_kernel_ids())
        self.finish({"ok": True, "kernels": kernels})

    head = get


class Revision(Polite, RequestHandler):  # type: ignore[misc]
    """`/revision`: what open pages poll."""

    def get(self) -> None:
        """JSON with `revision`, "" when the store cannot say; 404 when none was given."""
        if self.shell.revision is None:
            raise HTTPError(404)
        self.finish({"revision": self.shell.revision_now()})


class Missing(Polite, RequestHandler):  # type: ignore[misc]
    """Everything else."""

    def prepare(self) -> None:
        """Not found, whatever the method."""
        raise HTTPError(404)


class Notebook(NotebookRenderer):  # type: ignore[misc]
    """Voila's renderer, reading the file itself: no trust database, no checkpoints."""

    async def load_notebook(self, path: str) -> Any:
        """The notebook, with the kernel it will run in."""
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        return await self.fix_notebook(notebook)


class Page(Polite, VoilaHandler):  # type: ignore[misc]
    """A notebook, run in a kernel of its own that ends with the answer."""

    kernel_id = ""
    admitted = False
    streaming: asyncio.Future[None] | None = None

    async def prepare(self) -> None:
        """Nothing: Jupyter would look for a user here, and there are none."""

    async def get(self, name: str) -> None:
        """Send the skeleton at once, then the cells as they finish."""
        if name not in self.shell.pages():
            raise HTTPError(404)
        renderer = await self._renderer(name)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.streaming = asyncio.ensure_future(self._stream(renderer))
        try:
            await self.streaming
        except (asyncio.CancelledError, StreamClosedError):
            return

    def on_connection_close(self) -> None:
        """Do not go on computing for nobody."""
        if self.streaming:
            self.streaming.cancel()

    def send_error(self, status_code: int = 500, **facts: Any) -> None:
        """The polite page; its last part only when the skeleton has already been sent."""
        if self._headers_written:
            self.finish(self.shell.errors["rest"])
        else:
            super().send_error(status_code, **facts)

    async def _stream(self, renderer: Notebook) -> None:
        self.kernel_id = str(uuid.uuid4())
        try:
            kernel = self._kernel(renderer.notebook.metadata.kernelspec.name)
            async for html, _ in renderer.generate_content_generator(self.kernel_id, kernel):
                self.write(html)
                await self.flush()
        finally:
            client = getattr(getattr(renderer, "executor", None), "kc", None)
            if client:
                client.stop_channels()
            self._release()

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

    async def _kernel(self, kernel_name: str) -> Any:
        """The started kernel, once there is room for it."""
        await self.shell.gate.acquire()
        self.admitted = True
        await self.kernel_manager.start_kernel(
            kernel_id=self.kernel_id, kernel_name=kernel_name, path="", env=dict(self.shell.env)
        )
        return self.kernel_manager.get_kernel(self.kernel_id)

    def _release(self) -> None:
        """End the kernel; there are no widgets that could still need it."""
        if self.admitted:
            self.admitted = False
            self.shell.gate.release()
        if self.kernel_id and self.kernel_id in self.kernel_manager:
            kernel_id, self.kernel_id = self.kernel_id, ""
            ending = asyncio.ensure_future(self.kernel_manager.shutdown_kernel(kernel_id, now=True))
            self.shell.endings.add(ending)
            ending.add_done_callback(self.shell.endings.discard)
