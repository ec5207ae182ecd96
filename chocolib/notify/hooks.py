"""Channels by a POST: any webhook, an ntfy topic, a Telegram chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from chocolib.core.errors import SettingsError
from chocolib.core.notices import Notice, Urgency
from chocolib.notify.patience import USUAL, Patience
from chocolib.notify.posting import post

#: ntfy's priorities, 1 to 5 (docs.ntfy.sh/publish, "Message priority").
_PRIORITY: dict[Urgency, int] = {"critical": 5, "warning": 4, "info": 3}
#: Longest text of a Telegram message (core.telegram.org/bots/api, sendMessage), and of ntfy's,
#: in characters; ntfy counts bytes, up to 4 for one.
_LONGEST_TELEGRAM, _LONGEST_NTFY = 4096, 1000


@dataclass(frozen=True, slots=True)
class Webhook:
    """Any address that takes a JSON document: `topic`, `urgency`, `title`, `text`, `at`."""

    url: str = field(repr=False)
    patience: Patience = USUAL
    name: str = "webhook"

    def send(self, notice: Notice) -> None:
        """POST a notice.

        Raises:
            NotDelivered: it did not take it. SettingsError: the address cannot be one.
        """
        post(self.name, self.url, notice.to_dict(), patience=self.patience)


@dataclass(frozen=True, slots=True)
class Ntfy:
    """A topic of an ntfy server.

    Attributes:
        url: the server's address and the topic, as https://ntfy.sh/my-topic.
        token: of a topic that asks for one, or "".
    """

    url: str = field(repr=False)
    token: str = field(default="", repr=False)
    patience: Patience = USUAL
    name: str = "ntfy"

    def send(self, notice: Notice) -> None:
        """Publish a notice as JSON, whose texts need no encoding as headers do.

        Raises:
            NotDelivered: it did not take it. SettingsError: the address cannot be one.
        """
        server, topic = self._parts()
        document = {
            "topic": topic,
            "title": notice.title,
            "message": cut(notice.text, _LONGEST_NTFY),
            "priority": _PRIORITY[notice.urgency],
        }
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        post(self.name, server, document, headers=headers, patience=self.patience)

    def _parts(self) -> tuple[str, str]:
        parts = urlsplit(self.url)
        before, _, topic = parts.path.rstrip("/").rpartition("/")
        if not topic:
            raise SettingsError(
                "the address of ntfy names no topic", hint="as https://ntfy.sh/my-topic"
            )
        return urlunsplit((parts.scheme, parts.netloc, f"{before}/", "", "")), topic


@dataclass(frozen=True, slots=True)
class Telegram:
    """A chat that a bot of ours may write to.

    Attributes:
        token: of the bot; it stands in the address.
        chat: the chat's number, or @name of a channel.
    """

    token: str = field(repr=False)
    chat: str
    base: str = "https://api.telegram.org"
    patience: Patience = USUAL
    name: str = "telegram"

    def send(self, notice: Notice) -> None:
        """Send a notice as plain text.

        Raises:
            NotDelivered: it did not take it. SettingsError: the address cannot be one.
        """
        text = cut(f"{notice.title}\n\n{notice.text}", _LONGEST_TELEGRAM)
        document = {"chat_id": self.chat, "text": text, "disable_web_page_preview": True}
        url = f"{self.base.rstrip('/')}/bot{self.token}/sendMessage"
        post(self.name, url, document, patience=self.patience)


def cut(text: str, longest: int) -> str:
    """At most so many characters; what was cut off is marked."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
