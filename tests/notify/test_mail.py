"""E-mail against a real SMTP server on loopback, in every kind of security."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from chocolib.core.errors import NotDelivered
from chocolib.notify.mail import Mail
from tests.notify.conftest import HASTE, notice

WORD, WRONG = "very-secret", "wrong-secret"


@dataclass
class Box:
    """What a server took, and with what it refuses the next ones."""

    port: int = 0
    refusals: list[str] = field(default_factory=list)
    tries: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _s: SMTP, _x: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tries += 1
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


def login(_s: SMTP, _x: Session, _e: Envelope, _m: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.password == WORD.encode()
    return AuthResult(success=right)


Serve = Callable[..., Box]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[Controller] = []

    def start(**more: Any) -> Box:
        box = Box()
        with socket.create_server(("127.0.0.1", 0)) as free:
            box.port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=box.port, **more)
        controller.start()
        running.append(controller)
        return box

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side of TLS; its certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return server_side(certificate)


def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*map(str, certificate))
    return context


def mail(box: Box, **more: Any) -> Mail:
    facts = {
        "host": "127.0.0.1",
        "port": box.port,
        "sender": "planta@example.org",
        "to": ["a@example.org", "b@example.org"],
        "security": "none",
        "patience": HASTE,
    }
    return Mail(**{**facts, **more})


def test_a_mail_arrives_with_its_accents_and_one_line_of_subject(serve: Serve) -> None:
    box = serve()
    mail(box).send(notice(title="Pico de\nprecio mañana", urgency="critical"))
    (came,) = box.mails
    assert came["Subject"] == "[chocolib] Pico de precio mañana"
    assert came["To"] == "a@example.org, b@example.org"
    assert came["Importance"] == "high"
    assert came["Auto-Submitted"] == "auto-generated"
    assert came["Date"].datetime.isoformat() == "2025-11-20T20:00:00+00:00"
    assert came.get_content().rstrip() == "0,31 €/kWh a las 20:00"


def test_by_starttls_with_a_login(serve: Serve, trusted: ssl.SSLContext) -> None:
    box = serve(tls_context=trusted, authenticator=login, auth_required=True)
    mail(box, security="starttls", user="planta", password=WORD).send(notice())
    assert len(box.mails) == 1


def test_by_tls_from_the_first_byte(serve: Serve, trusted: ssl.SSLContext) -> None:
    box = serve(ssl_context=trusted)
    mail(box, security="tls").send(notice())
    assert len(box.mails) == 1


def test_a_wrong_password_is_told_once_and_without_it(
    serve: Serve, trusted: ssl.SSLContext
) -> None:
    box = serve(tls_context=trusted, authenticator=login, auth_required=True)
    channel = mail(box, security="starttls", user="planta", password=WRONG)
    with pytest.raises(NotDelivered, match="refuses the login") as told:
        channel.send(notice())
    assert not told.value.again
    assert WRONG not in f"{told.value} {channel!r}"
    assert box.mails == []


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(
    serve: Serve, certificate: tuple[Path, Path]
) -> None:
    box = serve(tls_context=server_side(certificate), authenticator=login)
    with pytest.raises(NotDelivered, match="has no good certificate") as told:
        mail(box, security="starttls", user="planta", password=WORD).send(notice())
    assert not told.value.again


def test_a_server_without_starttls_gets_nothing_in_the_clear(serve: Serve) -> None:
    box = serve()
    with pytest.raises(NotDelivered, match="cannot do starttls"):
        mail(box, security="starttls").send(notice())
    assert box.tries == 0


def test_a_server_that_is_busy_is_tried_again(serve: Serve) -> None:
    box = serve()
    box.refusals = ["451 later", "451 later"]
    mail(box).send(notice())
    assert (box.tries, len(box.mails)) == (3, 1)


def test_a_mail_that_is_refused_for_good_is_not_tried_again(serve: Serve) -> None:
    box = serve()
    box.refusals = ["550 no"]
    with pytest.raises(NotDelivered, match="answered 550"):
        mail(box).send(notice())
    assert box.tries == 1


def test_nobody_there_is_told_with_host_and_port() -> None:
    with pytest.raises(NotDelivered, match=r"mail: 127\.0\.0\.1:9 did not take it") as told:
        mail(Box(port=9)).send(notice())
    assert told.value.again
