"""The language that a caller likes best, of those there are."""

from __future__ import annotations

from chocolib.core.i18n import LANGS, Lang


def accepted(header: str) -> Lang | None:
    """The language that an Accept-Language header likes best, of those there are."""
    liked: list[tuple[float, Lang]] = []
    for one in header.split(","):
        tag, _, quality = one.partition(";")
        lang = known(tag.strip().lower()[:2])
        weight = _weight(quality)
        if lang and weight > 0:
            liked.append((weight, lang))
    return max(liked, key=lambda each: each[0])[1] if liked else None


def known(text: str) -> Lang | None:
    """The language of this name, if there is one."""
    return next((lang for lang in LANGS if lang == text), None)


def _weight(quality: str) -> float:
    try:
        return float(quality.partition("=")[2]) if quality else 1.0
    except ValueError:
        return 0.0
