"""Our errors, one tree. Each says what happened, what it means and what to do.

    ChocolibError
      SettingsError          a setting or an option that cannot be used
      DataError              a file or frame that is not what it claims to be
        FileFaults           a file that people write, with faults; carries every one of them
          FactoryFaults      of a factory
          ScheduleFaults     of the schedule of the jobs
        OtherKind            a store of demonstration data, or of real, where not meant
        OtherFactory         a kept plan is not of the factory in use
        RowsRefused          the store took the other rows of a write, not these
      NotEnoughData          nothing, or too little, is stored for what was asked
      PlanInfeasible         the demand cannot be made; carries the bottleneck
      ReportFailed           a cell of a report failed; carries what was kept of it
      NotDelivered           a message did not reach a channel
      SourceError            a remote source did not deliver
        SourceUnavailable    try again later (network, 429, 5xx)
        SourceChanged        call a person: the answer no longer looks as documented

The decision to retry is the type, never the message. A user's mistake ends as
one of these and is printed without a traceback; anything else is our bug.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from chocolib.core.remarks import Remark
    from chocolib.core.results import Written
    from chocolib.core.toml.faults import Fault


class ChocolibError(Exception):
    """Base of every error chocolib raises on purpose.

    Attributes:
        message: what happened and what it means, one or two sentences.
        hint: what to do next, usually a command; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.hint}" if self.hint else self.message


class SettingsError(ChocolibError):
    """A setting, option or argument that cannot be used as given."""


class DataError(ChocolibError):
    """A file or frame that is not what it claims to be.

    Attributes:
        path: the file, or "" for a frame.
        line: 1-based line of the fault, or None when it concerns the whole file.
    """

    def __init__(
        self, message: str, *, path: str = "", line: int | None = None, hint: str = ""
    ) -> None:
        where = f"{path}, line {line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message, hint=hint)
        self.path = path
        self.line = line


class FileFaults(DataError):
    """A file that people write, whose values cannot be, or contradict each other.

    Attributes:
        faults: every one of them, in order of their lines.
    """

    def __init__(self, faults: tuple[Fault, ...], *, path: str) -> None:
        first, *more = faults
        if more:
            listed = "".join(f"\n  line {fault.line}: {fault}" for fault in faults)
            super().__init__(f"{len(faults)} faults:{listed}", path=path)
        else:
            super().__init__(str(first), path=path, line=first.line)
        self.faults = faults


class FactoryFaults(FileFaults):
    """A factory file whose values cannot be, or contradict each other."""


class ScheduleFaults(FileFaults):
    """A schedule of jobs whose values cannot be, or contradict each other."""


class OtherKind(DataError):
    """A store holds demonstration data where real ones were meant, or the other way round."""


class RowsRefused(DataError):
    """A store took the other rows of a write and refused these.

    Attributes:
        refused: the rows as they came, with a `reason` column.
        written: what became of the others.
    """

    def __init__(self, message: str, *, refused: pd.DataFrame, written: Written) -> None:
        super().__init__(message, hint="chocolib quarantine list shows them")
        self.refused = refused
        self.written = written


class OtherFactory(DataError):
    """A kept plan is not of the factory in use.

    Attributes:
        said: why, in the languages of the catalogue.
    """

    def __init__(self, said: Remark) -> None:
        super().__init__(said.text("en"))
        self.said = said


class NotEnoughData(ChocolibError):
    """Nothing, or too little, is stored for what was asked."""


class ModelRejected(ChocolibError):
    """A trained model is not used: damaged, foreign, of another form, or not good enough."""


class PlanInfeasible(ChocolibError):
    """The demand cannot be made with this factory in this window.

    Attributes:
        said: why, in the languages of the catalogue; `message` is it in English.
        bottleneck: what stands in the way, as named in the factory file
            (a stage, "power", "shifts", "holds", "tanks"), "climate" or "due".
        facts: the numbers behind it (needed and available hours, kilograms).
    """

    def __init__(
        self,
        said: Remark,
        *,
        bottleneck: str,
        facts: dict[str, float] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(said.text("en"), hint=hint)
        self.said = said
        self.bottleneck = bottleneck
        self.facts = facts or {}


class ReportFailed(ChocolibError):
    """A report stopped in a cell.

    Attributes:
        page: the HTML of what came before, which says where it stopped.
    """

    def __init__(self, message: str, *, page: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.page = page


class NotDelivered(ChocolibError):
    """A message did not reach a channel.

    Attributes:
        again: it may be delivered later (network trouble, a 429 or 5xx).
    """

    def __init__(self, message: str, *, again: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.again = again


class TookTooLong(ChocolibError):
    """An answer that was not there when its caller could wait no longer."""


class Unexplained(ChocolibError):
    """A fault of chocolib's own: the caller hears that there was one, the log says which."""


class SourceError(ChocolibError):
    """A remote source did not deliver; `source` names it."""

    def __init__(self, message: str, *, source: str, hint: str = "") -> None:
        super().__init__(f"{source}: {message}", hint=hint)
        self.source = source


class SourceUnavailable(SourceError):
    """The source may answer later: network trouble, a rate limit, a 5xx."""


class SourceChanged(SourceError):
    """The source answered, but not with what it is documented to answer."""
