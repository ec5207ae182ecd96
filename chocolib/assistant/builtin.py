"""The built-in speaker: says what the tools answered by templates, without a language model."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from chocolib.app.context import Context
from chocolib.assistant.parts import Asked, Consulted, Piece, Refusal, Spoken, Turn
from chocolib.assistant.refusals import LONGEST
from chocolib.assistant.replies import beside, sentences
from chocolib.core.i18n import Lang, t

#: Of several answers so many are told.
MOST = 3
_REFUSALS: Mapping[Refusal, str] = {
    "empty": "chat.refusal.empty",
    "long": "chat.refusal.long",
    "unreadable": "chat.refusal.unreadable",
    "outside": "chat.refusal.outside",
    "instruction": "chat.refusal.instruction",
    "unmeasured": "chat.refusal.unmeasured",
}


class BuiltinSpeaker:
    """A `Speaker` (see `assistant.parts`) for when there is no key, no network or no budget."""

    mode: Literal["builtin", "claude"] = "builtin"

    def speak(
        self,
        asked: Asked,
        consulted: Sequence[Consulted],
        *,
        context: Context,  # noqa: ARG002 - of the Protocol; answers have all that is told
        earlier: Sequence[Turn],  # noqa: ARG002 - of the Protocol; the reader uses them
        stop: threading.Event,
    ) -> Iterator[Consulted | Piece | Spoken]:
        """The reply, a few sentences at a time."""
        for n, part in enumerate(_parts(asked, consulted)):
            if stop.is_set():
                yield Spoken(complete=False)
                return
            yield Piece(f"\n\n{part}" if n else part)
        yield Spoken()


def _parts(asked: Asked, consulted: Sequence[Consulted]) -> Iterator[str]:
    """The paragraphs of a reply."""
    if asked.refusal is not None:
        yield declined(asked)
        return
    told = consulted[:MOST]
    if not told:
        yield " ".join((t("chat.unknown", asked.lang), examples(asked.lang)))
        return
    if "no_such_day" in asked.marks:
        yield t("chat.no_such_day", asked.lang)
    for one in told:
        yield from filter(None, [sentences(one, asked)])
    yield from filter(None, [beside(told, asked.lang)])
    yield t("chat.builtin", asked.lang)


def declined(asked: Asked) -> str:
    """Why a question is not answered, and what can be asked."""
    assert asked.refusal is not None, "only a refused question is declined"  # noqa: S101
    why = t(_REFUSALS[asked.refusal], asked.lang, longest=LONGEST)
    return " ".join((why, examples(asked.lang)))


def examples(lang: Lang) -> str:
    """Questions that can be asked."""
    return t("chat.examples", lang)
