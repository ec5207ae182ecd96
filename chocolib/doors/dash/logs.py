"""What the dashboard server logs: cells that failed, answers that failed on our side."""

from __future__ import annotations

import logging
import re

import tornado.web
from nbclient.exceptions import CellExecutionError, DeadKernelError

#: Terminal colours in a kernel's traceback.
COLOUR = re.compile("\x1b\\[[0-9;]*m")


class CellFailure(logging.Formatter):
    """A failed cell as its error and traceback, without the notebook around it."""

    def format(self, record: logging.LogRecord) -> str:
        """The error for the operator's eyes; pages never show it."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, CellExecutionError):
            return COLOUR.sub("", f"a page failed: {error.ename}: {error.evalue}\n{error}")
        if isinstance(error, DeadKernelError):
            return "a page was closed while it was loading, or its kernel died"
        return super().format(record)


def log_cells() -> None:
    """Send what Voila's renderer logs to stderr; it would be lost otherwise."""
    handler = logging.StreamHandler()
    handler.setFormatter(CellFailure())
    logger = logging.getLogger("traitlets")
    logger.handlers = [handler]
    logger.setLevel(logging.ERROR)


def log_failures(handler: tornado.web.RequestHandler) -> None:
    """What failed on our side, for the operator."""
    if handler.get_status() >= 500:
        request = handler.request
        logging.getLogger(__name__).warning(
            "%s %s answered %s", request.method, request.path, handler.get_status()
        )
