"""What every page's view has: the moment it stands at, its language, what to say first."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.i18n import Lang


@dataclass(frozen=True, slots=True)
class View:
    """The facts of a page, before its own. Missing is missing: no view has default numbers.

    Attributes:
        as_of: the moment the page stands at, UTC.
        lang: language of the page.
        synthetic: some of it is demonstration data.
        replay: `as_of` is a past moment that is being replayed.
        problems: sentences, already in `lang`, that deserve a banner.
    """

    as_of: pd.Timestamp
    lang: Lang
    synthetic: bool = field(default=False, kw_only=True)
    replay: bool = field(default=False, kw_only=True)
    problems: tuple[str, ...] = field(default=(), kw_only=True)
