"""The command line, `chocolib`: thin commands over the use cases of `app`.

Everything heavy is imported inside the command that needs it, so that `--help`
answers at once.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType
from typing import Annotated, NoReturn

import typer

import chocolib
from chocolib.core.errors import ChocolibError
from chocolib.doors.cli import (
    api,
    ask,
    backtest,
    backup,
    capacity,
    chat,
    data,
    explain,
    factory,
    ingest,
    insights,
    jobs,
    mcp,
    models,
    notify,
    predict,
    present,
    quality,
    report,
    savings,
    score,
    secrets,
    serve,
    stores,
    tool,
    usage,
    validate,
    work,
)

app = typer.Typer(
    name="chocolib",
    help="When a small chocolate factory should run its machines.",
    epilog="Start with: chocolib run",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (
    data,
    ingest,
    quality,
    stores,
    backup,
    factory,
    predict,
    report,
    capacity,
    explain,
    savings,
    score,
    insights,
    jobs,
    tool,
    work,
    notify,
    models,
    backtest,
    validate,
    secrets,
    serve,
    api,
    ask,
    chat,
    usage,
    mcp,
):
    room.register(app)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        typer.echo(f"chocolib {chocolib.__version__}")
        raise typer.Exit


#: A command that was asked to end, and has not after so many seconds, ends all the same. A worker
#: lets its runs go on for 15.
INSIST_S = 25


class Stops:
    """Signals that end the command as an exception, so that temporary files go with it.

    Python passes over what is raised inside a callback of a weak reference, as importing has many:
    then the command would go on, perhaps with a lock of the imports for good. So it is ended hard
    after a while.

    Args:
        insist_s: whole seconds from the signal to the hard end.
    """

    def __init__(self, *, insist_s: int = INSIST_S) -> None:
        self.code = 0
        self._insist_s = insist_s
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop)

    def _stop(self, signum: int, _frame: FrameType | None) -> NoReturn:
        self.code = 128 + signum
        if hasattr(signal, "alarm"):  # Windows has none
            signal.signal(signal.SIGALRM, lambda *_: os._exit(self.code))
            signal.alarm(self._insist_s)
        raise SystemExit(self.code)


def main() -> None:
    """Run the command line; our own errors are printed, without a traceback.

    What libraries make of being stopped by a signal is not shown either.
    """
    stops = Stops()
    logging.getLogger("chocolib").addHandler(logging.NullHandler())  # until `keep_logs`
    try:
        app()
    except ChocolibError as error:
        if not stops.code:
            logging.getLogger("chocolib.application").error(error.message)
            present.error(error)
            sys.exit(1)
    except BaseException:
        if not stops.code:
            raise
    if stops.code:
        present.note("Stopped.")
        sys.exit(stops.code)
