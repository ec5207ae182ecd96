"""Our script files, with their hash in their name, so that a browser keeps them for good."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from chocolib.core.i18n import t
from chocolib.doors.dash.site import Asked
from chocolib.ui.svg import tag

#: Where scripts lie: the server's own, and those of the widgets beside their classes.
FOLDERS = (("chocolib.doors.dash", "static"), ("chocolib.ui", "live"))
#: Scripts of every page, in the order they are read; the others are widgets, or read by name.
EVERYWHERE = ("live", "export", "seen")
#: The script that draws widgets, on pages that have a place for one.
WIDGETS = "comms"


@dataclass(frozen=True, slots=True)
class Static:
    """A script: its name with its hash, plain and gzipped."""

    name: str
    plain: bytes
    packed: bytes


@cache
def statics() -> dict[str, Static]:
    """Every script of ours by its bare name, "live"."""
    found = [file for folder in FOLDERS for file in _scripts(*folder)]
    return {file.name.removesuffix(".js"): _static(file) for file in found}


def address(name: str) -> str:
    """Where a script is served."""
    return f"/static/{statics()[name].name}"


def head(asked: Asked, revision: str, build: str) -> str:
    """What the head of a painted page has: its style, and its scripts with what they must know."""
    sheet = tag("style", _style())
    known = {f"data-{key}": value for key, value in _facts(asked, revision, build).items()}
    return sheet + "".join(_script(name, known) for name in EVERYWHERE if name in statics())


def _script(name: str, known: dict[str, str]) -> str:
    """A script that the browser reads beside the page; an element without end tag is none."""
    return tag("script", " ", src=address(name), defer="", **(known if name == "live" else {}))


def _facts(asked: Asked, revision: str, build: str) -> dict[str, str]:
    lang = asked.lang
    return {
        "page": asked.name,
        "revision": revision,
        "build": build,
        "at": asked.at or "",
        "offline": t("dash.offline", lang, clock="{clock}"),
        "comms": address(WIDGETS),
        "widgets": json.dumps({name: address(name) for name in _widgets()}),
        "old": t("dash.widget_old", lang),
        "full": t("dash.widget_full", lang),
        "broken": t("dash.widget_failed", lang),
    }


def _widgets() -> list[str]:
    return [name for name in statics() if name not in (*EVERYWHERE, WIDGETS)]


@cache
def _style() -> str:
    sheet = resources.files("chocolib.doors.dash").joinpath("static", "live.css")
    return " ".join(sheet.read_text(encoding="utf-8").split())


def _scripts(package: str, folder: str) -> list[Traversable]:
    place = resources.files(package).joinpath(folder)
    if not place.is_dir():
        return []
    return sorted(
        (file for file in place.iterdir() if file.name.endswith(".js")), key=lambda f: f.name
    )


def _static(file: Traversable) -> Static:
    plain = file.read_text(encoding="utf-8").encode()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    name = f"{file.name.removesuffix('.js')}.{digest}.js"
    return Static(name, plain, gzip.compress(plain, 9, mtime=0))
