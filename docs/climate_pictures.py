"""The pictures of docs/climate.md, from the store in use: `python -m docs.climate_pictures`."""

from __future__ import annotations

from pathlib import Path

from chocolib.app.climate import climate_history
from chocolib.app.context import open_context
from chocolib.app.windows import week_map
from chocolib.core.i18n import Lang
from chocolib.doors.dash.shots import launch, playwright
from chocolib.ui.charts import heat_cells, hot_day_bars
from chocolib.ui.svg import tag
from chocolib.ui.theme import page

HERE = Path(__file__).parent
REPLAY = "2025-07-14T21:00"
SIZES = (390, 1000)


def main(lang: Lang = "en", folder: Path = HERE / "img", scheme: str = "light") -> None:
    """Draw, and photograph at the width of a phone and of a page."""
    history, cells = climate_history(open_context()), week_map(open_context(as_of=REPLAY))
    drawn = {
        "hot-days": hot_day_bars(history.hot, 35, lang=lang, synthetic=history.synthetic),
        "heatmap": heat_cells(cells, lang=lang, synthetic=history.synthetic),
    }
    with playwright() as driver:
        browser = launch(driver)
        for name, chart in drawn.items():
            for width in SIZES:
                shown = browser.new_page(
                    viewport={"width": width, "height": 500},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                shown.set_content(
                    page(tag("section", chart, class_="cc-card"), title=name, lang=lang)
                )
                shown.locator("section").screenshot(path=str(folder / f"{name}-{width}.png"))
                shown.close()
        browser.close()


if __name__ == "__main__":
    main()
