"""What is kept of people, why and for how long, in words: with the figures that the code uses."""

from __future__ import annotations

from chocolib.app.usage.forgetting import LOG_DAYS
from chocolib.core.i18n import Lang, t
from chocolib.core.usage import FEWEST, KEY_DAYS, VIEW_DAYS

#: Headings and paragraphs.
_PARTS = {
    "usage.privacy.title": "usage.privacy.why",
    "usage.privacy.kept.title": "usage.privacy.kept",
    "usage.privacy.who.title": "usage.privacy.who",
    "usage.privacy.pseudonym.title": "usage.privacy.pseudonym",
    "usage.privacy.long.title": "usage.privacy.long",
    "usage.privacy.forget.title": "usage.privacy.forget",
}
_FIGURES = {
    "fewest": FEWEST,
    "key_days": KEY_DAYS,
    "view_days": VIEW_DAYS,
    "log_days": LOG_DAYS,
}


def privacy_text(lang: Lang) -> tuple[tuple[str, str], ...]:
    """Headings and paragraphs, in order; the last one has no heading."""
    parts = [(t(title, lang), t(text, lang, **_FIGURES)) for title, text in _PARTS.items()]
    return (*parts, ("", t("usage.privacy.law", lang)))
