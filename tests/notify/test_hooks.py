"""Webhook, ntfy and Telegram, against a real server on loopback."""

from __future__ import annotations

import logging

import pytest

from chocolib.core.errors import NotDelivered, SettingsError
from chocolib.core.ports import Notifier
from chocolib.notify.hooks import Ntfy, Telegram, Webhook
from tests.notify.conftest import HASTE, Hook, notice

BOT = "123456:very-secret"


def test_a_webhook_gets_the_whole_notice(hook: Hook) -> None:
    Webhook(f"{hook.url}/in?key=1", HASTE).send(notice())
    path, headers, document = hook.came[0]
    assert path == "/in?key=1"
    assert headers["Content-Type"] == "application/json"
    assert document == notice().to_dict()


def test_ntfy_gets_topic_priority_and_token(hook: Hook) -> None:
    Ntfy(f"{hook.url}/under/choco", "tk", HASTE).send(notice(urgency="critical"))
    path, headers, document = hook.came[0]
    assert (path, headers["Authorization"]) == ("/under/", "Bearer tk")
    assert (document["topic"], document["priority"]) == ("choco", 5)
    assert document["title"] == "Pico de precio mañana"


def test_telegram_gets_plain_text_of_a_length_it_takes(hook: Hook) -> None:
    Telegram(BOT, "-100", hook.url, HASTE).send(notice(text="<b>" + "x" * 9000))
    path, _, document = hook.came[0]
    assert path == f"/bot{BOT}/sendMessage"
    assert document["chat_id"] == "-100"
    assert document["text"].startswith("Pico de precio mañana\n\n<b>x")
    assert len(document["text"]) == 4096
    assert "parse_mode" not in document


def test_a_server_in_trouble_is_tried_again(hook: Hook) -> None:
    hook.statuses = [503, 429]
    Webhook(hook.url, HASTE).send(notice())
    assert len(hook.came) == 3


def test_trouble_that_lasts_is_told_with_the_host_and_may_get_better(hook: Hook) -> None:
    hook.statuses = [500] * 3
    with pytest.raises(NotDelivered, match="answered 500") as told:
        Webhook(f"{hook.url}/secret-path", HASTE).send(notice())
    assert told.value.again
    assert len(hook.came) == 3


@pytest.mark.parametrize("status", [301, 401, 404])
def test_what_cannot_get_better_is_not_tried_again(hook: Hook, status: int) -> None:
    hook.statuses = [status]
    with pytest.raises(NotDelivered, match=str(status)) as told:
        Webhook(hook.url, HASTE).send(notice())
    assert not told.value.again
    assert len(hook.came) == 1


@pytest.mark.parametrize(
    "channel",
    [
        Telegram(BOT, "1", "http://127.0.0.1:9", HASTE),
        Webhook("http://127.0.0.1:9/very-secret", HASTE),
        Ntfy("http://127.0.0.1:9/very-secret", "very-secret", HASTE),
    ],
    ids=lambda channel: channel.name,
)
def test_no_key_is_told_by_an_error_a_log_or_a_repr(
    channel: Notifier, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(NotDelivered, match="ConnectError") as told:
        channel.send(notice())
    assert "very-secret" not in f"{told.value} {caplog.text} {channel!r}"


def test_httpx_writes_no_address_with_a_key_to_the_log(
    hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        Telegram(BOT, "1", hook.url, HASTE).send(notice())
    assert "very-secret" not in caplog.text


@pytest.mark.parametrize("url", ["", "ntfy.sh/x", "file:///etc/passwd", "https://"])
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="webhook cannot be one"):
        Webhook(url, HASTE).send(notice())


def test_an_ntfy_address_without_a_topic_is_refused() -> None:
    with pytest.raises(SettingsError, match="names no topic"):
        Ntfy("https://ntfy.sh/", "", HASTE).send(notice())
