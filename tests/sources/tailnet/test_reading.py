"""Tailscale's recorded answers as facts, and what is made of answers that are none."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.errors import SourceChanged
from chocolib.core.tailnet import Tailnet, TailnetUser, of_tailnet
from chocolib.sources.tailnet.reading import clean, read_status, read_whois
from tests.sources.tailnet.doubles import STATUS, WHOIS

AT = pd.Timestamp("2026-11-21T10:00Z")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def status(**changed: object) -> bytes:
    return json.dumps(json.loads(STATUS) | changed).encode()


def peer(**changed: object) -> Tailnet:
    item: dict[str, Any] = json.loads(STATUS)
    return read_status(
        json.dumps(item | {"Peer": {"k": item["Peer"]["nodekey:aa"] | changed}}).encode(), at=AT
    )


def test_the_recorded_status_has_everybody_and_every_device() -> None:
    found = read_status(STATUS, at=AT)
    assert (found.state, found.running, found.name) == ("Running", True, "fabrica.example")
    assert found.users == (
        TailnetUser("luis@fabrica.example", "Luis"),
        TailnetUser("maria@fabrica.example", "María Ñ"),
    )
    told = [(one.name, one.login, one.online, one.way, one.region) for one in found.devices]
    assert told == [
        ("chocolib", "", True, "", ""),
        ("git", "", True, "peer", ""),
        ("movil-maria", "maria@fabrica.example", True, "direct", ""),
        ("pc-luis", "luis@fabrica.example", False, "", ""),
        ("tableta", "maria@fabrica.example", True, "relay", "par"),
    ]
    phone = found.devices[2]
    assert (phone.received, phone.sent, phone.last_seen) == (1_234_567, 7_654_321, None)
    assert found.devices[3].last_seen == pd.Timestamp("2026-11-20T18:30Z")
    assert found.devices[0].tags == ("tag:prod",)
    assert found.devices[0].own
    assert found.logins()["fd7a:115c:a1e0::3"] == "maria@fabrica.example"
    assert found.logins()["100.101.102.106"] == ""


def test_what_is_read_is_the_same_after_it_was_kept() -> None:
    found = read_status(STATUS, at=AT)
    assert Tailnet.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_whose_an_address_is_and_that_a_tagged_device_is_nobodys() -> None:
    assert read_whois(WHOIS) == "maria@fabrica.example"
    item = json.loads(WHOIS)
    tagged = item | {"Node": item["Node"] | {"Tags": ["tag:ci"]}}
    assert read_whois(json.dumps(tagged).encode()) == ""
    nobodys = item | {"UserProfile": {"LoginName": "tagged-devices"}}
    assert read_whois(json.dumps(nobodys).encode()) == ""


def test_new_fields_are_ignored_and_missing_ones_are_missing() -> None:
    found = peer(Invented={"deep": [1]}, RxBytes=None, OS=None, LastSeen="yesterday", Tags=None)
    phone = found.devices[1]
    assert (phone.name, phone.system, phone.received) == ("movil-maria", "", None)
    assert read_status(status(Peer=None, User=None, Self=None), at=AT).devices == ()
    assert read_status(status(Shiny=True), at=AT) == read_status(STATUS, at=AT)


def test_a_machine_that_is_logged_out_says_so() -> None:
    found = read_status(b'{"BackendState": "NeedsLogin", "Peer": null, "User": null}', at=AT)
    assert (found.running, found.state, found.devices) == (False, "NeedsLogin", ())


def test_hostile_names_become_one_plain_line() -> None:
    found = peer(DNSName="", HostName="a\u202e\x00b\n" + "x" * 5000, Tags=["t\x1b[31m", 5])
    device = found.devices[1]
    assert device.name.startswith("a b x")
    assert len(device.name) == 128
    assert device.tags == ("t [31m",)
    assert clean(" \u2028é\u200b ") == "é"


@pytest.mark.parametrize(
    "answer",
    [b"", b"null", b"[]", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"BackendState": 5}', b"{}",
     status(Peer=[1]), status(User="x"), status(Self=3)],
)  # fmt: skip
def test_an_answer_that_is_not_as_documented_calls_a_person(answer: bytes) -> None:
    with pytest.raises(SourceChanged, match="tailscale"):
        read_status(answer, at=AT)


@given(st.dictionaries(st.sampled_from(["Self", "Peer", "User", "CurrentTailnet"]), JSON))
def test_any_json_is_read_or_refused_and_what_is_read_can_be_kept(parts: dict[str, Any]) -> None:
    answer = json.dumps({"BackendState": "Running"} | parts).encode()
    try:
        found = read_status(answer, at=AT)
    except SourceChanged:
        return
    assert Tailnet.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ["HostName", "DNSName", "OS", "UserID", "TailscaleIPs", "Tags", "Online", "LastSeen",
             "CurAddr", "Relay", "PeerRelay", "RxBytes", "TxBytes", "Active"],
            JSON,
        ),
    )
)  # fmt: skip
def test_a_device_of_any_fields_is_read(fields: dict[str, Any]) -> None:
    found = peer(**fields)
    assert len(found.devices) == 2
    assert Tailnet.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found


def test_only_addresses_that_tailscale_gives_out_are_of_the_tailnet() -> None:
    inside = ("100.64.0.1", "100.127.255.254", "fd7a:115c:a1e0::5")
    outside = ("100.63.0.1", "192.168.1.4", "::1", "100.64.0.1; rm", "--json", "", "fd7a::1")
    assert [of_tailnet(one) for one in (*inside, *outside)] == [True] * 3 + [False] * 7
