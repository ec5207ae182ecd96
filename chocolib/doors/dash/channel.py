"""`/live/PAGE`: the socket of a page with controls."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from tornado.web import HTTPError
from tornado.websocket import WebSocketHandler

from chocolib.doors.dash.answers import Open
from chocolib.doors.dash.doorway import Doorway
from chocolib.doors.dash.reader import asked_for
from chocolib.doors.dash.site import Asked
from chocolib.doors.dash.sitting import DIED, FULL, Sitting, Sittings
from chocolib.doors.dash.wire import Rate, Refused, admitted, wrapped

#: A message that a reader may not send ends the socket with this code (RFC 6455).
POLICY = 1008

log = logging.getLogger(__name__)


class Channel(Open, WebSocketHandler):  # type: ignore[misc]
    """Carries the words of widgets between a page and its kernel; everything else ends it."""

    sitting: Sitting | None = None
    page: Asked
    door: Doorway

    def prepare(self) -> None:
        """Only from our own pages, and only for a page with controls that the reader may see."""
        super().prepare()
        door = self.shell.doorway(str(self.path_args[0]))
        if door is None or door.page not in self.site.controls or self.shell.sittings is None:
            raise HTTPError(404)
        self.page, self.door = self.asked(door.page), door
        if not self.request.headers.get("Origin"):
            raise HTTPError(403)

    def get_compression_options(self) -> dict[str, Any]:
        """Words are compressed: a plan drawn anew is text that repeats itself."""
        return {}

    async def open(self, *_: str) -> None:
        """Lease a kernel, or take up the one that waits for this reader."""
        self.rate = Rate(asyncio.get_running_loop().time)
        sittings: Sittings = self.shell.sittings  # type: ignore[assignment]
        token = asked_for(self.request, "id")
        sitting = sittings.again(token, self.page) if token else None
        try:
            code = self.door.code(self.page, self.reader_name)
            sitting = sitting or await sittings.begin(self.page, code)
        except RuntimeError as error:
            log.error("no kernel for %s: %s", self.page.name, error)
            self.close(DIED)
            return
        if sitting is None:
            await self.write_message(json.dumps(wrapped("status", {"execution_state": "full"})))
            self.close(FULL)
            return
        self.sitting = sitting
        sitting.attach(self)

    def on_message(self, message: str | bytes) -> None:
        """Hand a widget's words on, or end the socket."""
        try:
            self.rate.count()
            if self.sitting is None:
                raise Refused("words before there is a kernel")
            comm_id, data = admitted(message, self.sitting.comms)
        except Refused as error:
            self.shell.refusals[self.page.name] += 1
            count = self.shell.refusals[self.page.name]
            log.warning("refused on /live/%s: %s (%s so far)", self.page.name, error, count)
            self.close(POLICY)
            return
        self.sitting.tell(comm_id, data)

    def on_close(self) -> None:
        """The kernel ends when the page said goodbye, else it waits a little."""
        if self.sitting:
            self.sitting.left(self, for_good=self.close_code in (1000, POLICY))
