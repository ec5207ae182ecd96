"""Painted pages, the way to the first one, scripts, and what open pages and watchers ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import HTTPError, RequestHandler

from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.doors.dash.gallery import Full, Gallery
from chocolib.doors.dash.handlers import Polite
from chocolib.doors.dash.painter import Painting
from chocolib.doors.dash.reader import COOKIE, asked_for, chosen_lang
from chocolib.doors.dash.shell import Shell
from chocolib.doors.dash.site import Asked, Site
from chocolib.doors.dash.statics import statics

log = logging.getLogger(__name__)

#: The page at "/"; where there is none, "/" leads to the first of these, or to any.
HOME = "home"
FIRST = (HOME, "today")
#: A chosen language is kept for a year.
YEAR_DAYS = 365
FOR_GOOD = "public, max-age=31536000, immutable"
#: What a painted page depends on beside its address.
VARY = "Accept-Language, Cookie"


def first_page(names: Iterable[str]) -> str | None:
    """The page that readers are led to, `None` when there is none."""
    known = sorted(names)
    return next((name for name in FIRST if name in known), known[0] if known else None)


class Doorways(Matcher):
    """Whether a request is for a page that can be painted; "/" is the landing page."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """The page's name for the handler, or `None`: somebody else answers."""
        path = request.path.removeprefix("/voila/render").removeprefix("/")
        found = self._shell.doorway(path.removesuffix(".ipynb") or HOME)
        return {"path_kwargs": {"name": found.page}} if found else None


class Open(Polite, RequestHandler):  # type: ignore[misc]
    """What asks for a page's facts: who may, and at which moment."""

    @property
    def site(self) -> Site:
        """The pages that can be painted."""
        if self.shell.site is None:
            raise HTTPError(404)
        return self.shell.site

    @property
    def gallery(self) -> Gallery:
        """Their paintings."""
        if self.shell.gallery is None:
            raise HTTPError(404)
        return self.shell.gallery

    def asked(self, name: str) -> Asked:
        """The page as this reader asks for it.

        Raises:
            HTTPError: 404 where the reader may not see it, as where there is none; 400
                where `?at=` is no moment that has been.
        """
        role = self.reader_role
        if not self.site.seen(name, role):
            raise HTTPError(404)
        at = asked_for(self.request, "at")
        try:
            moment = self.site.moment(at) if at else self.site.at
        except SettingsError:
            raise HTTPError(400) from None
        return Asked(name, self.reader_lang, role, moment)


class Painted(Open):
    """A page painted straight from the store."""

    mark = ""

    async def get(self, name: str) -> None:
        """The page as the store has it now."""
        painting = await self._painting(self.asked(name))
        self.mark = painting.mark
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Vary", VARY)
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(painting.packed)
        else:
            self.finish(painting.html)

    head = get

    def prepare(self) -> None:
        """Keep a language that the address asks for."""
        super().prepare()
        chosen = chosen_lang(self.request)
        if chosen:
            self.set_cookie(COOKIE, chosen, expires_days=YEAR_DAYS, httponly=True, samesite="Lax")

    def compute_etag(self) -> str | None:
        """Of the page, whichever way it is packed."""
        return f'W/"{self.mark}"' if self.mark else None

    async def _painting(self, asked: Asked) -> Painting:
        try:
            return await self.gallery.painting(asked)
        except Full:
            raise HTTPError(503) from None
        except ChocolibError as error:
            log.error("no page %s: %s", asked.name, error)
            raise HTTPError(500) from None


class Script(Polite, RequestHandler):  # type: ignore[misc]
    """`/static/NAME.HASH.js`: one of our scripts, for good."""

    def get(self, name: str) -> None:
        """The script, if it is the one of this name and content."""
        found = statics().get(name.partition(".")[0])
        if found is None or found.name != name:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", FOR_GOOD)
        self.finish(found.plain)

    head = get


class Home(Polite, RequestHandler):  # type: ignore[misc]
    """`/` where there is no landing page: on to the first page."""

    def get(self) -> None:
        """Redirect to "today", or to the first page there is."""
        first = first_page(self.shell.pages())
        if first is None:
            raise HTTPError(404)
        self.redirect(f"/{first}")

    head = get


class Health(Polite, RequestHandler):  # type: ignore[misc]
    """`/healthz`: whether the server lives, how many kernels run, whether a painter does."""

    def get(self) -> None:
        """JSON with `ok`, `kernels` of run pages and, of painted ones, `painter` and `pool`."""
        kernels = len(self.settings["kernel_manager"].list_kernel_ids())
        gallery = self.shell.gallery
        painter = {"painter": gallery.alive} if gallery else {}
        pool = {"pool": self.shell.sittings.kernels} if self.shell.sittings else {}
        self.finish({"ok": True, "kernels": kernels} | painter | pool)

    head = get


class Revision(Open):
    """`/revision?page=NAME`: what open pages poll; without a page, the store's."""

    async def get(self) -> None:
        """JSON with `revision`, "" when the store cannot say, and `build`; 404 for no page."""
        self.set_header("Cache-Control", "no-store")
        name = asked_for(self.request, "page")
        revision = await (self._of_page(name) if name else self._of_store())
        self.finish({"revision": revision, "build": self.shell.build})

    head = get

    async def _of_page(self, name: str) -> str:
        asked = self.asked(name)
        self.gallery.looked_at(asked)
        try:
            return await self.gallery.revision(name)
        except ChocolibError:
            return ""

    async def _of_store(self) -> str:
        if self.shell.revision is None:
            raise HTTPError(404)
        return await asyncio.to_thread(self.shell.revision_now)
