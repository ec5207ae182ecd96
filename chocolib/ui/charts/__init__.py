"""Charts as SVG written in Python: no script, no request, the same in every place.

Each is drawn twice, for a phone and for a desktop, and the style sheet shows one.
They need the style sheet of `ui.theme` around them.
"""

from chocolib.ui.charts.band import forecast_band
from chocolib.ui.charts.bars import price_bars
from chocolib.ui.charts.gantt import gantt
from chocolib.ui.charts.profile import Ruled, Zone, profile
from chocolib.ui.charts.ranks import ranked_bars

__all__ = [
    "Ruled",
    "Zone",
    "forecast_band",
    "gantt",
    "price_bars",
    "profile",
    "ranked_bars",
]
