"""Structured logs: JSON lines in files that rotate, one per part of the factory's work.

The files are `application`, `scheduler`, `ml_training` and `data_ingestion` (`.log`, in
the folder `logs` of the home). No key of the settings ever stands in one.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from chocolib.app.settings import Settings

NAMES = ("application", "scheduler", "ml_training", "data_ingestion")
LONGEST_BYTES = 2_000_000
OLD_FILES = 5

application = logging.getLogger("chocolib.application")
scheduler = logging.getLogger("chocolib.scheduler")
ml_training = logging.getLogger("chocolib.ml_training")
data_ingestion = logging.getLogger("chocolib.data_ingestion")


def keep_logs(settings: Settings) -> Path:
    """Begin to write the logs of this process; safe beside other processes.

    Returns:
        The folder of the files; where it cannot be made, nothing is logged.
    """
    folder = settings.home / "logs"
    secrets = settings.secrets()
    for name in NAMES:
        logger = logging.getLogger(f"chocolib.{name}")
        logger.propagate = False
        logger.setLevel(logging.INFO)
        for old in list(logger.handlers):
            logger.removeHandler(old)
            old.close()
        if not _usable(folder):
            logger.addHandler(logging.NullHandler())
            continue
        handler = _file(folder / f"{name}.log")
        handler.setFormatter(_lines(secrets))
        logger.addHandler(handler)
    return folder


def _file(path: Path) -> logging.Handler:
    """A file that rotates; where it cannot be written that is said once, and work goes on."""
    from concurrent_log_handler import ConcurrentRotatingFileHandler

    class Patient(ConcurrentRotatingFileHandler):
        """Says in a line what logging would say in a traceback."""

        said = False

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
            if not self.said:
                problem = sys.exc_info()[1]
                sys.stderr.write(f"The log {path} cannot be written: {problem}\n")
            self.said = True

    return Patient(str(path), maxBytes=LONGEST_BYTES, backupCount=OLD_FILES, encoding="utf-8")


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return True


def _lines(secrets: Sequence[str]) -> logging.Formatter:
    """One JSON object a line: time (UTC), level, log, message, and what was said with it."""
    from pythonjsonlogger.json import JsonFormatter

    class Discreet(JsonFormatter):
        """Blots out the keys, wherever they came from."""

        def format(self, record: logging.LogRecord) -> str:
            line: str = super().format(record)
            for secret in secrets:
                for written in (json.dumps(secret, ensure_ascii=False)[1:-1], secret):
                    line = line.replace(written, "***")
            return line

    return Discreet(
        "{levelname}{name}{message}",
        style="{",
        timestamp="time",
        rename_fields={"levelname": "level", "name": "log"},
        json_ensure_ascii=False,
    )
