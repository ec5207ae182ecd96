"""JupyterLab on the starter notebook."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from chocolib.app.notebooks import folder
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError

STARTER = "starter.ipynb"


def open_lab(*, port: int, browser: bool, host: str = "127.0.0.1") -> None:
    """Replace this process by JupyterLab in the user's notebook folder.

    The starter is copied there once, so that a user's changes are kept and the
    shipped one stays clean.

    Args:
        host: address to listen on; Jupyter asks everybody for its token.

    Raises:
        SettingsError: the home cannot be written.
    """
    place = read_settings().home / "notebooks"
    try:
        place.mkdir(parents=True, exist_ok=True)
        _copy_once(folder("notebooks") / STARTER, place / STARTER)
    except OSError as error:
        raise SettingsError(
            f"{place} cannot be written ({error.strerror})", hint="set CHOCOLIB_HOME elsewhere"
        ) from None
    start = f"--LabApp.default_url=/lab/tree/{STARTER}"
    command = [sys.executable, "-m", "jupyterlab", start, "--ip", host]
    command += ["--port", str(port)]
    command += [] if browser else ["--no-browser"]
    command += ["--allow-root"] if _is_root() else []  # as in a container; still localhost only
    os.chdir(place)
    os.execv(sys.executable, command)  # noqa: S606


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _copy_once(source: Path, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(source, target)
