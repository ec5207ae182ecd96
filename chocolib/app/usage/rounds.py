"""What is done unattended: who looked and who is in the Tailnet; at night, order."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.app.usage import tailnet
from chocolib.app.usage.people import visitors_of
from chocolib.app.usage.reading import Read, Tell, read_logs
from chocolib.app.usage.troubles import update
from chocolib.app.usage.upkeep import Tidied, keep_within_bounds
from chocolib.core.time import DAY
from chocolib.core.usage import PROBE_DAYS
from chocolib.store.usage import probes, speeds
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.troubles import Trouble


@dataclass(frozen=True, slots=True)
class Round:
    """What a round brought.

    Attributes:
        read: what was read of the logs.
        told: what is wrong since this round, of the logs, the Tailnet and the clock.
        said: what is wrong with Tailscale, in its own words, for the log of the job.
    """

    read: Read
    told: tuple[Trouble, ...]
    said: str


def round_of(settings: Settings, *, now: pd.Timestamp, tell: Tell | None = None) -> Round:
    """Ask Tailscale, then read on in the access logs; what is wrong is remembered, told once.

    Raises:
        DataError: the files of usage cannot be used.
    """
    found = tailnet.refresh(settings, now=now)
    with UsageFile.usage(settings.home) as file:
        told = _tailnet(file, found, now) + _clock(file, now)
    who = tailnet.who_of(settings, now=now)
    read = read_logs(settings, now=now, visitors=visitors_of, who=who, tell=tell)
    return Round(read, told + read.told, found.said)


def _tailnet(file: UsageFile, found: tailnet.Found, now: pd.Timestamp) -> tuple[Trouble, ...]:
    met = {found.trouble: found.detail} if found.trouble else {}
    return update(file, met, about="tailnet_", lasting=("tailnet_",), now=now)


def _clock(file: UsageFile, now: pd.Timestamp) -> tuple[Trouble, ...]:
    ahead = probes.ahead(file, now=now)
    met = {"probes_ahead": str(ahead)} if ahead else {}
    return update(file, met, about="probes_", lasting=("probes_",), now=now)


@dataclass(frozen=True, slots=True)
class Upkept:
    """What a night's upkeep did.

    Attributes:
        tidied: of what is kept of people.
        probes, requests: rows by the minute and the hour of which only numbers are left now.
    """

    tidied: Tidied
    probes: int
    requests: int


def upkeep(settings: Settings, *, now: pd.Timestamp) -> Upkept:
    """Everything that is kept of usage and health within its bounds, in time and in number.

    Raises:
        DataError: a file of usage cannot be read or written.
    """
    tidied = keep_within_bounds(settings, now=now)
    before = now - PROBE_DAYS * DAY
    with UsageFile.usage(settings.home) as file:
        looks = probes.roll_up(file, before=before)
        answers = speeds.roll_up(file, before=before)
    return Upkept(tidied, looks, answers)
