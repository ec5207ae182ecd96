"""What the house hands to the dashboard server: pages it can paint, and who may see them.

The server knows nothing of stores and models; it asks these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chocolib.core.i18n import Lang
from chocolib.core.roles import Role
from chocolib.doors.trust import Trust


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as somebody asked for it: what it looks like depends on nothing else but the data.

    Attributes:
        name: the page.
        lang: the reader's language.
        role: what the reader may see, which the bar of pages shows.
        at: the moment the page is replayed at, as `Site.moment` writes it; `None` is now.
    """

    name: str
    lang: Lang
    role: Role
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page drawn by the house, before the document is put around it.

    Attributes:
        fragment: its cards, markup.
        title: of the browser's tab.
        nav: the bar of pages, markup.
        revision: of the data; asked before they were read, so that they are at least as new.
    """

    fragment: str
    title: str
    nav: str
    revision: str


@dataclass(frozen=True, slots=True)
class Site:
    """The pages that need no kernel.

    Attributes:
        paint: draws a page; found by its name in another process, so a function of a module.
        revision: of a page's data now; asked at every request, beside the event loop.
        roles: every page's name with the role that may see it.
        moment: a moment as a reader wrote it, in its one way of writing;
            raises SettingsError where it is none, or one to come.
        controls: the pages whose widgets a kernel answers.
        at: the moment that all pages stand at; `None` is now.
        preload: modules that painters and kernels have read before they are needed.
        trust: who may say who a reader is.
        hosts: names that a Host header may have besides this machine's own; empty: any, where
            others than this machine reach the server.
        kernels: how many kernels wait warm, how many there may be, idle seconds of one.
    """

    paint: Callable[[Asked], Drawn]
    revision: Callable[[str], str]
    roles: dict[str, Role]
    moment: Callable[[str], str]
    controls: frozenset[str] = frozenset()
    at: str | None = None
    preload: tuple[str, ...] = ()
    trust: Trust = field(default_factory=Trust)
    hosts: frozenset[str] = frozenset()
    kernels: tuple[int, int, int] = (2, 12, 600)

    def seen(self, name: str, role: Role) -> bool:
        """Whether there is such a page for somebody of this role."""
        return role in (self.roles.get(name), "admin") and name in self.roles
