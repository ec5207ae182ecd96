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
#: Names of troubles, and their words in the catalogue.
_SAID = {
    "log_missing": "usage.trouble.log_missing",
    "log_unreadable": "usage.trouble.log_unreadable",
    "log_no_file": "usage.trouble.log_no_file",
    "log_damaged": "usage.trouble.log_damaged",
    "log_foreign": "usage.trouble.log_foreign",
    "log_shortened": "usage.trouble.log_shortened",
    "log_future": "usage.trouble.log_future",
    "log_logins": "usage.trouble.log_logins",
    "tailnet_missing": "usage.trouble.tailnet_missing",
    "tailnet_silent": "usage.trouble.tailnet_silent",
    "tailnet_changed": "usage.trouble.tailnet_changed",
    "tailnet_out": "usage.trouble.tailnet_out",
    "probes_ahead": "usage.trouble.probes_ahead",
}


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
    return t(_SAID[name], lang, about=about, detail=trouble.detail)
