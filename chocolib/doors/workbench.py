"""The analyst's workbench: a thin face over the use cases, for notebooks and scripts."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from chocolib.app import (
    climate,
    coverage,
    daily,
    data_quality,
    gaps,
    plan_review,
    production,
    review,
    training,
    weekly,
    why,
)
from chocolib.app.context import Context, open_context
from chocolib.app.plan_store import plan_of
from chocolib.app.views.today import today_view
from chocolib.core.errors import NotEnoughData, PlanInfeasible
from chocolib.core.results import Forecast, Plan
from chocolib.core.roles import Role
from chocolib.core.scores import HourScores
from chocolib.core.time import parse_as_of, parse_window
from chocolib.core.views import no_plan
from chocolib.doors.cards import Cards, compose
from chocolib.doors.jobs import Jobs
from chocolib.doors.judged import PriceReview, PriceTraining
from chocolib.doors.page import Page
from chocolib.doors.pages import page_kind
from chocolib.doors.planned import Planned
from chocolib.doors.reported import ClimateReport, DataReport, WeekReport
from chocolib.doors.tools import Tools
from chocolib.models.production_review import Trained
from chocolib.models.registry import DEFAULT_MODEL, model_name
from chocolib.ui import notebook, pages
from chocolib.ui.cards.why import why_card
from chocolib.ui.theme import fragment

if TYPE_CHECKING:
    from chocolib.ui.live.chat import Chat
    from chocolib.ui.live.reasons import Reasons
    from chocolib.ui.live.what_if import WhatIf


class Workbench:
    """What is stored and what follows from it, as frames and small objects.

    Everything is as known at the moment the workbench was opened for; times are
    UTC, prices EUR/kWh.
    """

    def __init__(self, context: Context, *, user: str = "", role: Role = "admin") -> None:
        self.context = context
        self.user, self.role = user, role
        self.problems: tuple[str, ...] = ()

    def __repr__(self) -> str:
        kind = "demonstration data" if self.context.store.synthetic else "real data"
        return f"<chocolib workbench, {kind}, as of {self.context.as_of:%Y-%m-%d %H:%M} UTC>"

    def prices(self, period: str | None = None) -> pd.DataFrame:
        """Hourly PVPC; `period` is "2025", "2025-01", "2025-01-15" or "FROM/TO" (Madrid).

        Raises:
            NotEnoughData: nothing is stored; SettingsError: not a period.
        """
        return daily.prices(self.context, parse_window(str(period)) if period is not None else None)

    def weather(self, period: str | None = None) -> pd.DataFrame:
        """Hourly outdoor weather, a row per station and hour; see `prices` for `period`."""
        return self._read(
            "weather_data",
            period,
            "chocolib ingest weather fetches some; wb.climate() is daily, after "
            "chocolib import siar PATH",
        )

    def climate(self, period: str | None = None) -> pd.DataFrame:
        """Daily SIAR weather since 2000; see `prices` for `period`."""
        return self._read("siar_daily", period, "chocolib import siar PATH reads daily files")

    def coverage(self) -> pd.DataFrame:
        """How whole each observed series is."""
        return pd.DataFrame(coverage.coverage(self.context.store))

    def gaps(self, since: str | None = None) -> pd.DataFrame:
        """Every stretch of missing steps: measurement, series, UTC start and end, how many.

        Args:
            since: Madrid time; default each series' first row.
        """
        start = parse_as_of(since, now=self.context.now) if since else None
        found = gaps.find_gaps(self.context.store, as_of=self.context.as_of, since=start)
        columns = ["measurement", "series", "start", "end", "missing", "not_available"]
        rows = [
            {"measurement": one["measurement"], "series": one["series"], **gap}
            for one in (series.to_dict() for series in found)
            for gap in one["gaps"]
        ]
        return pd.DataFrame(rows, columns=columns)

    def forecast(self, horizon: int = daily.HORIZON, model: str = DEFAULT_MODEL) -> Forecast:
        """A price forecast; its `.frame` has q10, q50, q90 and known per UTC hour."""
        return daily.forecast(self.context, horizon=horizon, model=model)

    def plan(self, days: int = daily.PLAN_DAYS, model: str = DEFAULT_MODEL) -> Plan:
        """The cheapest plan for the local days that follow."""
        return daily.plan(self.context, days=days, model=model)

    def update(
        self, days: int = daily.PLAN_DAYS, model: str = DEFAULT_MODEL, *, anew: bool = True
    ) -> Plan | None:
        """Forecast, plan, and keep both in the store.

        With `anew=False`, what is kept for this very moment is taken as it is.

        Where the demand cannot be made the forecast is kept, the plan is None, and
        `today()` says what stands in the way; `plan()` raises it with its numbers.
        """
        self.problems = ()
        kept = None if anew else plan_of(self.context)
        try:
            return kept or daily.update(self.context, days=days, model=model)
        except PlanInfeasible as error:
            self.problems = (no_plan(error.bottleneck, self.context.lang),)
            return None

    def scores(self, hours: int = production.HOURS) -> HourScores:
        """The energy score of the hours to come; its `.frame` has the parts and the class."""
        return production.score_hours(self.context, hours=hours)

    def train_production(self) -> Trained:
        """The forests of score and class, and how they did on days not seen; a minute.

        Raises:
            NotEnoughData: too few hours have a price and weather.
        """
        return production.train_production(self.context)

    def production_review(self, made: Trained) -> Page:
        """What was foretold from what, how well, and the scores of the hours to come."""
        hours = self.scores()
        return Page(pages.production_fragment(made, hours, lang=self.context.lang))

    def today(self) -> Page:
        """The page "today", as the dashboard shows it."""
        view = today_view(self.context)
        return Page(pages.today_fragment(replace(view, problems=self.problems + view.problems)))

    def page(self, name: str) -> Page:
        """A page as the dashboards show it: "today", "week", "plan" and so on.

        Raises:
            SettingsError: there is no such page; names those there are.
        """
        return self.today() if name == "today" else Page(page_kind(name).html(self.context))

    @property
    def cards(self) -> Cards:
        """Every card by name, alone: `wb.cards.price_now()`; `dir(wb.cards)` lists them."""
        return Cards(self.context)

    @property
    def tools(self) -> Tools:
        """Every answer of the catalogue: `wb.tools.optimal_windows(hours=4)`; see docs/tools.md."""
        return Tools(self.context)

    def compose(self, title: str, *cards: Page) -> Page:
        """A page of one's own, of cards (or of whole pages) in their order.

        Raises:
            SettingsError: something is not a card.
        """
        return compose(self.context, title, *cards)

    def what_if(self) -> WhatIf:
        """Controls that plan the kept plan again in a changed factory; nothing is kept."""
        from chocolib.ui.live.questions import what_if_controls

        return what_if_controls(self.context)

    def reasons(self) -> Reasons:
        """The batches of the kept plan to choose from, each explained; see `explain`."""
        from chocolib.ui.live.questions import reasons_list

        return reasons_list(self.context)

    def chat(self) -> Chat:
        """Questions in words, answered from the catalogue of answers; nothing is changed."""
        from chocolib.ui.live.talk import chat_of

        return chat_of(self.context, user=self.user, role=self.role)

    def train(self, model: str = DEFAULT_MODEL) -> PriceTraining:
        """A new version of a model, tried on the last weeks, used if it misses less."""
        name = model_name(model)
        return PriceTraining.of(self.context, name, training.train(self.context, name))

    def review(
        self,
        *,
        weeks: int = review.WEEKS,
        models: str = ",".join(review.MODELS),
        every_days: int = 7,
    ) -> PriceReview:
        """The last weeks replayed, what was issued and decided; `models` by comma."""
        made = review.review(
            self.context,
            weeks=weeks,
            models=models.split(","),
            every_days=every_days,
            jobs=-1,
            tell=_origins_done,
        )
        return PriceReview.of(self.context, made)

    def plan_review(self, days: int = 28, model: str = DEFAULT_MODEL) -> Planned:
        """The plans of the last whole weeks beside what came, and what binds them."""
        made = plan_review.review_plans(
            self.context, days=days, model=model_name(model), jobs=-1, tell=_weeks_done
        )
        return Planned(self.context, made)

    def weekly(self, model: str = DEFAULT_MODEL) -> WeekReport:
        """The week before `as_of`: plan and what happened, savings, accuracy, alerts, gaps."""
        made = weekly.weekly(self.context, model=model_name(model), tell=_weeks_done)
        return WeekReport(self.context, made)

    def data_quality(self, days: int = 7) -> DataReport:
        """What is stored, what lacks, what was refused, how the sources did in the last days."""
        return DataReport(self.context, data_quality.data_quality(self.context, days=days))

    def climate_history(self) -> ClimateReport:
        """What the SIAR stations say of the climate since 2000.

        Raises:
            NotEnoughData: no SIAR day is stored.
        """
        return ClimateReport(self.context, climate.climate_history(self.context))

    @property
    def jobs(self) -> Jobs:
        """The scheduled jobs beside their last runs; `wb.jobs.run("daily_report")` runs one."""
        return Jobs(self.context)

    def explain(self, batch: str) -> Page:
        """Why a batch of the newest kept plan, else of one made now, is when it is."""
        lang, synthetic = self.context.lang, self.context.store.synthetic
        reason = why.explained(self.context, batch)
        return Page(fragment(why_card(reason, lang=lang, synthetic=synthetic), lang=lang))

    def _read(self, measurement: str, period: str | None, what: str) -> pd.DataFrame:
        window = parse_window(str(period)) if period is not None else None
        frame = self.context.store.read(measurement, window, as_of=self.context.as_of)
        nothing = (
            frame.empty and self.context.store.latest(measurement, as_of=self.context.as_of).empty
        )
        if nothing:
            raise NotEnoughData(f"no {measurement} is stored", hint=what)
        return frame


def _origins_done(done: int, of: int) -> None:
    """Progress goes to standard error, which reports leave out."""
    sys.stderr.write(f"{done} of {of} origins\n")


def _weeks_done(done: int, of: int) -> None:
    sys.stderr.write(f"{done} of {of} weeks\n")


def open_workbench(
    *, as_of: str | None = None, lang: str | None = None, user: str = "", role: Role = "admin"
) -> Workbench:
    """The workbench on this machine's store; results show themselves in a notebook."""
    context = open_context(as_of=as_of, lang=lang, role=role)
    notebook.register(context.lang)
    return Workbench(context, user=user, role=role)
