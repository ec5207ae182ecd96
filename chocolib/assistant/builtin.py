"""The built-in speaker: says what the tools answered by templates, without a language model."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Literal

from chocolib.app.context import Context
from chocolib.assistant.parts import Asked, Consulted, Piece, Spoken, Turn
from chocolib.assistant.replies import sentences
from chocolib.assistant.refusals import LONGEST
from chocolib.core.i18n import Lang, t

#: Of several answers so many are told.
MOST = 3


class BuiltinSpeaker:
    """A `Speaker` (see `assistant.parts`) for when there is no key, no network or no budget."""

    mode: Literal["builtin", "claude"] = "builtin"

    def speak(
        self,
        asked: Asked,
        consulted: Sequence[Consulted],
        *,
        context: Context,
        earlier: Sequence[Turn],  # noqa: ARG002 - of the Protocol; the reader uses them
        stop: threading.Event,
    ) -> Iterator[Consulted | Piece | Spoken]:
        """The reply, a few sentences at a time."""
        for n, part in enumerate(_parts(asked, consulted, context)):
            if stop.is_set():
                yield Spoken(complete=False)
                return
            yield Piece(f"\n\n{part}" if n else part)
        yield Spoken()


def _parts(asked: Asked, consulted: Sequence[Consulted], context: Context) -> Iterator[str]:
    """The paragraphs of a reply."""
    if asked.refusal is not None:
        yield declined(asked)
        return
    told = consulted[:MOST]
    if not told:
        unknown = "usage" if "usage" in asked.categories else "unknown"
        yield " ".join((t(f"chat.{unknown}", asked.lang), examples(asked.lang)))
        return
    for one in told:
        said = one.problem if one.answer is None else sentences(one, asked, context)
        if said:
            yield said
    yield t("chat.builtin", asked.lang)


def declined(asked: Asked) -> str:
    """Why a question is not answered, and what can be asked."""
    why = t(f"chat.refusal.{asked.refusal}", asked.lang, longest=LONGEST)
    return " ".join((why, examples(asked.lang)))


def examples(lang: Lang) -> str:
    """Questions that can be asked."""
    return t("chat.examples", lang)
