"""The pages: one line each, from which the dashboards, the notebooks and the tiles are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pkgutil import resolve_name

from chocolib.app.context import Context
from chocolib.core.errors import SettingsError
from chocolib.core.i18n import Lang, t
from chocolib.core.roles import Role
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.views import HomeView, Tile, View
from chocolib.ui.pages.frame import HOME


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page: what it gathers, how it is drawn, when it is old, who may see it.

    Attributes:
        name: its address and the name of its notebook.
        title_key, blurb_key: what it is called and what it answers, in the catalogue.
        view: "module:function", from a `Context` to its view.
        draw: "module:function", from its view to markup (a `theme.fragment`).
        reads: the measurements it shows: it is new when one of their revisions is.
        mark: "module:function", from a `Context` to what else makes it old; "": nothing.
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
    mark: str = ""

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

    def html(self, context: Context, role: Role = "viewer") -> str:
        """Its markup, to embed in a notebook output or a dashboard.

        Args:
            role: who reads it; the landing page offers them the pages they may see.
        """
        draw: Callable[[View], str] = resolve_name(self.draw)
        view = self.gathered(context)
        if isinstance(view, HomeView):
            view = replace(view, tiles=tiles(role, context.lang))
        return draw(view)

    def revision(self, context: Context) -> str:
        """Changes when anything it shows has changed."""
        read = [str(context.store.revision(name)) for name in self.reads]
        return "-".join([*read, resolve_name(self.mark)(context)] if self.mark else read)

    def seen_by(self, role: Role) -> bool:
        """Whether it is offered to somebody of this role."""
        return role in (self.role, "admin")


_WEATHER = ("weather_data", "weather_forecast", "siar_daily")
_SHOWN = ("energy_prices", "price_forecast", "production_plan")

PAGES: dict[str, PageKind] = {
    kind.name: kind
    for kind in (
        PageKind(
            HOME,
            "page.home.title",
            "page.home.blurb",
            "chocolib.app.views.home:home_view",
            "chocolib.ui.pages.home:home_fragment",
            (*_SHOWN, *_WEATHER, "ingest_runs"),
        ),
        PageKind(
            "today",
            "page.today.title",
            "page.today.blurb",
            "chocolib.app.views.today:today_view",
            "chocolib.ui.pages.today:today_fragment",
            (*_SHOWN, *_WEATHER),
        ),
        PageKind(
            "week",
            "page.week.title",
            "page.week.blurb",
            "chocolib.app.views.week:week_view",
            "chocolib.ui.pages.week:week_fragment",
            ("energy_prices", "price_forecast", *_WEATHER),
        ),
        PageKind(
            "plan",
            "page.plan.title",
            "page.plan.blurb",
            "chocolib.app.views.plan:plan_view",
            "chocolib.ui.pages.plan:plan_fragment",
            _SHOWN,
            controls=True,
        ),
        PageKind(
            "ask",
            "page.ask.title",
            "page.ask.blurb",
            "chocolib.app.views.ask:ask_view",
            "chocolib.ui.pages.ask:ask_fragment",
            (),
            controls=True,
        ),
        PageKind(
            "climate",
            "page.climate.title",
            "page.climate.blurb",
            "chocolib.app.views.climate:climate_view",
            "chocolib.ui.pages.climate:climate_fragment",
            ("weather_data", "weather_forecast", "siar_daily"),
        ),
        PageKind(
            "models",
            "page.models.title",
            "page.models.blurb",
            "chocolib.app.views.models:models_view",
            "chocolib.ui.pages.models:models_fragment",
            ("price_forecast", "energy_prices"),
        ),
        PageKind(
            "history",
            "page.history.title",
            "page.history.blurb",
            "chocolib.app.views.history:history_view",
            "chocolib.ui.pages.history:history_fragment",
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
        PageKind(
            "usage",
            "page.usage.title",
            "page.usage.blurb",
            "chocolib.app.views.usage:usage_view",
            "chocolib.ui.pages.usage:usage_fragment",
            ("energy_prices", "weather_data"),
            mark="chocolib.app.views.usage:usage_mark",
        ),
        PageKind(
            "system",
            "page.system.title",
            "page.system.blurb",
            "chocolib.app.views.system:system_view",
            "chocolib.ui.pages.system:system_fragment",
            tuple(MEASUREMENTS),
            role="admin",
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


def tiles(role: Role, lang: Lang) -> tuple[Tile, ...]:
    """What the landing page offers somebody of this role: every page but itself."""
    kinds = (kind for kind in offered(role) if kind.name != HOME)
    return tuple(Tile(kind.name, kind.title(lang), kind.blurb(lang)) for kind in kinds)
