"""The files of the reports: how they are named, listed, put in place and tidied up.

`<name>-<Madrid date>.html` and `.ipynb` are a report; `.failed.html` and `.failed.ipynb`
beside them are what became of a run that failed. A report appears whole or not at all.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.time import iso

FAILED = ".failed"
#: Nothing else in the folder is a report, and nothing else is served.
FILE = re.compile(r"([A-Za-z]\w*)-(\d{4}-\d{2}-\d{2})(\.failed)?\.html", re.ASCII)


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was made, or an attempt that failed.

    Attributes:
        name, day: what it is called, and the Madrid date of its moment.
        failed: it ends at the cell that failed.
        html: its page; the executed notebook lies beside it.
        size: bytes of the page and the notebook.
        written_at: UTC, to the second.
    """

    name: str
    day: date
    failed: bool
    html: Path
    size: int
    written_at: pd.Timestamp

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.html.with_suffix(".ipynb")

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib report list --json`."""
        return {
            "report": self.name,
            "day": self.day.isoformat(),
            "status": "failed" if self.failed else "done",
            "bytes": self.size,
            "written_at": iso(self.written_at),
            "html": str(self.html),
            "notebook": str(self.notebook) if self.notebook.exists() else None,
        }


def stem(name: str, day: date, *, failed: bool = False) -> str:
    """The file name of a report without its suffix: "daily-2025-11-20"."""
    return f"{name}-{day}{FAILED if failed else ''}"


def is_made(folder: Path, name: str, day: date) -> bool:
    """Whether the report of a day is there, whole."""
    base = folder / stem(name, day)
    return all(base.with_name(base.name + end).is_file() for end in (".html", ".ipynb"))


def listed(
    folder: Path, *, name: str | None = None, since: date | None = None, until: date | None = None
) -> list[Report]:
    """The reports of a folder, newest day first; both days count."""
    found = [
        report
        for report in _reports(folder)
        if name in (None, report.name)
        and (since is None or report.day >= since)
        and (until is None or report.day <= until)
    ]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.name, one.failed))


def newest(folder: Path, name: str, day: date | None = None) -> Report:
    """The newest good report of a name, or that of a day; a failed one where none is good.

    Raises:
        SettingsError: there is none.
    """
    found = listed(folder, name=name, since=day, until=day)
    if not found:
        when = f" of {day}" if day else ""
        again = f" --as-of {day}T06:00" if day else ""
        raise SettingsError(
            f"there is no report {name}{when}", hint=f"chocolib report run {name}{again}"
        )
    return next((one for one in found if not one.failed), found[0])


def older_than(folder: Path, keep_days: int, *, today: date) -> list[Report]:
    """The reports of days that are more than `keep_days` before `today`."""
    return listed(folder, until=today - timedelta(days=keep_days + 1))


def drop(report: Report) -> None:
    """Delete the files of a report; those that are gone already are no fault."""
    for path in (report.html, report.notebook):
        path.unlink(missing_ok=True)


def drop_failed(folder: Path, name: str, day: date) -> None:
    """Delete what an earlier failed run left: the report has been made since."""
    base = stem(name, day, failed=True)
    for end in (".html", ".ipynb"):
        (folder / f"{base}{end}").unlink(missing_ok=True)


def put(target: Path, content: bytes) -> Path:
    """Write a file whole: beside its place first, then moved over it.

    Raises:
        SettingsError: it cannot be written, for example on a full disk.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _put(target, content)
    except OSError as error:
        raise SettingsError(
            f"{target} cannot be written ({error.strerror})",
            hint="make room there, or name another folder with CHOCOLIB_HOME",
        ) from None
    return target


def _put(target: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".", suffix=".part", delete=False
    ) as file:
        part = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            part.chmod(0o644)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _reports(folder: Path) -> Iterator[Report]:
    for path in folder.glob("*.html"):
        fits = FILE.fullmatch(path.name)
        day = _date(fits[2]) if fits else None
        if fits and day:
            there = [one for one in (path, path.with_suffix(".ipynb")) if one.is_file()]
            facts = [one.stat() for one in there]
            if facts:
                at = pd.Timestamp(facts[0].st_mtime, unit="s", tz="UTC").floor("s")
                size = sum(fact.st_size for fact in facts)
                yield Report(fits[1], day, bool(fits[3]), path, size, at)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
