"""`make bench-backup`: a backup of a plant's home beside `cp -r` and `tar czf` of the same folder.

Both only copy: neither waits for a moment at which the store is whole, nor reads again what it
wrote. The home has 131,513 hours of weather in 8 fields, 20 versions of a model and two months
of reports. Each figure is the best of three rounds, taken in turn.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.crowd import weather
from chocolib.app.backup.creating import create
from chocolib.app.backup.restoring import restore
from chocolib.app.backup.trying import drill
from chocolib.app.backup.verifying import verify
from chocolib.app.context import real_store
from chocolib.app.settings import Settings, read_settings
from chocolib.store.shelf import Shelf
from chocolib.store.sqlite import SqliteStore

ROWS, VERSIONS, DAYS, ROUNDS = 131_513, 20, 60, 3
_TARGET_S = 10.0
_NOW = pd.Timestamp("2026-01-02T00:00Z")
_SECOND = pd.Timedelta(seconds=1)


def fill(home: Path) -> None:
    """A store, models and reports of the sizes that a plant has after two months."""
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        store.write("weather_data", weather(ROWS), received_at=_NOW)
    dice = np.random.default_rng(1)
    shelf = Shelf(home / "models")
    for number in range(VERSIONS):
        shelf.put("champion", _NOW + number * _SECOND, {}, {"arrays.npz": dice.bytes(520_000)})
    (home / "reports").mkdir()
    for day in pd.date_range("2025-11-01", periods=DAYS):
        for end, numbers in ((".html", 20_000), (".ipynb", 43_000)):
            text = "\n".join(f'<td x="{n}">' for n in dice.integers(10**4, 10**5, numbers // 2))
            (home / "reports" / f"daily-{day:%Y-%m-%d}{end}").write_text(text)


def told(_what: str, _part: float) -> None:
    """Nobody watches."""


def seconds(deed: Callable[[], object]) -> float:
    """On the wall, what was written included."""
    began = time.perf_counter()
    deed()
    os.sync()
    return time.perf_counter() - began


def deeds(
    settings: Settings, folder: Path, number: int
) -> dict[str, tuple[Path | None, Callable[[], object]]]:
    """What is measured in a round, and what it leaves."""
    home, now = settings.home, _NOW + number * _SECOND
    archive = home / "backups" / f"chocolib-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    copy, tar, new = (folder / f"{name}{number}" for name in ("cp", "tar", "new"))
    plain = [home / name for name in ("chocolib.sqlite", "models", "reports")]

    def made() -> None:
        with closing(real_store(settings)) as store:
            create(settings, store, now=now, tell=told)

    def back() -> None:
        restore(settings, archive, into=new, replace=False, now=now, tell=told)

    copy.mkdir()
    return {
        "cp -r": (copy, lambda: subprocess.run(["cp", "-r", *plain, copy], check=True)),
        "tar czf": (
            tar,
            lambda: subprocess.run(["tar", "czf", tar, "-C", home, *(p.name for p in plain)],
                                   check=True),
        ),
        "chocolib backup create": (archive, made),
        "chocolib backup verify": (
            None, lambda: verify(settings, archive, now=now, tell=told)),
        "chocolib backup restore": (new, back),
        "chocolib backup drill": (None, lambda: drill(settings, archive, now=now, tell=told)),
    }  # fmt: skip


def megabytes(path: Path) -> float:
    """Of a file or a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def report() -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CHOCOLIB_HOME"] = str(Path(folder) / "home")
        settings = read_settings()
        fill(settings.home)
        size = megabytes(settings.home)
        best: dict[str, tuple[float, float]] = {}
        for number in range(ROUNDS):
            for name, (left, deed) in deeds(settings, Path(folder), number).items():
                took = min(seconds(deed), best.get(name, (np.inf, 0.0))[0])
                best[name] = took, megabytes(left) if left else 0.0
        same = _same(settings.home, Path(folder) / "new0")
    rows = [(name, f"{s:.2f}", f"{mb:.1f}" if mb else "") for name, (s, mb) in best.items()]
    table = pd.DataFrame(rows, columns=["", "s", "MB"]).to_string(index=False)
    head = f"A home of {size:.1f} MB, {ROWS:,} hours of weather; target: create < {_TARGET_S:g} s"
    return f"{head}\n{table}\nrestored to the row and the byte: {same}"


def _same(home: Path, new: Path) -> bool:
    """Whether each file that a backup takes, and each row, came back."""
    for folder in ("models", "reports"):
        for path in (home / folder).rglob("*"):
            if path.is_file() and _hash(path) != _hash(new / path.relative_to(home)):
                return False
    with (
        closing(SqliteStore(home / "chocolib.sqlite")) as one,
        closing(SqliteStore(new / "chocolib.sqlite")) as other,
    ):
        return one.history("weather_data").equals(other.history("weather_data"))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    print(report())
