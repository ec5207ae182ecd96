"""The pages: one line each, from which the dashboards, the notebooks and the tiles are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Literal

from chocolib.app.context import Context
from chocolib.core.errors import SettingsError
from chocolib.core.i18n import Lang, t
from chocolib.core.views import View

Role = Literal["viewer", "admin"]


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page: what it gathers, how it is drawn, when it is old, who may see it.

    Attributes:
        name: its address and the name of its notebook.
        title_key, blurb_key: what it is called and what it answers, in the catalogue.
        view: "module:function", from a `Context` to its view.
        draw: "module:function", from its view to markup (a `theme.fragment`).
        reads: the measurements it shows: it is new when one of their revisions is.
        role: who may see it; "admin" may see all.
        controls: it has controls that a kernel answers.
    """

    name: str
    title_key: str
    blurb_key: str
    view: str
    draw: str
    reads: tuple[str, ...]
    role: Role = "viewer"
    controls: bool = False

    def title(self, lang: Lang) -> str:
        """What it is called."""
        return t(self.title_key, lang)

    def blurb(self, lang: Lang) -> str:
        """What it answers, in a few words."""
        return t(self.blurb_key, lang)

    def gathered(self, context: Context) -> View:
        """Its view, as known at the context's `as_of`."""
        view: Callable[[Context], View] = resolve_name(self.view)
        return view(context)

    def html(self, context: Context) -> str:
        """Its markup, to embed in a notebook output or a dashboard."""
        draw: Callable[[View], str] = resolve_name(self.draw)
        return draw(self.gathered(context))

    def revision(self, context: Context) -> str:
        """Changes when anything it shows has changed in the store."""
        return "-".join(str(context.store.revision(name)) for name in self.reads)

    def seen_by(self, role: Role) -> bool:
        """Whether it is offered to somebody of this role."""
        return role in (self.role, "admin")


_SHOWN = ("energy_prices", "price_forecast", "production_plan")

PAGES: dict[str, PageKind] = {
    kind.name: kind
    for kind in (
        PageKind(
            "today",
            "page.today.title",
            "page.today.blurb",
            "chocolib.app.views.today:today_view",
            "chocolib.ui.pages.today:today_fragment",
            _SHOWN,
        ),
        PageKind(
            "reports",
            "page.reports.title",
            "page.reports.blurb",
            "chocolib.app.views.reports:reports_view",
            "chocolib.ui.pages.reports:reports_fragment",
            (),
        ),
    )
}


def page_kind(name: str) -> PageKind:
    """The page called `name`.

    Raises:
        SettingsError: there is none; names those there are.
    """
    if name in PAGES:
        return PAGES[name]
    raise SettingsError(f"there is no page {name!r}", hint=f"one of: {', '.join(PAGES)}")


def offered(role: Role) -> list[PageKind]:
    """The pages somebody of this role may see, in their order."""
    return [kind for kind in PAGES.values() if kind.seen_by(role)]
