"""Assistants that answer by a script, for the tests of the chat."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from chocolib.app.context import Context
from chocolib.assistant.parts import Asked, Consulted, Event, Piece, Reply, Spoken, Tokens
from chocolib.tools.catalogue import TOOLS

HOSTILE = (
    "<script>window.hacked = 1</script> <img src=x onerror='window.hacked = 2'>\n\n"
    "[away](https://evil.example/x) [away](//evil.example) [bad](javascript:window.hacked=3) "
    "![picture](https://evil.example/p.png)\n"
    "**<b onclick=1>bold</b>** `<i>code</i>` \u202egnp.exe\u202c zero\u200bwidth [Hoy](/today)\n"
    "- [ ] <iframe src=//evil.example></iframe>\n# <h1>big</h1>\n```\n</textarea></div>\n```"
)


@dataclass
class Scripted:
    """Says what its questions ask for: "slow", "hostile", "figure", "die", "nothing"; else an echo.

    Attributes:
        context: where it stands, for a tool that is consulted.
        heard: the questions, in their order.
    """

    context: Context | None = None
    heard: list[str] = field(default_factory=list)

    def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        self.heard.append(question)
        stop = stop or threading.Event()
        consulted = tuple(self._consulted(question))
        yield from consulted
        said = ""
        for piece in self._pieces(question):
            if stop.is_set():
                break
            said += piece
            yield Piece(piece)
        yield self._reply(question, said, consulted, complete=not stop.is_set())

    def _consulted(self, question: str) -> Iterator[Consulted]:
        """The cheapest hours, and tools that the question names."""
        names = ["optimal_windows", *(name for name in TOOLS if name in question)]
        for name in names if self.context else ():
            given = {"by": "hour"} if name == "weekly_forecast" else {}
            yield Consulted(TOOLS[name], given, TOOLS[name].ask(self.context, given))

    def _pieces(self, question: str) -> Iterator[str]:
        if "slow" in question:
            for n in range(300):
                time.sleep(0.05)
                yield f"palabra{n} "
        elif "hostile" in question:
            yield HOSTILE
        elif "figure" in question:
            yield "Cuesta 0,14 €/kWh, no 0,99 €/kWh ni 10,99."
        elif "die" in question:
            yield "Antes de caer. "
            time.sleep(0.3)
            os.kill(os.getpid(), signal.SIGKILL)
        elif "nothing" not in question:
            yield from ("**Respuesta** a: ", question)

    def _reply(
        self, question: str, said: str, consulted: tuple[Consulted, ...], *, complete: bool
    ) -> Reply:
        problem = "No ha llegado nada." if "nothing" in question else ""
        spoken = Spoken(complete, problem, Tokens(900, 80), "scripted")
        unmatched = ("0,99",) if "figure" in question else ()
        asked = Asked(question, "es")
        return Reply(asked, said, "claude", consulted, unmatched, spoken, 0.00031, 1.24)


def answering(context: Context, *, user: str, role: str) -> Scripted:
    """In the place of `chocolib.ui.live.talk.answering`."""
    found = Scripted(context if pd.notna(context.as_of) else None)
    found.heard.append(f"{user} {role}")
    return found
