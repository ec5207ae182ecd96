"""Charts as SVG written in Python: no script, no request, the same in every place.

Each is drawn twice, for a phone and for a desktop, and the style sheet shows one.
They need the style sheet of `ui.theme` around them.
"""

from chocolib.ui.charts.band import forecast_band
from chocolib.ui.charts.bars import price_bars
from chocolib.ui.charts.counts import Bar, count_bars
from chocolib.ui.charts.gantt import gantt
from chocolib.ui.charts.health import health_strip
from chocolib.ui.charts.heat import heat_cells
from chocolib.ui.charts.hot_days import hot_day_bars
from chocolib.ui.charts.hour_lines import Limit, hour_lines
from chocolib.ui.charts.profile import Ruled, Zone, profile
from chocolib.ui.charts.ranks import ranked_bars
from chocolib.ui.charts.scores import score_lines
from chocolib.ui.charts.year_band import year_band

__all__ = [
    "Bar",
    "Limit",
    "Ruled",
    "Zone",
    "count_bars",
    "forecast_band",
    "gantt",
    "health_strip",
    "heat_cells",
    "hot_day_bars",
    "hour_lines",
    "price_bars",
    "profile",
    "ranked_bars",
    "score_lines",
    "year_band",
]
