"""What is around the pages: their list, the words in their frame, the headers of every answer."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from chocolib.core.errors import ChocolibError
from chocolib.core.i18n import LANGS, Lang, t
from chocolib.doors.dash.doorway import Doorway, doorway
from chocolib.doors.dash.gallery import Gallery
from chocolib.doors.dash.kernels import Kernels
from chocolib.doors.dash.site import Site
from chocolib.doors.dash.sitting import Sittings
from chocolib.doors.dash.visits import Visits
from chocolib.ui import theme

TEMPLATE = Path(str(resources.files("chocolib.doors.dash") / "template"))

#: A page's name in its address: no dots, no slashes, nothing to climb with.
NAME = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)


@dataclass(frozen=True)
class Shell:
    """What every handler knows.

    Attributes:
        notebooks: the folder whose notebooks are pages.
        env: the environment of their kernels.
        revision: changes when the data do; `None` when nobody can say.
        errors: in each language the polite pages, "missing", "failed", "busy", "refused" and
            "moment", and "rest", the end of a page that failed after its skeleton was sent.
        kernels: room for the pages' kernels; the others wait behind their skeleton.
        lang: the language of readers who ask for none.
        build: names this start of the server; open pages load anew when it changes.
        site: the pages that need no kernel; `None` when all are run.
        gallery: their paintings.
        sittings: the readers at pages with controls.
        visits: the access log, where nobody before us keeps one.
        refusals: how many sockets of a page were closed for what they sent.
        secret: of this start of the server; makes names of addresses.
        local_only: nobody but this machine is meant to reach it, by its own names.
    """

    notebooks: Path
    env: Mapping[str, str]
    revision: Callable[[], str] | None
    errors: Mapping[Lang, Mapping[str, str]]
    kernels: Kernels
    lang: Lang
    build: str
    site: Site | None = None
    gallery: Gallery | None = None
    sittings: Sittings | None = None
    visits: Visits | None = None
    refusals: Counter[str] = field(default_factory=Counter)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    local_only: bool = False

    def pages(self) -> list[str]:
        """The folder's notebooks whose names can stand in an address, sorted."""
        found = (path.stem for path in self.notebooks.glob("*.ipynb") if path.is_file())
        return sorted(name for name in found if NAME.fullmatch(name))

    def doorway(self, name: str) -> Doorway | None:
        """The doorway that a page's notebook is, where the site knows what it leads to."""
        if self.site is None or not NAME.fullmatch(name):
            return None
        found = doorway(self.notebooks / f"{name}.ipynb")
        return found if found and found.page in self.site.roles else None

    def revision_now(self) -> str:
        """The data's revision, or "" when the store cannot say."""
        try:
            return self.revision() if self.revision else ""
        except ChocolibError:
            return ""


def script() -> str:
    """The script of every page, with line ends as a browser reads them."""
    return (TEMPLATE / "live.js").read_text(encoding="utf-8")


def words(lang: Lang, *, live: bool) -> dict[str, str]:
    """What the template says and carries, in `lang`."""
    return {
        "lang": lang,
        "title": t("ui.today.title", lang),
        "css": theme.css(),
        "icon": theme.ICON,
        "script": script(),
        "poll": "/revision" if live else "/healthz",
        "loading": t("dash.loading", lang),
        "failure": failure(lang),
        "offline": t("dash.offline", lang, clock="{clock}"),
    }


def notice(title: str, text: str, lang: Lang) -> str:
    """A page with one card that says what is wrong."""
    body = theme.card(title, f'<p>{text}</p><p><a href="/">chocolib</a></p>', lang=lang)
    return theme.page(body, title=title, lang=lang)


def polite() -> dict[Lang, dict[str, str]]:
    """The pages of what can go wrong, in each language."""
    return {
        lang: {
            "missing": notice(t("dash.missing", lang), t("dash.missing_hint", lang), lang),
            "failed": notice(t("dash.failed", lang), t("dash.failed_hint", lang), lang),
            "busy": notice(t("dash.busy", lang), t("dash.busy_hint", lang), lang),
            "refused": notice(t("dash.refused", lang), t("dash.refused_hint", lang), lang),
            "moment": notice(t("dash.moment", lang), t("dash.moment_hint", lang), lang),
            "rest": failure(lang),
        }
        for lang in LANGS
    }


def failure(lang: Lang) -> str:
    """What stands where a page should be, without any detail."""
    card = theme.card(t("dash.failed", lang), f"<p>{t('dash.failed_hint', lang)}</p>", lang=lang)
    return f'<section class="cell failed" data-failed><div class="cc-sheet">{card}</div></section>'


def security_headers() -> dict[str, str]:
    """Headers of every answer: only our own script runs, nothing foreign is fetched."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode("ascii")
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{digest}'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {rule}" for name, rule in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Server": "chocolib",
    }
