"""The functions that jobs run: each opens what it needs, does one use case, and says what came.

They are imported in the process of a run, never in the worker; what only one of them needs
is imported in it, for every run pays for what is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from chocolib.app.context import Context, clock, open_context, open_for_writing
from chocolib.app.jobs.task import Done, Function, Task
from chocolib.app.logs import keep_logs
from chocolib.app.settings import read_settings
from chocolib.core.errors import DataError, SourceUnavailable
from chocolib.core.i18n import t

if TYPE_CHECKING:
    from chocolib.app.collect import Outcome
    from chocolib.app.runs import Run
    from chocolib.core.results import Written
    from chocolib.core.time import Window


def ingest_prices(_: Task) -> Done:
    """New prices; news when a row is new or changed.

    Raises:
        SourceUnavailable: nobody delivered what is due.
    """
    from chocolib.app.collect import ingest_prices as ask
    from chocolib.app.collect import missing_window

    settings, store = open_for_writing()
    window = missing_window(store, now=clock())
    return _brought(ask(store, settings, window, clock=clock, tell=_say))


def ingest_weather_(_: Task) -> Done:
    """The last day's weather and the days ahead.

    Raises:
        SourceUnavailable: nobody delivered what is due.
    """
    from chocolib.app.collect import ingest_forecasts, ingest_weather

    settings, store = open_for_writing()
    observed = ingest_weather(store, settings, clock=clock, tell=_say)
    return _brought(observed + ingest_forecasts(store, settings, clock=clock, tell=_say))


def heal_gaps(_: Task) -> Done:
    """Missing steps from the best source; news when prices were among them."""
    from chocolib.app.backfill import backfill
    from chocolib.app.feeds import history_sources

    settings, store = open_for_writing()
    healed = list(backfill(store, history_sources(settings), clock=clock, tell=_say))
    for one in healed:
        _note(f"{one.measurement}: {one.missing} missing, {one.healed} healed")
    prices = sum(one.healed for one in healed if one.measurement == "energy_prices")
    return Done(rows=sum(one.healed for one in healed), news=prices > 0)


def forecast(task: Task) -> Done:
    """168 hours of prices, kept."""
    from chocolib.app import daily

    context = _context(task)
    made = daily.forecast(context)
    daily.keep_forecast(context, made)
    for remark in made.remarks:
        _note(remark.text("en"))
    return Done(rows=len(made.frame), news=True, artefacts=(made.version,) if made.version else ())


def plan(task: Task) -> Done:
    """The plan of the next days with its risk, kept."""
    from chocolib.app import daily

    context = _context(task)
    made = daily.plan(context, risk=0.0)
    daily.keep_plan(context, made)
    _note(f"{made.status}: {made.best.kg:g} kg for {made.best.cost_eur:.2f} EUR")
    return Done(rows=1, news=True)


def alerts(task: Task) -> Done:
    """Every alert of the moment in the log; what is new goes to whoever is to be told."""
    from chocolib.app.alert_notices import send_news
    from chocolib.app.alerts import attention

    context = _context(task)
    found = attention(context)
    for alert in found.alerts:
        _note(f"{alert.level}: {t(alert.rule.title, context.lang)}")
    if not context.replay:
        told = send_news(context, found)
        for wrong in told.failed.values():
            _note(f"not told: {wrong}")
        _note(f"{len(told.sent)} told, {len(told.held)} held back")
    return Done(rows=len(found.alerts))


def train_price(task: Task) -> Done:
    """A version of the price model, in use if it misses less."""
    from chocolib.app.training import train
    from chocolib.models.registry import DEFAULT_MODEL

    made = train(_context(task), DEFAULT_MODEL)
    _note(f"{made.version}: {made.decision['why']}")
    return Done(news=bool(made.decision["promoted"]), artefacts=(made.version,))


def train_production(task: Task) -> Done:
    """A version of the production models, measured."""
    from chocolib.app.production_versions import train_production_version

    made = train_production_version(_context(task))
    _note(f"{made.version}: {made.decision['why']}")
    return Done(artefacts=(made.version,))


def health(_: Task) -> Done:
    """What `chocolib health` finds, in the log; rows counts what is not well."""
    from chocolib.app.jobs.health import look
    from chocolib.app.logs import scheduler

    settings = read_settings()
    keep_logs(settings)
    bad = [found for found in look(settings, now=clock()) if not found.ok]
    for found in bad:
        _note(f"{found.what}: {found.detail}")
    scheduler.log(30 if bad else 20, "health", extra={"bad": [found.what for found in bad]})
    return Done(rows=len(bad))


def backup(_: Task) -> Done:
    """A backup that was looked through; those it makes superfluous are deleted.

    Raises:
        SettingsError: recipients or an identity that cannot be used.
        DataError: it cannot be made, or is not as it should be.
    """
    from chocolib.app.backup.creating import create
    from chocolib.app.backup.pruning import prune

    settings, store = open_for_writing()
    made = create(settings, store, now=clock(), tell=_silent)
    _note(f"{made.archive.path.name}: {made.archive.size / 1e6:.1f} MB, {made.archive.state}")
    for lost in made.lost:
        _note(f"fewer than in the backup before: {lost}")
    for old in prune(settings):
        _note(f"deleted: {old.path.name}")
    return Done(artefacts=(made.archive.path.name,))


def drill(_: Task) -> Done:
    """The newest backup, restored for a moment, compared and used.

    One that opens only elsewhere is left to a person there.

    Raises:
        DataError: something was not as it should be.
    """
    from chocolib.app.backup import place
    from chocolib.app.backup.looking import is_encrypted
    from chocolib.app.backup.trying import drill as try_it

    settings = read_settings()
    path = place.chosen(settings, None)
    if is_encrypted(path) and settings.backup_identity is None:
        _note(f"{path.name} opens only where its identity is: drill it there")
        return Done()
    done = try_it(settings, path, now=clock(), tell=_silent)
    for check in done.checks:
        _note(f"{check.what}: {check.detail}")
    if not done.ok:
        bad = ", ".join(check.what for check in done.checks if check.ok is False)
        raise DataError(f"not as it should be: {bad}", path=str(path))
    return Done()


def usage(_: Task) -> Done:
    """Who is in the Tailnet, then what is new in the access logs; rows counts their lines.

    Raises:
        DataError: the files of usage cannot be used.
    """
    from chocolib.app.usage.rounds import round_of
    from chocolib.app.usage.troubles import said

    settings = read_settings()
    done = round_of(settings, now=clock())
    if done.said:
        _note(done.said)
    for trouble in done.told:
        _note(said(trouble, "en"))
    for what, count in sorted(done.read.lines.items()):
        _note(f"{what}: {count}")
    return Done(rows=done.read.lines.total())


def usage_upkeep(_: Task) -> Done:
    """What is kept of usage and health within its bounds: older days as numbers, a fresh key.

    Raises:
        DataError: a file of usage cannot be used.
    """
    from chocolib.app.usage.rounds import upkeep

    done = upkeep(read_settings(), now=clock())
    tidied = done.tidied
    _note(f"{tidied.deleted} views, {done.probes} probes, {done.requests} requests rolled up")
    _note(f"{tidied.unseen} left the register, {tidied.rekeyed} have another pseudonym")
    return Done(rows=tidied.deleted + done.probes + done.requests)


def report(task: Task) -> Done:
    """A notebook as a report."""
    from chocolib.app.reports import run_report

    name = str(task.job.report)
    made = run_report(_context(task), name, as_page=task.as_page, given=dict(task.parameters))
    return Done(artefacts=(made.name,))


FUNCTIONS: Mapping[str, Function] = {
    "ingest_prices": ingest_prices,
    "ingest_weather": ingest_weather_,
    "heal_gaps": heal_gaps,
    "forecast": forecast,
    "plan": plan,
    "alerts": alerts,
    "train_price": train_price,
    "train_production": train_production,
    "health": health,
    "backup": backup,
    "drill": drill,
    "usage": usage,
    "usage_upkeep": usage_upkeep,
}
#: Those of the schedule, and what runs the notebooks.
EVERY: Mapping[str, Function] = {**FUNCTIONS, "report": report}


def _context(task: Task) -> Context:
    """The context of a run: the real store, and the moment it was asked to stand at."""
    settings = read_settings()
    keep_logs(settings)
    return open_context(as_of=task.as_of)


def _brought(outcomes: list[Outcome]) -> Done:
    """What a round of sources brought.

    Raises:
        SourceUnavailable: something due was delivered by nobody; what came is kept.
    """
    runs = [run for outcome in outcomes for run in outcome.runs]
    for run in runs:
        if run.error:
            _note(str(run.error))
    fresh = sum(run.written.new + run.written.updated for run in runs)
    lost = [outcome.measurement for outcome in outcomes if not outcome.delivered]
    if lost:
        said = "; ".join(run.error.message for run in runs if run.error) or "no source has it"
        raise SourceUnavailable(f"not all that is due was delivered: {said}", source=lost[0])
    return Done(rows=fresh, news=fresh > 0)


def _say(run: Run, part: Window, done: Written) -> None:
    _note(f"{run.feed} {_day(part.start)} to {_day(part.end)}: {done}")


def _day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"


def _silent(_what: str, _part: float) -> None:
    """Nobody watches."""


def _note(text: str) -> None:
    """A line for the log of the run, which is its standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
