"""Older layouts of the file, and the steps from each to the next one.

A step is written as it was when its layout was new and never changes: it may not look
at the schema of today. All steps run in the one transaction of their caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from chocolib.core.quarantine import row_id


def migrate(db: sqlite3.Connection, version: int) -> None:
    """From `version` (0: an empty file) to the layout of today, every row kept.

    Raises:
        sqlite3.Error: the file is not as its version says.
    """
    for step in _STEPS[version - 1 :] if version else ():
        step(db)


def _to_2(db: sqlite3.Connection) -> None:
    """Weather tells of wind direction and gusts; a refused row has a name and a state."""
    for table in ("weather_data", "weather_data__earlier"):
        db.execute(f"alter table {table} add column wind_direction_deg real")
        db.execute(f"alter table {table} add column wind_gust_ms real")
    db.create_function("row_id", 2, row_id, deterministic=True)
    for table, key in (
        ("quarantine", "time, measurement, row_id"),
        ("quarantine__earlier", "time, measurement, row_id, available_at"),
    ):
        db.execute(f"alter table {table} rename to {table}__1")
        db.execute(
            f"create table {table}(time integer, measurement text, row_id text, payload text, "
            "reason text, origin text, state text, source text, available_at integer, "
            f"flag text, primary key({key})) without rowid"
        )
        db.execute(
            f"insert into {table}(time, measurement, row_id, payload, reason, origin, state, "
            "source, available_at, flag) select time, measurement, row_id(time, payload), payload, "
            f"reason, origin, 'held', source, available_at, flag from {table}__1"
        )
        db.execute(f"drop table {table}__1")


def _to_3(db: sqlite3.Connection) -> None:
    """A price forecast has a 90 % band, the version that made it, and remarks."""
    for table in ("price_forecast", "price_forecast__earlier"):
        for column in ("q05 real", "q95 real", "version text", "remarks text"):
            db.execute(f"alter table {table} add column {column}")


def _to_4(_: sqlite3.Connection) -> None:
    """The runs of jobs have tables of their own, which are made with those that are missing."""


def _to_5(_: sqlite3.Connection) -> None:
    """What the answers of the chat took has tables of its own, made as those of layout 4."""


_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_to_2, _to_3, _to_4, _to_5)
