"""The books of the chat: a question is entered before it is answered, and settled after.

The store is the truth. Entering happens under a lock of the home, so that threads and
processes that ask at the same moment see each other; until a question is settled it
counts with the most it may cost. One whose process died stays so: counted, never forgotten.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from chocolib.app.chat_turns import kept_in, rows, write
from chocolib.app.context import Context, clock
from chocolib.app.logs import application as log
from chocolib.assistant.limits import Limits, affordable, day_of, looked_at, wait_s
from chocolib.assistant.parts import Asked, Reply, Spoken, Tokens
from chocolib.core.chat_turns import ChatTurn, Outcome
from chocolib.core.errors import ChocolibError
from chocolib.core.i18n import Lang, moment, t
from chocolib.store.locks import locked

#: Seconds to wait for whoever writes; then the model is not asked.
PATIENCE_S = 5.0
#: Questions of one second that can be told apart.
_PLACES = 1000
#: Of a kept question and reply, characters.
_KEPT_TEXT = 8000


@dataclass(frozen=True, slots=True)
class Entry:
    """A question in the books.

    Attributes:
        turn: as it was written; None: it could not be.
        wait_s: the user has to wait so long before the next question; 0: it is admitted.
        why_not: why no model may be asked for it; empty: it may.
    """

    turn: ChatTurn | None
    wait_s: int = 0
    why_not: Literal["", "builtin", "budget", "books"] = ""

    def said(self, lang: Lang, *, now: pd.Timestamp) -> str:
        """What the reader is told of a limit, and when it is over; empty: nothing."""
        if self.wait_s:
            return t("chat.limit.minute", lang, seconds=self.wait_s)
        if self.why_not == "budget":
            return t("chat.limit.budget", lang, until=moment(day_of(now).end, lang))
        return t("chat.limit.books", lang) if self.why_not == "books" else ""


class Books:
    """Those of one user's conversation.

    Args:
        most_eur: the most that an answer of the model may cost, EUR; None: no model is asked.
        now: the clock, UTC.
    """

    def __init__(
        self,
        *,
        user: str,
        session: str,
        most_eur: float | None,
        now: Callable[[], pd.Timestamp] = clock,
    ) -> None:
        self.user, self.session, self.now = user, session, now
        self._most_eur = most_eur

    def enter(self, asked: Asked, *, context: Context) -> Entry:
        """Admit a question, or say how long to wait. Never raises.

        Where the books cannot be written, the question is admitted, but no model may be asked.
        """
        try:
            with (
                locked(context.settings.home / "chat" / "books.lock", patience_s=PATIENCE_S),
                kept_in(context) as store,
            ):
                now = self.now()
                seen = rows(store, looked_at(now))
                entry = self._judged(asked, seen, Limits.of(context.settings), now)
                if entry.turn is not None:
                    write(store, entry.turn, now=now)
                return entry
        except ChocolibError as error:
            log.warning("the books of the chat cannot be written", extra={"why": error.message})
            return Entry(None, why_not="books")

    def settle(
        self, entry: Entry, reply: Reply, *, context: Context, first_text_s: float | None
    ) -> None:
        """Write what the answer took in place of what it might. Never raises."""
        if entry.turn is None:
            return
        now = self.now()
        turn = settled(entry.turn, reply, now=now, first_text_s=first_text_s)
        if context.settings.chat_keep_text == "on" and not reply.personal:
            question, text = reply.asked.text[:_KEPT_TEXT], reply.text[:_KEPT_TEXT]
            turn = replace(turn, question=question, reply=text)
        try:
            with kept_in(context) as store:
                write(store, turn, now=now)
        except ChocolibError as error:
            log.warning("an answer of the chat is not settled", extra={"why": error.message})

    def _judged(self, asked: Asked, seen: pd.DataFrame, limits: Limits, now: pd.Timestamp) -> Entry:
        wait = wait_s(seen, self.user, limits, now=now)
        place = _free(seen.loc[seen.index == now, "place"])
        if wait or place is None:
            return Entry(None, wait_s=wait or 1)
        turn = ChatTurn(
            time=now,
            place=place,
            session=self.session,
            user=self.user,
            mode="builtin",
            lang=asked.lang,
            category=asked.categories[0] if asked.categories else "",
        )
        if self._most_eur is None or asked.refusal is not None:
            return Entry(turn, why_not="builtin")
        if not affordable(seen, self._most_eur, limits, now=now):
            return Entry(turn, why_not="budget")
        return Entry(replace(turn, mode="claude", cost_eur=self._most_eur))


def settled(
    turn: ChatTurn, reply: Reply, *, now: pd.Timestamp, first_text_s: float | None
) -> ChatTurn:
    """A turn with what its answer took, at `now`, UTC.

    Where a model's text was left off before it told what it took, the most stays counted.
    """
    left_off = (
        reply.mode == "claude" and bool(reply.text) and reply.spoken == Spoken(complete=False)
    )
    tokens = reply.spoken.tokens or Tokens()
    return replace(
        turn,
        mode=reply.mode,
        model=reply.spoken.model,
        outcome=outcome_of(reply),
        cost_eur=turn.cost_eur if left_off else reply.cost_eur or 0.0,
        ended=max(now, turn.time),
        duration_s=round(reply.seconds, 3),
        first_text_s=None if first_text_s is None else round(first_text_s, 3),
        unmatched=len(reply.unmatched),
        read_tokens=tokens.read,
        written_tokens=tokens.written,
        cache_read_tokens=tokens.cache_read,
        cache_written_tokens=tokens.cache_written,
    )


def outcome_of(reply: Reply) -> Outcome:
    """What became of a question, in one word."""
    if reply.asked.refusal is not None:
        return "refused"
    if reply.spoken.complete:
        return "answered"
    return "partial" if reply.text else "failed"


def _free(taken: Iterable[int]) -> int | None:
    """A place that nobody has in this second, by chance: two hosts seldom choose the same."""
    free = sorted(set(range(_PLACES)) - set(taken))
    return secrets.choice(free) if free else None
