"""What the workbench gives back of reviewed plans: pages, one per question."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.plan_review import PlanReview
from chocolib.core.i18n import t
from chocolib.core.plans import Plan
from chocolib.doors.page import Page
from chocolib.ui.cards import savings
from chocolib.ui.pages import demo_banner, heading
from chocolib.ui.theme import fragment


@dataclass(frozen=True)
class Planned:
    """The plans of the last weeks beside what came.

    Attributes:
        reviewed: see `app.plan_review.PlanReview`.
    """

    context: Context
    reviewed: PlanReview

    @property
    def days(self) -> pd.DataFrame:
        """EUR of every plan by day with demand, with `batches`, `kg` and `energy_kwh`."""
        return pd.DataFrame(self.reviewed.savings["days"]).set_index("day")

    @property
    def best(self) -> Plan:
        """The newest week with perfect foresight."""
        return self.reviewed.best

    def saved(self) -> Page:
        """What was saved: the steps from as usual to the plan."""
        top = heading(
            t("ui.savings.page", self.context.lang), self.context.as_of, self.context.lang
        )
        return self._page(
            savings.savings_card(
                self.reviewed.savings, lang=self.context.lang, synthetic=self._demo
            ),
            top,
        )

    def by_day(self) -> Page:
        """Every day with demand."""
        return self._page(
            savings.saved_by_day(
                self.reviewed.savings, lang=self.context.lang, synthetic=self._demo
            )
        )

    def binding(self) -> Page:
        """Which rules keep batches from cheaper hours."""
        return self._page(
            savings.binding_card(
                self.reviewed.binding, lang=self.context.lang, synthetic=self._demo
            )
        )

    def what_if(self) -> Page:
        """The newest week with another demand, or other conches."""
        return self._page(
            savings.what_if_card(
                self.reviewed.what_if, lang=self.context.lang, synthetic=self._demo
            )
        )

    @property
    def _demo(self) -> bool:
        return self.context.store.synthetic

    def _page(self, body: str, top: str = "") -> Page:
        lang = self.context.lang
        banners = [demo_banner(lang)] if top and self._demo else []
        return Page(fragment(top + body, lang=lang, banners=banners))
