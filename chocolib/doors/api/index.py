"""The page at "/": what there is to ask, and what each kind of problem is. It fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chocolib.core.i18n import Lang, t
from chocolib.doors.api.problems import KINDS, Kind
from chocolib.ui import theme
from chocolib.ui.svg import esc


def index(document: dict[str, Any], lang: Lang) -> str:
    """The page, standalone HTML.

    Args:
        document: the OpenAPI document.
    """
    intro = f'<p>{esc(t("api.intro", lang))}</p><p><a href="/openapi.json">'
    first = f"{intro}{esc(t('api.document', lang))}</a></p>"
    body = [
        theme.card(t("api.title", lang), first, lang=lang),
        theme.card(t("api.paths", lang), _table(_paths(document, lang)), lang=lang),
        theme.card(t("api.problems", lang), _table(map(_problem, KINDS)), lang=lang),
    ]
    return theme.page("".join(body), title=t("api.title", lang), lang=lang)


def _paths(document: dict[str, Any], lang: Lang) -> Iterable[str]:
    for path, methods in sorted(document["paths"].items()):
        for method, told in methods.items():
            names = ", ".join(one["name"] for one in told.get("parameters", ()))
            given = f"<br><small>{esc(t('api.arguments', lang))}: {esc(names)}</small>"
            shown = esc(f"{method.upper()} {path}")
            linked = f'<a href="{esc(path)}">{shown}</a>' if method == "get" else shown
            summary = esc(told.get("summary", ""))
            yield f"<tr><td>{linked}<br>{summary}{given if names else ''}</td></tr>"


def _problem(kind: Kind) -> str:
    told = f"<code>{kind.name}</code> ({kind.status})<br>{esc(kind.title)}"
    return f'<tr id="{kind.name}"><td>{told}</td></tr>'


def _table(rows: Iterable[str]) -> str:
    return f'<div class="cc-scroll"><table>{"".join(rows)}</table></div>'
