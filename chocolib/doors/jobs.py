"""The jobs in a notebook: a table of their last runs, and one run at once, followed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from chocolib.app.context import Context, clock, open_for_writing
from chocolib.app.jobs.by_hand import run_by_hand
from chocolib.app.jobs.stopping import stop_run
from chocolib.app.views.jobs import job_lines
from chocolib.core.jobs.runs import JobRun
from chocolib.core.views import JobLine
from chocolib.ui.cards.jobs import jobs_card
from chocolib.ui.theme import fragment


@dataclass(frozen=True, slots=True)
class Jobs:
    """The scheduled jobs; shows itself in a notebook, always as they are now."""

    context: Context

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """Every job beside its last run; none in a replay."""
        return job_lines(self.context)

    @property
    def frame(self) -> pd.DataFrame:
        """The same as a frame: name, paused, next, outcome, began, duration_s, error; UTC."""
        names = JobLine.__slots__
        return pd.DataFrame(
            [[getattr(one, name) for name in names] for one in self.lines], columns=list(names)
        )

    def run(
        self, name: str, *, as_of: str | None = None, parameters: Mapping[str, str] | None = None
    ) -> JobRun:
        """Run a job now and follow what it says; it is on record like any other run.

        Raises:
            SettingsError: no such job, or a run of it goes on.
        """
        settings, store = open_for_writing()
        try:
            return run_by_hand(
                settings,
                store,
                name,
                clock=clock,
                tell=_tell,
                as_of=as_of,
                parameters=parameters,
            )
        finally:
            store.close()

    def stop(self, name: str) -> JobRun:
        """End the run of a job that goes on, whoever began it; how it ended.

        Raises:
            SettingsError: no such job, or no run of it goes on.
        """
        settings, store = open_for_writing()
        try:
            return stop_run(settings, store, name, clock=clock)
        finally:
            store.close()

    def _repr_html_(self) -> str:
        lang = self.context.lang
        return fragment(jobs_card(self.lines, now=self.context.now, lang=lang), lang=lang)


def _tell(text: str) -> None:
    sys.stdout.write(text)
