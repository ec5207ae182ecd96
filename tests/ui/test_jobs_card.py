"""The card of the jobs: good, bad, paused, following, broken; in both languages."""

from __future__ import annotations

import pytest

from chocolib.core import time
from chocolib.core.i18n import Lang
from chocolib.core.views import JobLine
from chocolib.ui.cards.jobs import jobs_card

NOW = time.utc("2025-11-20T20:05")
LINES = (
    JobLine(
        "prices", False, time.utc("2025-11-20T21:05"), "done", time.utc("2025-11-20T20:00"), 2.5
    ),
    JobLine("plan", False, None, "failed", time.utc("2025-11-20T18:05"), 1.0, "no <price>"),
    JobLine("backup", True, None),
    JobLine("gaps", False, None, "running", time.utc("2025-11-20T20:04")),
    JobLine("weekly", False, None, "stopped", time.utc("2025-11-20T19:05"), 60.0, "by hand"),
)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "es",
            [
                "bien, hace 5 min · 2,5 s",
                "falló hace 2 h",
                "en pausa",
                "nunca ejecutada",
                "parada a mano, empezó hace 1 h",
            ],
        ),
        (
            "en",
            [
                "done, 5 min ago · 2.5 s",
                "failed 2 h ago",
                "paused",
                "when there is news",
                "stopped by hand, began 1 h ago",
            ],
        ),
    ],
)
def test_each_job_stands_beside_its_last_run(lang: Lang, said: list[str]) -> None:
    html = jobs_card(LINES, now=NOW, lang=lang).replace("\N{NO-BREAK SPACE}", " ")
    for text in (*said, "no &lt;price&gt;"):
        assert text in html
    assert html.count("<li>") == len(LINES)
    assert "by hand</span>" not in html  # it is no fault, and is said already


def test_a_broken_schedule_and_no_run_at_all_are_said() -> None:
    assert "kaputt &amp; so" in jobs_card((), now=NOW, lang="es", wrong="kaputt & so")
    assert "No job has run yet" in jobs_card(LINES[2:3], now=NOW, lang="en")
