"""Who may come in by the doors for programs."""

from __future__ import annotations

import pytest

from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.doors.access import (
    fits,
    host_names,
    is_loopback,
    needed_token,
)

TOKEN = "a-token-of-the-tests-only"  # noqa: S105


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8", "[::1]"])
def test_this_machine_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    assert needed_token(host, read_settings()) is None


ANYWHERE = "0.0.0.0"  # noqa: S104 - what the tests are about


@pytest.mark.parametrize("host", [ANYWHERE, "::", "192.168.1.7", "factory.example.ts.net"])
def test_other_machines_need_one(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="no token is set"):
        needed_token(host, read_settings())
    monkeypatch.setenv("CHOCOLIB_API_TOKEN", TOKEN)
    assert needed_token(host, read_settings()) == TOKEN


def test_a_token_that_is_set_is_asked_for_on_this_machine_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHOCOLIB_API_TOKEN", TOKEN)
    assert needed_token("127.0.0.1", read_settings()) == TOKEN
    assert TOKEN not in repr(read_settings())
    assert TOKEN in read_settings().secrets()


@pytest.mark.parametrize("token", ["short", "with spaces that are many", "señal-señal-señal"])
def test_a_token_that_cannot_be_one_is_refused(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_API_TOKEN", token)
    with pytest.raises(SettingsError, match="CHOCOLIB_API_TOKEN") as refused:
        read_settings()
    assert token not in str(refused.value)


def test_only_the_whole_token_fits() -> None:
    assert fits(TOKEN, TOKEN)
    assert not fits(TOKEN[:-1], TOKEN)
    assert not fits("ñ" + TOKEN, TOKEN)


def test_named_hosts_are_added_to_those_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_API_HOSTS", "factory.example.ts.net, [fd7a::1]")
    names = host_names(read_settings(), host="::1")
    assert names == ("127.0.0.1", "localhost", "[::1]", "factory.example.ts.net", "[fd7a::1]")


@pytest.mark.parametrize("written", ["https://factory.example", "factory:8869", "*"])
def test_what_is_no_host_name_is_refused(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_API_HOSTS", f"factory.example,{written}")
    with pytest.raises(SettingsError, match="no host name"):
        read_settings()
