"""`/seen/PAGE/...`: open pages tell what was on screen; whoever writes the access log keeps it."""

from __future__ import annotations

from tornado.web import HTTPError

from chocolib.doors.dash.answers import Open

#: What a page tells: the names of cards, at most twenty, or how many seconds it was visible.
CARDS = r"[a-z_]{1,40}(?:\.[a-z_]{1,40}){0,19}"
SECONDS = r"[1-9][0-9]{0,4}"
#: Where it tells it, for the server's list of handlers.
ROUTE = rf"/seen/([a-z_]+)/(?:{CARDS}|{SECONDS})"


class Seen(Open):
    """Does nothing: that it was asked is all there is to know, and stands in the log."""

    def get(self, page: str) -> None:
        """204; 404 for a page that the reader may not see, and for anything with a query."""
        if self.request.query or not self.site.seen(page, self.reader_role):
            raise HTTPError(404)
        self.set_header("Cache-Control", "no-store")
        self.set_status(204)
