"""Which speakers there are, and an `Assistant` with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chocolib.app.context import Context
from chocolib.app.settings import Settings
from chocolib.assistant.builtin import BuiltinSpeaker
from chocolib.assistant.conversation import Assistant
from chocolib.assistant.parts import Speaker
from chocolib.core.i18n import Lang
from chocolib.tools.tool import Role


def open_assistant(
    opener: Callable[[], Context],
    *,
    role: Role = "viewer",
    lang: Lang | None = None,
    builtin: bool = False,
) -> Assistant:
    """An assistant for one session.

    Args:
        opener: makes the context of each question.
        lang: where a question does not tell its language; default the context's.
        builtin: ask no model, even where a key is set.

    Raises:
        ChocolibError: the context cannot be opened.
    """
    settings = opener().settings
    models = () if builtin else tuple(_models(settings, role))
    return Assistant(opener, (*models, BuiltinSpeaker()), role=role, lang=lang)


def _models(settings: Settings, role: Role) -> Iterator[Speaker]:
    """The language models that the settings allow, the first choice first."""
    return iter(())
