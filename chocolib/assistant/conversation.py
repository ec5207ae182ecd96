"""`Assistant`: the questions of one session and their answers, whoever speaks."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chocolib.app.context import Context
from chocolib.assistant.context import consult
from chocolib.assistant.grounding import unmatched
from chocolib.assistant.intents import read
from chocolib.assistant.ledger import Ledger, Uncounted
from chocolib.assistant.parts import (
    Asked,
    Consulted,
    Event,
    Mode,
    Piece,
    Reply,
    Speaker,
    Spoken,
    Tokens,
    Turn,
)
from chocolib.core.i18n import Lang, t
from chocolib.core.roles import Role

#: So many earlier turns are kept.
TURNS = 6


@dataclass(slots=True)
class _Told:
    """What was told of one question so far.

    Attributes:
        checked: the text that a speaker made; around it stand sentences of our own.
    """

    asked: Asked
    began: float
    mode: Mode = "builtin"
    text: str = ""
    checked: str = ""
    consulted: list[Consulted] = field(default_factory=list)
    unmatched: tuple[str, ...] = ()
    spoken: Spoken = field(default_factory=Spoken)
    first_text_s: float | None = None

    def say(self, text: str, *, own: bool = True) -> Piece:
        """Add a text, and pass it on."""
        if self.first_text_s is None:
            self.first_text_s = time.perf_counter() - self.began
        self.text += text
        self.checked += "" if own else text
        return Piece(text)

    def reply(self) -> Reply:
        """All of it."""
        return Reply(
            asked=self.asked,
            text=self.text,
            mode=self.mode,
            consulted=tuple(self.consulted),
            unmatched=self.unmatched,
            spoken=self.spoken,
            cost_eur=self.spoken.cost_eur,
            seconds=round(time.perf_counter() - self.began, 3),
        )


class Assistant:
    """Answers the questions of one session, one at a time.

    Args:
        opener: makes the context of each question: what is known at its moment.
        speakers: who may answer, the first choice first; the last one is the built-in.
        role: of the asker: tools of other roles are not asked.
        lang: where a question does not tell its language; default the context's.
        ledger: counts the questions.
    """

    def __init__(
        self,
        opener: Callable[[], Context],
        speakers: Sequence[Speaker],
        *,
        role: Role = "viewer",
        lang: Lang | None = None,
        ledger: Ledger[Any] | None = None,
    ) -> None:
        self._opener, self._speakers = opener, tuple(speakers)
        self._role: Role = role
        self._lang = lang
        self._ledger: Ledger[Any] = ledger or Uncounted()
        self._turns: deque[Turn] = deque(maxlen=TURNS)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The last questions with their replies, the oldest first."""
        return tuple(self._turns)

    def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        """The answer as it comes; a `Reply` is the last event, also of what is refused.

        Args:
            question: anything; what cannot be answered gets a sentence.
            stop: set when the reader wants no more: what was said stays.

        Raises:
            ChocolibError: the context cannot be opened.
        """
        began = time.perf_counter()
        context = self._opener()
        questions = [turn.question for turn in self._turns]
        lang = self._lang or context.lang
        asked = read(question, as_of=context.as_of, lang=lang, earlier=questions)
        entry = self._ledger.enter(asked, context=context)
        told = _Told(asked, began)
        limit = entry.said(asked.lang, now=self._ledger.now())
        try:
            if entry.wait_s:
                told.spoken = Spoken(complete=False, problem=limit)
                yield told.say(limit)
            else:
                if limit:
                    yield told.say(f"{limit}\n\n")
                alone = bool(entry.why_not) or asked.refusal is not None
                yield from self._answer(told, context, stop or threading.Event(), alone=alone)
        finally:
            reply = told.reply()
            self._keep(reply)
            self._ledger.settle(entry, reply, context=context, first_text_s=told.first_text_s)
        yield reply

    def _answer(
        self, told: _Told, context: Context, stop: threading.Event, *, alone: bool
    ) -> Iterator[Event]:
        """What was consulted, then the text, then what is said of numbers without a source.

        What names people is told by the built-in mode alone: it goes to no model.
        """
        if told.asked.refusal is None:
            for one in consult(context, told.asked, role=self._role):
                told.consulted.append(one)
                yield one
        alone = alone or (self._role == "admin" and told.reply().personal)
        for speaker in self._speakers[-1:] if alone else self._speakers:
            yield from self._speech(speaker, told, context, stop)
            if told.checked or stop.is_set() or not told.spoken.problem:
                break
            if speaker is not self._speakers[-1]:
                yield told.say(t("chat.fallback", told.asked.lang, why=told.spoken.problem))
        yield from self._checked(told, context)

    def _speech(
        self, speaker: Speaker, told: _Told, context: Context, stop: threading.Event
    ) -> Iterator[Event]:
        """One speaker's words; what an earlier one cost is added."""
        told.mode = speaker.mode
        before, spoken = told.spoken, Spoken(complete=False)
        told.spoken = replace(before, complete=False)  # until it says how it ended
        earlier = tuple(turn for turn in self._turns if not turn.personal)
        speaking = speaker.speak(
            told.asked, tuple(told.consulted), context=context, earlier=earlier, stop=stop
        )
        for event in speaking:
            if isinstance(event, Spoken):
                spoken = event
            elif isinstance(event, Consulted):
                told.consulted.append(event)
                yield event
            else:
                yield told.say(event.text, own=False)
        told.spoken = _together(before, spoken)
        if spoken.problem and told.checked:
            yield told.say(f"\n\n{spoken.problem}")

    def _checked(self, told: _Told, context: Context) -> Iterator[Event]:
        """The numbers that no answer has, named."""
        if told.asked.refusal is not None:
            return
        asked = told.asked
        found = unmatched(told.checked, told.consulted, asked.text, context.as_of, asked.day)
        told.unmatched = found
        if found:
            key = "chat.unmatched.one" if len(found) == 1 else "chat.unmatched"
            yield told.say("\n\n" + t(key, told.asked.lang, figures="; ".join(found)))

    def _keep(self, reply: Reply) -> None:
        if reply.asked.refusal is None and reply.text:
            self._turns.append(Turn(reply.asked.text, reply.text, reply.personal))


def _together(before: Spoken, after: Spoken) -> Spoken:
    """How it ended, with what both speakers took."""
    costs = [one.cost_eur for one in (before, after) if one.cost_eur is not None]
    tokens = [one.tokens for one in (before, after) if one.tokens is not None]
    return Spoken(
        complete=after.complete,
        problem=after.problem,
        tokens=sum(tokens, Tokens()) if tokens else None,
        model=after.model or before.model,
        cost_eur=sum(costs) if costs else None,
    )
