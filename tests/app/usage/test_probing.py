"""A look at every part of the house: what it finds, what it keeps, what it never tells."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from chocolib.app.jobs.place import Place
from chocolib.app.settings import Settings, read_settings
from chocolib.app.usage import probing
from chocolib.core.errors import SettingsError
from chocolib.core.time import Window, iso
from chocolib.core.usage import Probe
from chocolib.sources.knocking import knock
from chocolib.store.sqlite import SqliteStore
from chocolib.store.usage import probes
from chocolib.store.usage.file import UsageFile
from tests.conftest import made_up_prices, price_frame

NOW = pd.Timestamp("2026-11-21T10:30:20Z")
MINUTE = pd.Timedelta(minutes=1)


class _Door(BaseHTTPRequestHandler):
    hosts: list[str] = []  # noqa: RUF012 - of the class on purpose: the test reads it

    def log_message(self, *_: object) -> None:
        """Nothing goes to the terminal."""

    def do_GET(self) -> None:
        """Answer with the status that the path names, after as long as it says."""
        self.hosts.append(str(self.headers["Host"]))
        status, _, pause = self.path.strip("/").partition("/")
        time.sleep(float(pause or 0))
        self.send_response(int(status))
        self.end_headers()
        self.wfile.write(b"{}")


@pytest.fixture(scope="module")
def door() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def babbling() -> Iterator[str]:
    """A port where something listens that speaks no HTTP."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def speak() -> None:
            with closing(server.accept()[0]) as peer:
                peer.recv(1000)
                peer.sendall(b"\x00\xff nonsense\r\n\r\n")

        thread = threading.Thread(target=speak)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.fixture
def settings(door: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CHOCOLIB_DASH_PROBE_URL", f"{door}/200")
    monkeypatch.setenv("CHOCOLIB_API_PROBE_URL", f"{door}/503")
    return read_settings()


def store_of(settings: Settings, *, first: str = "2026-11-20T23:00") -> None:
    with closing(SqliteStore(settings.home / "chocolib.sqlite")) as store:
        store.write("energy_prices", price_frame(made_up_prices(first, 24)), received_at=NOW)


def said(found: list[Probe]) -> dict[str, tuple[bool, str]]:
    return {one.part: (one.ok, one.why.text("en") if one.why else "") for one in found}


def test_every_part_is_looked_at_and_what_is_wrong_is_said(settings: Settings) -> None:
    store_of(settings)
    Place.of(settings).beat({"at": iso(NOW), "pid": 1, "problem": ""})
    found = probing.probe(settings, now=NOW)
    assert said(found) == {
        "dashboards": (True, ""),
        "api": (False, "It answers with an error (503)."),
        "store": (True, ""),
        "sources": (False, "Recent data are missing: weather."),
        "worker": (True, ""),
    }
    times = {one.part: one.ms for one in found}
    assert times["api"] is times["sources"] is times["worker"] is None
    assert times["dashboards"]
    assert times["store"]
    assert set(_Door.hosts) == {"localhost"}


def test_a_home_with_nothing_in_it_is_told_without_folders(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = probing.probe(settings, now=NOW)
    assert said(found)["store"] == (False, "The store cannot be read.")
    assert "sources" not in said(found)
    assert said(found)["worker"][0] is False
    assert not (settings.home / "chocolib.sqlite").exists()
    assert str(settings.home) not in repr(found)
    monkeypatch.setenv("CHOCOLIB_STORE_URL", "influxdb://127.0.0.1:9/org/bucket")
    monkeypatch.setenv("INFLUXDB_TOKEN", "secret-token")
    told = repr(probing.probe(read_settings(), now=NOW))
    assert "127.0.0.1:9" not in told.replace("dash", "")
    assert "secret-token" not in told


def test_a_door_that_is_off_is_not_looked_at(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOCOLIB_API_PROBE_URL", "off")
    assert "api" not in said(probing.probe(read_settings(), now=NOW))


@pytest.mark.parametrize("url", ["ftp://x/", "https://x/", "x", "http://u:p@x/", "http://x:0/"])
def test_an_address_that_cannot_be_probed_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOCOLIB_DASH_PROBE_URL", url)
    with pytest.raises(SettingsError, match="CHOCOLIB_DASH_PROBE_URL"):
        read_settings()


def test_a_door_is_well_slow_silent_or_in_error(door: str) -> None:
    assert knock(f"{door}/200").well
    slow = knock(f"{door}/200/0.5", patience_s=0.1)
    assert (slow.well, slow.ms, slow.wrong) == (False, None, "slow")
    assert knock("http://127.0.0.1:9/").wrong == "silent"
    assert knock(f"{door}/302").status == 302
    assert not knock(f"{door}/302").well
    with babbling() as url:
        assert knock(url).wrong == "silent"


def test_what_was_found_is_that_of_its_minute(settings: Settings) -> None:
    store_of(settings)
    assert len(probing.keep(settings, now=NOW)) == 5
    probing.keep(settings, now=NOW + pd.Timedelta(seconds=20))
    with UsageFile.usage(settings.home) as file:
        told = probes.tallies(file, Window(NOW - MINUTE, NOW + MINUTE))
        newest = probes.newest(file, "api", as_of=NOW)
    assert told["count"].tolist() == [1] * 5
    assert newest is not None
    assert newest.time == NOW.floor("min")


def test_a_clock_that_cannot_be_right_keeps_nothing(settings: Settings) -> None:
    assert probing.keep(settings, now=pd.Timestamp("1970-01-01T00:03Z")) == []
    assert not (settings.home / "usage.sqlite").exists()


def test_what_cannot_be_kept_is_said_once_and_is_no_end(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "usage.sqlite").write_text("something else entirely, long enough to be read")
    wrong = probing.kept(settings, now=NOW, said="")
    assert "usage.sqlite" in wrong
    assert probing.kept(settings, now=NOW, said=wrong) == wrong
    assert len(caplog.records) == 1
    (settings.home / "usage.sqlite").unlink()
    assert probing.kept(settings, now=NOW, said=wrong) == ""


def test_a_probe_makes_no_store(settings: Settings) -> None:
    probing.keep(settings, now=NOW)
    assert sorted(path.name for path in settings.home.iterdir() if path.suffix == ".sqlite") == [
        "usage.sqlite"
    ]
