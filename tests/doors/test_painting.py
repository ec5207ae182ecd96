"""What the dashboard server is told of the pages."""

from __future__ import annotations

import pickle

import pytest

from chocolib.app.context import open_context, real_store
from chocolib.app.settings import Settings, read_settings
from chocolib.core import time
from chocolib.core.errors import SettingsError
from chocolib.doors.dash.site import Asked
from chocolib.doors.painting import moment, paint, revision_of, site
from tests.conftest import NOW, made_up_prices, price_frame


def test_a_page_is_painted_with_its_bar_and_its_revision() -> None:
    drawn = paint(Asked("today", "en", "viewer", "2025-11-20T21:00"))
    assert 'data-card="price-now"' in drawn.fragment
    assert 'lang="en"' in drawn.fragment
    assert 'aria-current="page"' in drawn.nav
    assert drawn.revision == revision_of("today")


def test_the_revision_of_a_page_grows_with_what_it_shows() -> None:
    before = revision_of("today")
    store = real_store(read_settings())
    frame = price_frame(made_up_prices("2025-11-19T23:00", 24))
    store.write("energy_prices", frame, received_at=NOW)
    store.close()
    assert revision_of("today") != before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2025-11-20T21:00", "2025-11-20T21:00"),
        ("2025-11-20T20:00:59Z", "2025-11-20T21:00"),
        ("2025-10-26T02:30", "2025-10-26T02:30"),  # the first of two
        ("2025-10-26T01:30Z", "2025-10-26T01:30Z"),  # the second one has no other name
    ],
)
def test_a_moment_has_one_way_of_writing_that_leads_back_to_it(text: str, kept: str) -> None:
    assert moment(text) == kept
    assert time.parse_moment(kept) == time.parse_moment(text).floor("min")
    assert moment(kept) == kept


@pytest.mark.parametrize("text", ["2199-01-01", "1999-12-31", "soon", "2025-03-30T02:30"])
def test_a_moment_to_come_or_before_all_data_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        moment(text)


def test_a_replayed_server_shows_nothing_later_than_its_moment() -> None:
    told = site(open_context(as_of="2025-11-19T21:00"), "2025-11-19T21:00")
    assert told.at == "2025-11-19T21:00"
    assert told.moment("2025-11-18") == "2025-11-18T00:00"
    with pytest.raises(SettingsError):
        told.moment("2025-11-20")


def test_what_goes_to_a_painter_can_be_sent_there() -> None:
    told = site(open_context(), None)
    assert pickle.loads(pickle.dumps(told.paint)) is paint  # noqa: S301 - our own
    assert told.at is None


def test_who_is_trusted_comes_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_TRUSTED_PROXY", "127.0.0.1, 10.0.0.0/8")
    monkeypatch.setenv("CHOCOLIB_ADMINS", "ana@example.org,")
    trust = site(open_context(), None).trust
    assert trust.proxies == ("127.0.0.1", "10.0.0.0/8")
    assert trust.admins == {"ana@example.org"}
    monkeypatch.setenv("CHOCOLIB_TRUSTED_PROXY", "somebody")
    with pytest.raises(SettingsError, match="CHOCOLIB_TRUSTED_PROXY"):
        read_settings()


def test_a_setting_of_kernels_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_WARM_KERNELS", "-1")
    with pytest.raises(SettingsError, match="CHOCOLIB_WARM_KERNELS"):
        read_settings()
    assert Settings.model_fields["warm_kernels"].default == 2
