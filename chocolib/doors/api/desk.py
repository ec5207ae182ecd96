"""Where questions of the HTTP door are answered: as JSON, and not twice while nothing changes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import partial

from fastapi import Response

from chocolib.doors.answering import Answering, Question
from chocolib.doors.api.marks import Kept, has, mark_of

#: An answer is somebody's own, and is asked for anew each time; mostly nothing has changed.
CACHING = "private, no-cache"
VARY = "Accept-Encoding, Accept-Language, Authorization"
#: So many answers are kept.
MOST = 128


@dataclass(frozen=True)
class Desk:
    """Answers questions.

    Attributes:
        answering: works them out, beside the event loop.
        build: names this start of the server.
    """

    answering: Answering
    build: str = field(default_factory=lambda: secrets.token_hex(4))
    kept: Kept = field(default_factory=lambda: Kept(MOST))

    async def answer(self, asked: Question, known: str | None) -> Response:
        """The answer, or 304 where the asker has it already.

        Args:
            known: the marks that the asker has, as If-None-Match writes them.

        Raises:
            ChocolibError: as the tool says, or it is not there in time.
        """
        mark = await self.answering.read(partial(mark_of, asked, self.build), asked.tool.short)
        headers = {"ETag": f'W/"{mark}"', "Cache-Control": CACHING, "Vary": VARY}
        if known and has(known, mark):
            return Response(status_code=304, headers=headers)
        body = self.kept.get(mark)
        if body is None:
            body = (await self.answering.answer(asked)).model_dump_json().encode()
            self.kept.keep(mark, body)
        return Response(body, media_type="application/json", headers=headers)
