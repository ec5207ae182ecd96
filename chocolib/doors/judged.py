"""What the workbench gives back of trained and reviewed models: pages, one per question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.review import Reviewed, what_moves
from chocolib.app.training import Outcome, shown
from chocolib.core.i18n import Lang, t
from chocolib.doors.page import Page
from chocolib.models import review
from chocolib.models.registry import DEFAULT_MODEL
from chocolib.models.scores import by_clock, by_day, scores
from chocolib.models.trial import CHALLENGER
from chocolib.ui.cards import days, errors, figures, training
from chocolib.ui.pages import demo_banner, heading
from chocolib.ui.theme import fragment

#: Bad days that are shown.
WORST = 6


@dataclass(frozen=True)
class Judged:
    """Forecasts beside what came.

    Attributes:
        frame: as `models.backtest` frames them.
        model: whose bands, weeks and worst days are shown.
    """

    context: Context
    frame: pd.DataFrame
    model: str

    @property
    def lang(self) -> Lang:
        """The language of the pages."""
        return self.context.lang

    @property
    def synthetic(self) -> bool:
        """Whether the prices are demonstration data."""
        return self.context.store.synthetic

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The figures of every model: see `models.scores.scores`."""
        return scores(self.frame)

    @property
    def models(self) -> list[str]:
        """The models, best first."""
        return [str(name) for name in self.scores.index]

    def by_day(self) -> Page:
        """The error by horizon day."""
        table = by_day(self.frame)
        return self._page(
            errors.error_by_day(table, self.models, lang=self.lang, synthetic=self.synthetic)
        )

    def by_hour(self) -> Page:
        """The error by hour of the day."""
        table = by_clock(self.frame)
        return self._page(
            errors.error_by_hour(table, self.models, lang=self.lang, synthetic=self.synthetic)
        )

    def calibration(self) -> Page:
        """How often the bands held."""
        held = review.calibration(self.frame, self.model)
        return self._page(
            errors.calibration(held, self.model, lang=self.lang, synthetic=self.synthetic)
        )

    def weeks(self) -> Page:
        """The best, a middle and the worst week: forecast against what came."""
        origins = review.telling_origins(self.frame, self.model)
        chosen = {
            str(name): review.one_week(self.frame, self.model, origin)
            for name, origin in origins.items()
        }
        return self._page(errors.weeks(chosen, lang=self.lang, synthetic=self.synthetic))

    def _page(self, body: str, title: str = "") -> Page:
        top = heading(title, self.context.as_of, self.lang) if title else ""
        banners = [demo_banner(self.lang)] if title and self.synthetic else []
        return Page(fragment(top + body, lang=self.lang, banners=banners))


@dataclass(frozen=True)
class PriceTraining(Judged):
    """A training: what was learnt, how its trial went, and what came of it.

    Attributes:
        name: the model's registered name.
        outcome: see `app.training.Outcome`.
    """

    name: str
    outcome: Outcome

    @classmethod
    def of(cls, context: Context, name: str, outcome: Outcome) -> PriceTraining:
        """With the weekly naive beside the new version."""
        return cls(context, review.with_naive(outcome.frame), CHALLENGER, name, outcome)

    def learnt(self) -> Page:
        """What the version learnt from and what it was tried on."""
        version = self.outcome.version
        manifest = shown(self.context, self.name, version)
        title = t("ui.trained.title", self.lang, model=figures.model_text(self.name, self.lang))
        body = training.learnt(version, manifest, lang=self.lang, synthetic=self.synthetic)
        return self._page(body, title)

    def decision(self) -> Page:
        """Whether it is used, why, and the trial's figures."""
        record = self.outcome.decision
        return self._page(
            training.decision(record, self.scores, lang=self.lang, synthetic=self.synthetic)
        )

    def importance(self) -> Page:
        """What moves its forecasts."""
        moved = what_moves(self.context, self.outcome)
        return self._page(training.importance(moved, lang=self.lang, synthetic=self.synthetic))


@dataclass(frozen=True)
class PriceReview(Judged):
    """The last weeks replayed, and what was issued and decided in them.

    Attributes:
        reviewed: see `app.review.Reviewed`.
    """

    reviewed: Reviewed

    @classmethod
    def of(cls, context: Context, reviewed: Reviewed) -> PriceReview:
        """The default model is looked at closely, else the first that was asked for."""
        names = reviewed.backtest.settings["models"]
        model = DEFAULT_MODEL if DEFAULT_MODEL in names else names[0]
        return cls(context, reviewed.backtest.frame, model, reviewed)

    @cached_property
    def worst(self) -> pd.DataFrame:
        """The days that the model missed most: see `models.review.worst_days`."""
        return review.worst_days(self.frame, self.model, WORST)

    def figures(self) -> Page:
        """The figures of every model over all these weeks."""
        origins = sorted(self.frame["origin"].unique())
        body = errors.replayed(self.scores, origins, lang=self.lang, synthetic=self.synthetic)
        return self._page(body, t("ui.review.title", self.lang))

    def daily(self) -> Page:
        """The error of each day, the worst ones numbered."""
        table = review.daily_error(self.frame)[self.models]
        return self._page(
            days.daily_error(
                table, self.worst, self.model, lang=self.lang, synthetic=self.synthetic
            )
        )

    def worst_days(self) -> Page:
        """The worst days and what they have about them."""
        return self._page(
            days.worst_days(self.worst, self.model, lang=self.lang, synthetic=self.synthetic)
        )

    def held_over_time(self) -> Page:
        """Coverage week by week, and whether the model loses ground."""
        body = errors.held_over_time(
            review.held_by_origin(self.frame, self.model),
            review.drift(self.frame, self.model),
            lang=self.lang,
            synthetic=self.synthetic,
        )
        return self._page(body)

    def issued(self) -> Page:
        """The forecasts that were kept, beside what came."""
        found = self.reviewed.issued
        body = days.issued(
            found.models if found else [],
            found.days if found else 0,
            alert=bool(found and found.alert),
            lang=self.lang,
            synthetic=self.synthetic,
        )
        return self._page(body)

    def versions(self) -> Page:
        """The trained versions there are, and what was decided of them."""
        body = training.versions(
            self.reviewed.versions,
            self.reviewed.decisions,
            lang=self.lang,
            synthetic=self.synthetic,
        )
        return self._page(body)
