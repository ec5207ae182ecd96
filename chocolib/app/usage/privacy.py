"""What is kept of people, why and for how long, in words: with the figures that the code uses."""

from __future__ import annotations

from chocolib.app.usage.forgetting import LOG_DAYS
from chocolib.core.i18n import Lang, t
from chocolib.core.usage import FEWEST, KEY_DAYS, VIEW_DAYS

_PARTS = ("kept", "who", "pseudonym", "long", "forget")
_FIGURES = {
    "fewest": FEWEST,
    "key_days": KEY_DAYS,
    "view_days": VIEW_DAYS,
    "log_days": LOG_DAYS,
}


def privacy_text(lang: Lang) -> tuple[tuple[str, str], ...]:
    """Headings and paragraphs, in order; the last one has no heading."""
    parts = [
        (t(f"usage.privacy.{part}.title", lang), t(f"usage.privacy.{part}", lang, **_FIGURES))
        for part in _PARTS
    ]
    first = (t("usage.privacy.title", lang), t("usage.privacy.why", lang))
    return (first, *parts, ("", t("usage.privacy.law", lang)))
