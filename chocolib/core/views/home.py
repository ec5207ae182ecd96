"""What the landing page shows: a tile for each page, each with one live fact."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core.views.today import NextWindow, RoomNow
from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class Tile:
    """A page that is offered: the name of its address, its title, what it answers."""

    name: str
    title: str
    blurb: str


@dataclass(frozen=True, slots=True)
class HomeView(View):
    """The facts of the tiles; what is not known is `None` and its tile has no fact.

    Attributes:
        price: of the current hour, EUR/kWh.
        window: the next cheap hours.
        saving_eur: what the newest plan saves against as usual.
        room: weather and room now.
        mae_eur_kwh: mean absolute error of the forecasts issued lately.
        failed: the source whose last run failed, and when (UTC).
        tiles: the pages that the reader may see, in order; filled in by the door.
    """

    price: float | None = None
    window: NextWindow | None = None
    saving_eur: float | None = None
    room: RoomNow | None = None
    mae_eur_kwh: float | None = None
    failed: tuple[str, pd.Timestamp] | None = None
    tiles: tuple[Tile, ...] = ()
