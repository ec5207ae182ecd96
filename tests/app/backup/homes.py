"""A home with something of everything, and what must be the same of two homes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.backup.creating import Made, create
from chocolib.app.context import real_store
from chocolib.app.settings import Settings, read_settings
from chocolib.core.schema import MEASUREMENTS
from chocolib.store.shelf import Shelf
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.store.histories import writes

SECRET = "s3cr3t-of-the-plant"  # noqa: S105
#: What a backup of `fill_home` has besides the store.
FILES = [
    "models/champion/latest",
    "models/champion/{version}/arrays.npz",
    "models/champion/{version}/manifest.json",
    "models/champion/{version}/manifest.seal",
    "models/key",
    "reports/daily-2025-11-20.html",
    "reports/daily-2025-11-20.ipynb",
    "notebooks/mine.ipynb",
    "notices/topics.json",
    "jobs/state.json",
]


def told(_what: str, _part: float) -> None:
    """Nobody listens."""


def fill_store(store: SqliteStore, hours: int = 400) -> None:
    """Every measurement, with corrections, flags and missing values."""
    for name in MEASUREMENTS:
        for frame, received_at in writes(name, 4, 3):
            store.write(name, frame, received_at=received_at)
    store.write("energy_prices", price_frame(made_up_prices("2025-01-01", hours)), received_at=NOW)


def fill_home(home: Path, hours: int = 400) -> str:
    """All that a backup takes, and what it must not take; returns the model's version."""
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        fill_store(store, hours)
    shelf = Shelf(home / "models")
    version = shelf.put("champion", NOW, {"model": "champion"}, {"arrays.npz": b"\x01" * 5000})
    shelf.point("champion", [version])
    for name, text in {
        "reports/daily-2025-11-20.html": "<p>ñ</p>" * 4000,
        "reports/daily-2025-11-20.ipynb": "{}",
        "notebooks/mine.ipynb": '{"cells": []}',
        "notebooks/.ipynb_checkpoints/mine.ipynb": SECRET,
        "notices/topics.json": "{}",
        "notices/topics.lock": "",
        "jobs/state.json": '{"since": {}, "paused": {"plan": "2026-11-01T00:00:00Z"}}',
        "jobs/worker.lock": "",
        "logs/application.log": SECRET,
        "answers/old.json": SECRET,
        ".env": f"AEMET_API_KEY={SECRET}",
        "reports/.draft.html": SECRET,
    }.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (home / "reports" / "link.html").symlink_to(home / ".env")
    return version


def backed_up(now: pd.Timestamp = NOW, settings: Settings | None = None) -> Made:
    """A backup of the home of the settings."""
    settings = settings or read_settings()
    with closing(real_store(settings)) as store:
        return create(settings, store, now=now, tell=told)


def files_of(home: Path) -> dict[str, str]:
    """SHA-256 of every file but the store's own, by name."""
    found = (path for path in home.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if not path.name.startswith("chocolib.sqlite")
    }


def rows_of(home: Path) -> dict[str, pd.DataFrame]:
    """Every version of every measurement."""
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        return {name: store.history(name) for name in MEASUREMENTS}


def assert_same_rows(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """All measurements to the row."""
    assert list(one) == list(other)
    for name, rows in one.items():
        pd.testing.assert_frame_equal(rows, other[name])


def set_to(monkeypatch: pytest.MonkeyPatch, **named: object) -> Settings:
    """The settings with some of their variables set."""
    for name, value in named.items():
        monkeypatch.setenv(f"CHOCOLIB_{name}", str(value))
    return read_settings()


def rewritten(archive: Path, change: Callable[[bytes], bytes]) -> None:
    """A backup whose tar was changed by somebody who knows how to sign it."""
    import gzip

    from chocolib.store.packed import Packer

    text = change(gzip.decompress(archive.read_bytes()))
    with archive.open("w+b") as file:
        packer = Packer(file)
        packer.write(text)
        packer.close()
        packer.sign(file)


def manifest_of(archive: Path) -> dict[str, object]:
    """What stands in an archive's manifest, read without chocolib."""
    import tarfile

    with tarfile.open(archive) as tar:
        text = tar.extractfile("MANIFEST.json")
        assert text
        found: dict[str, object] = json.loads(text.read())
        return found
