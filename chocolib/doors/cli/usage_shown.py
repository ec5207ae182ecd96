"""Usage as a terminal shows it, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from chocolib.core.time import iso, local

if TYPE_CHECKING:
    from chocolib.app.usage.state import State
    from chocolib.core.usage import ActiveUsers, Seen, Usage


def as_json(value: Any) -> Any:
    """Dataclasses, frames and times as JSON has them: NaN is null, an index is a field."""
    if isinstance(value, pd.DataFrame):
        return [as_json(row) for row in value.reset_index().to_dict("records")]
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(one) for one in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    return value


def why_not(found: Usage | ActiveUsers, role: str) -> str:
    """What stands where there is no number: nobody knows it, or a viewer is not told."""
    return "not known" if role == "admin" or found.read_until is None else "not told"


def usage_lines(found: Usage, missing: str) -> Iterator[str]:
    """The numbers of a window, a line each; `missing` stands where there is none."""
    people, returning = told(found.people, missing), told(found.returning, missing)
    devices, sessions = told(found.devices, missing), told(found.sessions, missing)
    hours = None if found.seconds is None else round(found.seconds / 3600, 1)
    yield f"Days: {found.days}, {read_until(found.read_until)}"
    yield f"People: {people}, on two days or more: {returning}"
    yield f"Devices: {devices}, sessions: {sessions}"
    yield f"Pages opened: {told(found.views, missing)}, hours on screen: {told(hours, missing)}"


def day_rows(found: Usage, missing: str) -> list[dict[str, Any]]:
    """A row for each day; `missing` stands where there is no number."""
    return [
        {
            "day": f"{day:%a %d %b}",
            **{str(name): told(_plain(value), missing) for name, value in row.items()},
        }
        for day, row in zip(found.by_day.index, found.by_day.to_dict("records"), strict=True)
    ]


def seen_rows(seen: tuple[Seen, ...], missing: str, most: int = 10) -> list[dict[str, Any]]:
    """A row for each of the most viewed pages or cards."""
    return [
        {
            "seen": "/".join(filter(None, (one.page, one.card))),
            "views": told(one.views, missing),
            "people": told(one.people, missing),
            "min": "" if one.seconds is None else f"{one.seconds / 60:.0f}",
        }
        for one in seen[:most]
    ]


def visitor_rows(found: Usage) -> list[dict[str, Any]]:
    """A row for each person; there is none for viewers."""
    return [
        {
            "who": one.name or one.visitor,
            "sessions": one.sessions,
            "views": one.views,
            "min": f"{one.seconds / 60:.0f}",
            "favourites": ", ".join(one.favourites),
            "last": moment(one.last),
            "devices": ", ".join(one.devices),
        }
        for one in found.visitors
    ]


def present_rows(found: ActiveUsers) -> list[dict[str, Any]]:
    """A row for each person who is there; there is none for viewers."""
    return [
        {
            "who": one.name or one.visitor,
            "device": one.device,
            "page": one.page,
            "since": moment(one.since),
            "last": moment(one.last),
        }
        for one in found.present
    ]


def state_rows(found: State) -> list[dict[str, Any]]:
    """What is kept, a row each."""
    files = [{"what": name, "": f"{size / 1e6:.2f} MB"} for name, size in found.files.items()]
    return [
        *files,
        {"what": "views", "": found.views},
        {"what": "oldest view", "": moment(found.oldest)},
        {"what": "days of numbers only", "": found.days},
        {"what": "people and addresses", "": found.people},
        {"what": "key in use since", "": moment(found.key_since)},
        {"what": "log read", "": moment(found.read_until)},
    ]


def told(number: float | None, missing: str) -> str:
    """A number, or what stands where there is none."""
    return missing if number is None else f"{number:,}"


def read_until(when: pd.Timestamp | None) -> str:
    """Up to where the log was read."""
    return f"log read {moment(when)}" if when is not None else "no log was read yet"


def moment(when: pd.Timestamp | None) -> str:
    """A time on Madrid's clock; a dash for none."""
    return "-" if when is None else f"{local(when):%Y-%m-%d %H:%M}"
