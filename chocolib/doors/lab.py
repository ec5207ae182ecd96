"""JupyterLab on the starter notebook."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from chocolib.app.notebooks import folder
from chocolib.app.settings import read_settings

STARTER = "starter.ipynb"


def open_lab(*, port: int, browser: bool) -> None:
    """Replace this process by JupyterLab in the user's notebook folder.

    The starter is copied there once, so that a user's changes are kept and the
    shipped one stays clean.
    """
    place = read_settings().home / "notebooks"
    place.mkdir(parents=True, exist_ok=True)
    _copy_once(folder("notebooks") / STARTER, place / STARTER)
    command = [sys.executable, "-m", "jupyterlab", STARTER, "--port", str(port)]
    os.chdir(place)
    os.execv(sys.executable, command + ([] if browser else ["--no-browser"]))  # noqa: S606


def _copy_once(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)
