from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from chocolib.app.settings import Settings
from chocolib.app.stores import endpoint, open_store
from chocolib.core.errors import DataError, SettingsError
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.store.influx_stand_in import TOKEN, StandIn

pytest_plugins = ["tests.store.influx_fixtures"]

KEY = "k-3_y=="


def settings(**values: object) -> Settings:
    return Settings().model_copy(update={"influxdb_token": SecretStr(KEY), **values})


@pytest.mark.parametrize(
    ("address", "url", "org", "bucket"),
    [
        ("influxdb://db", "http://db:8086", "chocolate_factory", "energy_data"),
        ("influxdb://db:9999/", "http://db:9999", "chocolate_factory", "energy_data"),
        ("influxdb://db/plant", "http://db:8086", "plant", "energy_data"),
        ("influxdb://db/plant/rows", "http://db:8086", "plant", "rows"),
        ("influxdb://db//rows", "http://db:8086", "chocolate_factory", "rows"),
        ("influxdbs://db/my%20plant/a%2Fb", "https://db:8086", "my plant", "a/b"),
        ("influxdb://[::1]:8087/o/b", "http://[::1]:8087", "o", "b"),
        ("influxdb:", "https://influx.example:8443", "chocolate_factory", "energy_data"),
    ],
)
def test_an_address_of_influxdb_is_read(address: str, url: str, org: str, bucket: str) -> None:
    found = endpoint(address, settings(influxdb_url="https://influx.example:8443"))
    assert (found.url, found.org, found.bucket, found.token) == (url, org, bucket, KEY)


def test_the_server_in_the_settings_has_the_port_of_its_scheme() -> None:
    found = [
        endpoint("influxdb:", settings(influxdb_url=url)).url
        for url in ("https://db", "http://db/", "http://db:8086")
    ]
    assert found == ["https://db:443", "http://db:80", "http://db:8086"]


@pytest.mark.parametrize("user", ["s3cr-t%3D%3D", ":s3cr-t==", "me:s3cr-t=="])
def test_a_token_in_the_address_is_used_and_never_shown(user: str) -> None:
    found = endpoint(f"influxdb://{user}@db:1/o/b", settings())
    assert found.token.startswith("s3cr-t")
    assert found.token.endswith("t==")
    assert found.address == "influxdb://db:1/o/b"
    assert "s3cr" not in repr(found)


@pytest.mark.parametrize(
    "address",
    [
        "influxdb://s3cret@db:port/o/b",
        "influxdb://s3cret@db:99999/o/b",
        "influxdb://s3cret@[db/o/b",
        "influxdb://s3cret@/o/b",
        "influxdb://s3cret@db/o/b/more",
        "influxdb://db/o/b?token=s3cret",
        "influxdb://s3cret@",
        "influxdb:s3cret@db",
        "mysql://s3cret@db",
        "s3cret",
        "sqlite://",
        "",
    ],
)
def test_what_is_no_address_is_refused_in_one_line_without_what_was_in_it(address: str) -> None:
    with pytest.raises(SettingsError) as told:
        open_store(address, settings())
    assert "\n" not in told.value.message
    assert "s3cret" not in str(told.value)
    assert "influxdb://HOST:8086/ORG/BUCKET" in told.value.hint


@pytest.mark.parametrize(
    ("address", "missing", "says"),
    [
        ("influxdb:", {"influxdb_url": None}, "INFLUXDB_URL"),
        ("influxdb:", {"influxdb_url": "ftp://db"}, "INFLUXDB_URL"),
        ("influxdb:", {"influxdb_url": "http://db/path"}, "INFLUXDB_URL"),
        ("influxdb://db", {"influxdb_token": None}, "INFLUXDB_TOKEN"),
        ("influxdb://db", {"influxdb_token": SecretStr("two\nlines")}, "INFLUXDB_TOKEN"),
    ],
)
def test_what_is_missing_is_named(address: str, missing: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError) as told:
        open_store(address, settings(**missing))
    assert says in str(told.value)
    assert "two" not in str(told.value)


def test_a_file_is_opened_by_its_address_or_its_path(tmp_path: Path) -> None:
    path = tmp_path / "rows.sqlite"
    by_address = open_store(f"sqlite://{path}", settings())
    by_address.write("energy_prices", price_frame(made_up_prices("2025-03-01", 2)), received_at=NOW)
    by_path = open_store(str(path), settings(), existing=True)
    assert len(by_path.read("energy_prices")) == 2
    assert by_path.address == by_address.address == SqliteStore(path).address
    assert open_store(by_path.address, settings(), existing=True).address == by_path.address


def test_a_file_that_is_not_there_is_not_made_by_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "typo.sqlite"
    with pytest.raises(DataError, match="there is no store"):
        open_store(str(path), settings(), existing=True)
    assert not path.exists()


def test_a_bucket_is_opened_by_its_address(influx: StandIn, bucket: str) -> None:
    store = open_store(influx.address(bucket), settings(influxdb_token=SecretStr(TOKEN)))
    store.write("energy_prices", price_frame(made_up_prices("2025-03-01", 2)), received_at=NOW)
    assert store.address == influx.address(bucket)
    assert influx.count(bucket, "energy_prices") == 2
    store.close()


def test_who_uses_a_file_never_loads_the_client_of_influxdb(tmp_path: Path) -> None:
    code = (
        "import sys; from chocolib.app.settings import Settings\n"
        "from chocolib.app.stores import open_store\n"
        f"open_store({str(tmp_path / 'rows.sqlite')!r}, Settings()).close()\n"
        "print('influxdb_client' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
