"""What a path of the dashboards is: a page, a report, what a page tells by its beacon, the rest."""

from __future__ import annotations

import re
from collections.abc import Collection

from chocolib.core.traffic import Asked

#: Longer stays are not believed: nobody has a page before them for more than a day.
LONGEST_STAY_S = 86_400
#: A beacon names so many cards at most; what names more is not ours.
MOST_CARDS = 20

_REPORT = re.compile(r"/reports/([A-Za-z]\w{0,39})-\d{4}-\d{2}-\d{2}(?:\.failed)?\.html", re.ASCII)
_CARDS = re.compile(r"[a-z_]{1,40}(?:\.[a-z_]{1,40})*", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,5}", re.ASCII)
_OTHER = Asked("other")
_EXACT = {"/revision": Asked("refresh", path="/revision")}
_BELOW = {"static": Asked("asset", path="/static/*"), "live": Asked("live")}


def asked(path: str, pages: Collection[str], *, paths: Collection[str] = ()) -> Asked:
    """What somebody asked for.

    Args:
        path: without its query.
        pages: the names of the pages there are.
        paths: other paths whose times are kept by their name.
    """
    name = path[1:] or "home"
    if path.startswith("/") and name in pages:
        return Asked("page", name, path=path)
    if path in _EXACT:
        return _EXACT[path]
    first, _, rest = name.partition("/")
    if first == "reports":
        return _report(path)
    if first == "seen":
        return _beacon(rest, pages)
    known = Asked("other", path=path) if path in paths else _OTHER
    return _BELOW.get(first, known) if rest else known


def _report(path: str) -> Asked:
    named = _REPORT.fullmatch(path)
    return Asked("report", "reports", (named[1],), path="/reports/*") if named else _OTHER


def _beacon(told: str, pages: Collection[str]) -> Asked:
    """`PAGE/CARD.CARD` or `PAGE/SECONDS`."""
    page, _, what = told.partition("/")
    if page not in pages:
        return _OTHER
    if _SECONDS.fullmatch(what):
        seconds = int(what)
        stay = 0 < seconds <= LONGEST_STAY_S
        return Asked("stay", page, seconds=seconds, path="/seen/*") if stay else _OTHER
    cards = what.split(".")
    if len(cards) > MOST_CARDS or not _CARDS.fullmatch(what):
        return _OTHER
    return Asked("card", page, tuple(dict.fromkeys(cards)), path="/seen/*")
