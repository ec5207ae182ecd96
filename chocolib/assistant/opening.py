"""Which speakers there are, and an `Assistant` with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from chocolib.app.context import Context
from chocolib.app.settings import Settings
from chocolib.assistant.books import Books
from chocolib.assistant.builtin import BuiltinSpeaker
from chocolib.assistant.conversation import Assistant
from chocolib.assistant.parts import Speaker
from chocolib.core.i18n import Lang
from chocolib.core.roles import Role

if TYPE_CHECKING:
    from chocolib.assistant.claude.speaker import ClaudeSpeaker


def open_assistant(
    opener: Callable[[], Context],
    *,
    role: Role = "viewer",
    lang: Lang | None = None,
    builtin: bool = False,
    user: str = "local",
    session: str | None = None,
) -> Assistant:
    """An assistant for one session: Claude where a key is set, and the built-in one.

    Args:
        opener: makes the context of each question.
        lang: where a question does not tell its language; default the context's.
        builtin: ask no model, even where a key is set.
        user: who asks, as limits and books know them.
        session: names the conversation in the books; default a new one.

    Raises:
        ChocolibError: the context cannot be opened, or the model cannot be asked as it is set.
    """
    settings = opener().settings
    claude = None if builtin or not has_key(settings) else _claude(settings, role)
    books = Books(
        user=user,
        session=session or secrets.token_hex(4),
        most_eur=None if claude is None else claude.most_eur,
    )
    speakers: list[Speaker] = [] if claude is None else [claude]
    return Assistant(opener, (*speakers, BuiltinSpeaker()), role=role, lang=lang, ledger=books)


def has_key(settings: Settings) -> bool:
    """Whether a model may be asked."""
    secret = settings.anthropic_api_key
    return secret is not None and bool(secret.get_secret_value().strip())


def _claude(settings: Settings, role: Role) -> ClaudeSpeaker:
    """Claude, getting ready while the reader still writes."""
    from chocolib.assistant.claude.speaker import ClaudeSpeaker

    speaker = ClaudeSpeaker(settings, role=role)
    speaker.warm()
    return speaker
