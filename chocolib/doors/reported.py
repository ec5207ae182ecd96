"""What the workbench gives back of a week, of the data and of the climate: pages by question."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.app.climate import ClimateHistory
from chocolib.app.context import Context
from chocolib.app.data_quality import DataQuality
from chocolib.app.weekly import Weekly
from chocolib.core.i18n import Lang, day, t
from chocolib.core.time import HOUR, local
from chocolib.doors.page import Page
from chocolib.ui.cards import climate_history as climate
from chocolib.ui.cards import days, quality, savings, weekly
from chocolib.ui.pages import demo_banner, heading
from chocolib.ui.theme import fragment

#: Gaps that are listed; the others are counted.
GAPS = 15


@dataclass(frozen=True)
class Reported:
    """Something that was looked at, in a language."""

    context: Context

    @property
    def lang(self) -> Lang:
        """The language of the pages."""
        return self.context.lang

    @property
    def synthetic(self) -> bool:
        """Whether the data are for demonstration."""
        return self.context.store.synthetic

    def _page(self, body: str, title: str = "") -> Page:
        top = heading(title, self.context.as_of, self.lang) if title else ""
        banners = [demo_banner(self.lang)] if title and self.synthetic else []
        return Page(fragment(top + body, lang=self.lang, banners=banners))


@dataclass(frozen=True)
class WeekReport(Reported):
    """A week that is over; `reviewed` holds its frames."""

    reviewed: Weekly

    def followed(self) -> Page:
        """The plan beside what happened."""
        table = self.reviewed.followed
        body = weekly.followed_card(table, lang=self.lang, synthetic=self.synthetic)
        span = self.reviewed.window
        first, last = (day(when, self.lang) for when in (span.start, span.end - HOUR))
        year = local(span.end - HOUR).year
        title = t("weekly.title", self.lang, first=first, last=last, year=year)
        return self._page(body, title)

    def saved(self) -> Page:
        """What was saved in the newest whole week whose batches were all due."""
        found = self.reviewed.savings
        if found["days"]:
            body = savings.savings_card(found, lang=self.lang, synthetic=self.synthetic)
            body += savings.saved_by_day(found, lang=self.lang, synthetic=self.synthetic)
        else:
            why = "; ".join(one["why"] for one in found["left_out"])
            body = weekly.untold_card(why, lang=self.lang, synthetic=self.synthetic)
        return self._page(body)

    def accuracy(self) -> Page:
        """The forecasts that were issued, beside the prices that came."""
        seen = self.reviewed.issued
        judged = seen.models if seen else []
        return self._page(
            days.issued(
                judged,
                seen.days if seen else 0,
                alert=bool(seen and seen.alert),
                lang=self.lang,
                synthetic=self.synthetic,
            )
        )

    def alerts(self) -> Page:
        """What deserved attention, and on which evenings."""
        raised = self.reviewed.alerts
        return self._page(
            weekly.alerts_of_week_card(raised, lang=self.lang, synthetic=self.synthetic)
        )

    def gaps(self) -> Page:
        """What the series lack of the week."""
        text = t("weekly.gaps.text", self.lang)
        return self._page(
            quality.wholeness_card(
                self.reviewed.series, lang=self.lang, synthetic=self.synthetic, text=text
            )
        )


@dataclass(frozen=True)
class DataReport(Reported):
    """The data of a moment; `found` holds its frames."""

    found: DataQuality

    def wholeness(self) -> Page:
        """How far behind each series is, and what it lacks."""
        body = quality.wholeness_card(self.found.series, lang=self.lang, synthetic=self.synthetic)
        return self._page(body, t("quality.title", self.lang))

    def gaps(self) -> Page:
        """The newest gaps."""
        table = self.found.gaps()
        return self._page(
            quality.gaps_card(table, lang=self.lang, synthetic=self.synthetic, most=GAPS)
        )

    def refused(self) -> Page:
        """The rows in quarantine."""
        table = self.found.refused
        return self._page(quality.refused_card(table, lang=self.lang, synthetic=self.synthetic))

    def runs(self) -> Page:
        """How the sources did, and what was healed."""
        found = self.found
        return self._page(
            quality.runs_card(found.runs, found.days, lang=self.lang, synthetic=self.synthetic)
        )

    def stored(self) -> Page:
        """What is stored."""
        table = self.found.stored
        return self._page(quality.stored_card(table, lang=self.lang, synthetic=self.synthetic))


@dataclass(frozen=True)
class ClimateReport(Reported):
    """The climate of the site; `history` holds its frames."""

    history: ClimateHistory

    @property
    def normals_frame(self) -> pd.DataFrame:
        """What is usual in each month: see `insights.climate_history.normals`."""
        return self.history.normals

    def span(self) -> Page:
        """What it is of."""
        body = climate.span_card(self.history, lang=self.lang)
        return self._page(body, t("climate_history.title", self.lang))

    def normals(self) -> Page:
        """What is usual in each month."""
        return self._page(climate.normals_card(self.history, lang=self.lang))

    def hot_days(self) -> Page:
        """Hot days by year, and their trends."""
        return self._page(climate.hot_days_card(self.history, lang=self.lang))

    def unfit(self) -> Page:
        """Hours that are wrong for tempering."""
        return self._page(climate.unfit_card(self.history, lang=self.lang))

    def extremes(self) -> Page:
        """The records."""
        return self._page(climate.extremes_card(self.history, lang=self.lang))

    def prices(self) -> Page:
        """How the weather goes with the price."""
        rows = self.history.correlations
        return self._page(climate.correlations_card(rows, lang=self.lang, synthetic=self.synthetic))
