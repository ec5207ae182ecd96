"""Where the notebooks are: beside the package in a checkout, else where pip put them."""

from __future__ import annotations

import sys
from pathlib import Path

from chocolib.core.errors import SettingsError


def folder(name: str) -> Path:
    """The folder `notebooks` or `dashboards`.

    Raises:
        SettingsError: it is in neither place; the installation is incomplete.
    """
    checkout = Path(__file__).parents[2] / name
    installed = Path(sys.prefix) / "share" / "chocolib" / name
    for place in (checkout, installed):
        if any(place.glob("*.ipynb")):
            return place
    raise SettingsError(
        f"the folder {name} is neither at {checkout} nor at {installed}",
        hint="install chocolib again: pip install .",
    )
