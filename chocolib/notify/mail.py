"""E-mail by SMTP: plain text, by STARTTLS or TLS, with or without a login."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal

from chocolib.core.errors import NotDelivered
from chocolib.core.notices import Notice
from chocolib.notify.patience import USUAL, Patience

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Mail:
    """One server, one sender, some readers.

    Attributes:
        security: "starttls" on the usual port 587, "tls" on 465, "none" only inside a house.
        password: never shown.
    """

    host: str
    sender: str
    to: Sequence[str]
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    patience: Patience = USUAL
    name: str = "mail"

    def send(self, notice: Notice) -> None:
        """Hand a notice to the server.

        Raises:
            NotDelivered: it did not take it, or not for every reader.
        """
        for attempt in self.patience.tries():
            with attempt:
                self._send(_message(notice, self.sender, self.to))

    def _send(self, message: EmailMessage) -> None:
        try:
            with self._open() as server:
                self._login(server)
                refused = server.send_message(message)
        except smtplib.SMTPResponseException as error:
            again = 400 <= error.smtp_code < 500
            raise self._not(f"answered {error.smtp_code}", again=again) from None
        except ssl.SSLCertVerificationError as error:
            raise self._not(f"has no good certificate ({error.verify_message})") from None
        except smtplib.SMTPServerDisconnected:
            raise self._not("hung up", again=True) from None
        except smtplib.SMTPRecipientsRefused:
            raise self._not("takes mail for none of the readers") from None
        except smtplib.SMTPNotSupportedError:
            raise self._not(f"cannot do {self.security} or a login") from None
        except (OSError, smtplib.SMTPException) as error:
            raise self._not(f"did not take it ({type(error).__name__})", again=True) from None
        if refused:
            raise self._not(f"takes no mail for {', '.join(refused)}")

    def _open(self) -> smtplib.SMTP:
        timeout = self.patience.answer_s
        if self.security == "tls":
            trusted = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=timeout, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=timeout)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except (OSError, smtplib.SMTPException):
                with suppress(OSError, smtplib.SMTPException):
                    server.close()
                raise
        return server

    def _login(self, server: smtplib.SMTP) -> None:
        """Log in; some servers hang up on a wrong password."""
        if not self.user:
            return
        try:
            server.login(self.user, self.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPServerDisconnected):
            raise self._not(f"refuses the login of {self.user}") from None

    def _not(self, what: str, *, again: bool = False) -> NotDelivered:
        hint = "" if again else "check the CHOCOLIB_SMTP_ settings: chocolib notify test"
        return NotDelivered(f"mail: {self.host}:{self.port} {what}", again=again, hint=hint)


def _message(notice: Notice, sender: str, to: Sequence[str]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = f"[chocolib] {' '.join(notice.title.split())}"
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(notice.at.to_pydatetime())
    message["Message-ID"] = make_msgid(domain="chocolib.invalid")
    message["Auto-Submitted"] = "auto-generated"
    if notice.urgency == "critical":
        message["Importance"] = "high"
    message.set_content(notice.text + "\n")
    return message
