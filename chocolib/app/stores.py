"""Opening a store by its address: a SQLite file or a bucket of InfluxDB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from chocolib.app.settings import Settings
from chocolib.core.errors import DataError, OtherKind, SettingsError
from chocolib.core.ports import Store

if TYPE_CHECKING:
    from chocolib.store.influx_http import Endpoint

#: How a server is reached, and where when no port is named.
_SCHEMES = {
    "influxdb": ("http", 8086),
    "influxdbs": ("https", 8086),
    "http": ("http", 80),
    "https": ("https", 443),
}
_BUCKETS = ("influxdb:", "influxdbs:")
_EXAMPLES = "use sqlite:///PATH.sqlite or influxdb://HOST:8086/ORG/BUCKET"


def open_store(
    address: str, settings: Settings, *, synthetic: bool = False, existing: bool = False
) -> Store:
    """The store at an address.

    Args:
        address: `sqlite:///PATH`, a path that ends in .sqlite, `influxdb://HOST:PORT/ORG/BUCKET`
            (`influxdbs` for TLS; port, organisation and bucket may be left out), or `influxdb:`
            for what the settings say.
        settings: organisation, bucket and token where the address names none.
        synthetic: whether it is for demonstration data.
        existing: refuse to make a SQLite file that is not there.

    Raises:
        SettingsError: not such an address, or no token for it.
        DataError: the store is not there, not chocolib's, or of the other kind.
    """
    if address.startswith(_BUCKETS):
        from chocolib.store.influx import InfluxStore

        return InfluxStore(endpoint(address, settings), synthetic=synthetic)
    from chocolib.store.sqlite import SqliteStore

    path = _sqlite_path(address)
    if existing and not path.exists():
        raise DataError("there is no store", path=str(path))
    return SqliteStore(path, synthetic=synthetic)


def is_bucket(settings: Settings) -> bool:
    """Whether the store of the settings is a bucket of InfluxDB."""
    return (settings.store_url or "").startswith(_BUCKETS)


def open_either(address: str, settings: Settings, *, existing: bool = False) -> Store:
    """The store at an address, of real or of demonstration rows.

    Raises:
        SettingsError, DataError: see `open_store`.
    """
    try:
        return open_store(address, settings, existing=existing)
    except OtherKind:
        return open_store(address, settings, synthetic=True, existing=existing)


def endpoint(address: str, settings: Settings) -> Endpoint:
    """Server, organisation, bucket and token of an InfluxDB address.

    Raises:
        SettingsError: it cannot be read, or there is no token; the message shows neither.
    """
    from chocolib.store.influx_http import Endpoint

    parts = _split_url(settings) if address == "influxdb:" else _split(address)
    names = [unquote(name) for name in parts.path[1:].rstrip("/").split("/")]
    org, bucket, *more = [*names, "", ""]
    if any(more):
        raise SettingsError("the address of InfluxDB names more than a bucket", hint=_EXAMPLES)
    scheme, port = _SCHEMES[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return Endpoint(
        url=f"{scheme}://{host}:{parts.port or port}",
        org=org or settings.influxdb_org,
        bucket=bucket or settings.influxdb_bucket,
        token=_token(parts, settings),
    )


def _split_url(settings: Settings) -> SplitResult:
    """The parts of the server's address in the settings."""
    hint = "set INFLUXDB_URL to http://HOST:8086, or write influxdb://HOST:8086"
    if not settings.influxdb_url:
        raise SettingsError("nothing says where InfluxDB is", hint=hint)
    parts = _split(settings.influxdb_url, hint)
    if parts.path.strip("/"):
        raise SettingsError("INFLUXDB_URL names more than a server", hint=hint)
    return parts


def _split(address: str, hint: str = _EXAMPLES) -> SplitResult:
    """The parts of an address, with a host and a port that can be one."""
    try:
        parts = urlsplit(address)
        right = parts.port != 0 and not (parts.query or parts.fragment)
    except ValueError:
        raise SettingsError("the address of InfluxDB cannot be read", hint=hint) from None
    if not (right and parts.hostname and parts.scheme in _SCHEMES):
        raise SettingsError("the address of InfluxDB cannot be read", hint=hint)
    return parts


def _token(parts: SplitResult, settings: Settings) -> str:
    written = unquote(parts.password or parts.username or "")
    kept = settings.influxdb_token
    token = written or (kept.get_secret_value() if kept else "")
    if not token:
        raise SettingsError("there is no token for InfluxDB", hint="set INFLUXDB_TOKEN")
    if not token.isprintable() or not token.isascii():
        raise SettingsError("the token for InfluxDB cannot be one", hint="set INFLUXDB_TOKEN")
    return token


def _sqlite_path(address: str) -> Path:
    scheme, given, path = address.partition("://")
    if not given and address.endswith(".sqlite"):
        return Path(address).expanduser().resolve()
    if scheme != "sqlite" or not path:
        what = f"{scheme}://" if given else "without a scheme"
        raise SettingsError(f"an address of a store cannot be {what}", hint=_EXAMPLES)
    return Path(path).expanduser().resolve()
