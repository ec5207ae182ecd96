"""What is wrong with the log or the Tailnet: told once when it begins, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.core.time import DAY
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.troubles import Trouble, end_trouble, note_trouble, troubles

#: What happens now and then is over when it has not happened for so long.
_OVER_AFTER = DAY


def update(
    usage: UsageFile,
    met: Mapping[str, str],
    *,
    about: str,
    lasting: tuple[str, ...],
    now: pd.Timestamp,
) -> tuple[Trouble, ...]:
    """Remember what is wrong now; what is wrong no longer is forgotten.

    Args:
        met: by name (`Trouble.what`), with its detail.
        about: how the names begin that the caller knows all about: "log_".
        lasting: beginnings of names of troubles that are over as soon as they are not met; others
            are over after a day.
        now: UTC.

    Returns:
        Those that are new.

    Raises:
        DataError: the file cannot be used.
    """
    known = [one for one in troubles(usage) if one.what.startswith(about)]
    over = [
        one.what
        for one in known
        if one.what not in met and (one.what.startswith(lasting) or now - one.last > _OVER_AFTER)
    ]
    if not met and not over:
        return ()
    with usage.writing():
        for what in over:
            end_trouble(usage, what)
        new = {
            what
            for what, detail in met.items()
            if note_trouble(usage, what, detail=detail, now=now)
        }
    return tuple(one for one in troubles(usage) if one.what in new)


def said(trouble: Trouble, lang: Lang) -> str:
    """A trouble in words; of a log its name, never its folder."""
    name, _, about = trouble.what.partition(":")
    return t(f"usage.trouble.{name}", lang, about=about, detail=trouble.detail)
