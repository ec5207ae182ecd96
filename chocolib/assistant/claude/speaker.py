"""Claude as one of the speakers: words, within its limits, or a sentence why there are none."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from chocolib.app.context import Context
from chocolib.app.logs import application as log
from chocolib.app.settings import Settings
from chocolib.assistant.claude.cost import Tariff
from chocolib.assistant.claude.faults import SENTENCES, Fault
from chocolib.assistant.claude.line import key_of, line, url_of
from chocolib.assistant.claude.request import most_tokens, request_of
from chocolib.assistant.claude.rounds import Course, converse
from chocolib.assistant.claude.stream import Patience
from chocolib.assistant.parts import Asked, Consulted, Piece, Spoken, Tokens, Turn
from chocolib.core.i18n import Lang, t
from chocolib.core.roles import Role
from chocolib.tools.catalogue import offered


class ClaudeSpeaker:
    """A `Speaker` (see `assistant.parts`) that asks a model of Anthropic.

    Args:
        role: of the asker: other tools are neither offered nor asked.
        patience: how long is waited for the server.

    Raises:
        SettingsError: no key, no address, or a model without a price.
        DataError: the file of prices cannot be used.
    """

    mode: Literal["builtin", "claude"] = "claude"

    def __init__(self, settings: Settings, *, role: Role, patience: Patience | None = None) -> None:
        key_of(settings)
        url_of(settings)
        self._settings, self._role = settings, role
        self._tariff = Tariff.of(settings)
        self._patience = patience or Patience()

    @property
    def most_eur(self) -> float:
        """The most that one answer may cost, EUR: every round as long as it can be."""
        written = self._settings.chat_max_tokens
        prompts = most_tokens(offered(self._role), max_tokens=written)
        return self._tariff.eur(Tokens(cache_written=read, written=written) for read in prompts)

    def warm(self) -> None:
        """Import the client and open the line, in a thread: nobody waits for it."""
        threading.Thread(
            target=line, args=(self._settings,), name="claude-warm", daemon=True
        ).start()

    def speak(
        self,
        asked: Asked,
        consulted: Sequence[Consulted],
        *,
        context: Context,
        earlier: Sequence[Turn],
        stop: threading.Event,
    ) -> Iterator[Consulted | Piece | Spoken]:
        """The reply in pieces; see `assistant.parts.Speaker`."""
        tools = offered(self._role)
        request = request_of(
            asked,
            consulted,
            as_of=context.as_of,
            earlier=earlier,
            tools=tools,
            tariff=self._tariff,
            max_tokens=self._settings.chat_max_tokens,
        )
        course = Course()
        yield from converse(
            line(self._settings),
            request,
            tools,
            course,
            context=replace(context, role="viewer"),  # names of people go to no model
            patience=self._patience,
            within_s=self._settings.chat_timeout_s,
            stop=stop,
        )
        yield self._ended(course, asked.lang, stopped=stop.is_set())

    def _ended(self, course: Course, lang: Lang, *, stopped: bool) -> Spoken:
        """How it ended, in the books' terms and in the reader's."""
        problem = "" if stopped else problem_of(course, lang, self._settings)
        if course.fault is not None and not stopped:
            log.warning("the model did not answer", extra={"why": course.fault.kind})
        return Spoken(
            complete=not problem and not stopped,
            problem=problem,
            tokens=sum(course.spent, Tokens()) if course.spent else None,
            model=self._tariff.model if course.spent else "",
            cost_eur=self._tariff.eur(course.spent) if course.spent else None,
        )


def problem_of(course: Course, lang: Lang, settings: Settings) -> str:
    """What went wrong, a sentence in the reader's language; empty: nothing."""
    if course.fault is not None:
        return _said(course.fault, lang, settings)
    if course.stop_reason == "refusal":
        return t("chat.claude.refusal", lang)
    if course.stop_reason == "max_tokens":
        return t("chat.claude.max_tokens", lang, tokens=settings.chat_max_tokens)
    if course.stop_reason != "end_turn" or not course.text:
        return t("chat.claude.garbled", lang)
    return ""


def _said(fault: Fault, lang: Lang, settings: Settings) -> str:
    if fault.kind == "busy" and fault.wait_s is not None:
        return t("chat.claude.busy_for", lang, minutes=max(1, round(fault.wait_s / 60)))
    return t(SENTENCES[fault.kind], lang, model=settings.chat_model)
